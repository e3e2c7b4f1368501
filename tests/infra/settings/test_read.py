"""Reading settings: every mistake at once, each as a sentence with its key."""

import json
import re
from pathlib import Path

import pytest

from infra.settings.errors import SettingsError
from infra.settings.model import Stack
from infra.settings.read import from_document, from_file, from_pulumi, stack_file
from tests.infra.settings.documents import REMOVED, document, problems


def test_a_misspelt_key_names_the_one_that_was_meant() -> None:
    assert problems(document(network__cdir="10.0.0.0/24")) == [
        "network.cdir is not a known key: did you mean network.cidr?"
    ]


def test_a_key_in_the_wrong_place_names_the_right_one() -> None:
    assert problems(document(ssh_user="me")) == ["ssh_user is not a known key: did you mean access.ssh_user?"]


def test_a_key_like_no_other_lists_what_there_is() -> None:
    assert problems(document(scratch__zzz=1)) == [
        "scratch.zzz is not a known key: below scratch there are kind, gb, volume_type."
    ]


def test_all_mistakes_are_told_at_once() -> None:
    found = problems(
        document(
            network__cidr="10.20.0.1/24",
            servers__stage__count=0,
            image__name=REMOVED,
            netwrok={},
            network__mtu="big",
        )
    )
    assert found == [
        "network.cidr is '10.20.0.1/24': expected an IPv4 network such as 10.20.0.0/24, its host bits zero.",
        "network.mtu is 'big': expected a whole number from 1280 to 9216, or null.",
        "image.name is missing: expected a name of 1 to 64 characters.",
        "servers.stage.count is 0: expected a whole number from 1 to 200.",
        "netwrok is not a known key: did you mean network?",
    ]


def test_a_section_of_the_wrong_kind() -> None:
    assert problems(document(data=None)) == ["data is null: expected the keys gb, volume_type, protect."]


@pytest.mark.parametrize("status", ["Live", "", 3])
def test_a_choice_lists_the_choices(status: object) -> None:
    [sentence] = problems(document(cloud__status=status))
    assert sentence.startswith("cloud.status is ") and sentence.endswith("expected live, closing or lab.")


def test_a_flavors_name_with_dots_is_written_as_pulumi_wants_it() -> None:
    config = document("orange")
    config["vds:price"]["flavors"]["cc3.4xlarge.4"]["vcpus"] = "many"
    assert problems(config) == [
        "price.flavors[\"cc3.4xlarge.4\"].vcpus is 'many': expected a whole number not below 1."
    ]


def test_keys_of_others() -> None:
    config = document() | {"openstack:region": "GRA9", "vsd:network": {}, "pulumi:tags": {}}
    first, second = problems(config)
    assert first.startswith("openstack:region has no effect") and "vds:cloud" in first
    assert second == "vsd:network is not a known key: did you mean vds:network?"


def test_secrets_are_left_alone() -> None:
    assert problems(document(broker_password={"secure": "v1:abc"})) == []


def test_another_number_of_workers() -> None:
    assert from_document(document(), workers=60).servers.stage.count == 60
    [sentence] = problems(document(network__cidr="10.0.0.0/28"), workers=60)
    assert "60 stage workers" in sentence
    [sentence] = problems(document(), workers=0)
    assert sentence.startswith("servers.stage.count is 0")


def test_inside_the_program_values_are_json_text() -> None:
    config = {key: json.dumps(value, default=str) for key, value in document().items()}
    config["vds:broker_password"] = "not json"
    assert from_pulumi(config, deploy=False) == from_document(document())
    with pytest.raises(SettingsError, match=r"access\.ssh_from is empty"):
        from_pulumi(config)


def test_what_is_the_users_own_is_asked_for_only_when_one_deploys() -> None:
    assert problems(document()) == []
    ssh_from, key = problems(document(), deploy=True)
    assert "tools/pulumi config set --stack NAME --path 'vds:access.ssh_from[0]'" in ssh_from
    assert "tools/pulumi config set --stack NAME --path vds:access.ssh_public_key" in key


def test_no_such_stack() -> None:
    with pytest.raises(SettingsError, match=r"no stack file Pulumi\.ovhh\.yaml: did you mean ovh\?"):
        stack_file("ovhh")


@pytest.mark.parametrize(
    ("text", "words"),
    [("config: [", "is not YAML at line 1"), ("a: 1", "has no `config:`"), ("", "has no `config:`")],
)
def test_a_file_that_is_none(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "Pulumi.x.yaml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=words):
        from_file(path)


def test_an_empty_stack_asks_for_every_section() -> None:
    required = [name for name, field in Stack.model_fields.items() if field.is_required()]
    assert [sentence.split()[0] for sentence in problems({})] == required


def test_dates_are_read_as_pulumi_prints_them() -> None:
    config = {key: json.dumps(value, default=str) for key, value in document().items()}
    printed = {
        key: re.sub(r'"(\d{4}-\d\d-\d\d)"', r'"\1 00:00:00 +0000 UTC"', text) for key, text in config.items()
    }
    assert printed != config, "the document has no date"
    assert from_pulumi(printed, deploy=False) == from_pulumi(config, deploy=False)
