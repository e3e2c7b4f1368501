"""Lines to people and to programs."""

import json

from infra.preflight.lines import failed, passed, skipped
from infra.preflight.show import as_json, text

LINES = [
    passed(
        "image x", "1a", "openstack image list", "pin it: pulumi config set --path vds:image.id " + "1" * 36
    ),
    failed(
        "quota: cores", "9 more needed, 1 of 2 free", "openstack quota show", "ask " + "and ask again " * 9
    ),
    skipped("prerequisite", "a long sentence " * 10),
]


def test_text() -> None:
    shown = text(LINES, colours=False, width=80).splitlines()
    assert shown[0] == "PASS  image x: 1a"
    assert shown[1].endswith("1" * 36), "what is to be copied stays in one line"
    assert shown[-1] == "1 PASS, 1 FAIL, 1 SKIP"
    assert "      $ openstack quota show" in shown
    assert all(len(line) <= 80 for line in shown if "pulumi" not in line)


def test_colours_only_when_asked_for() -> None:
    assert "\033" not in text(LINES, colours=False) and "\033[31mFAIL\033[0m" in text(LINES, colours=True)


def test_json() -> None:
    document = json.loads(as_json("ovh", LINES))
    assert (document["stack"], document["ok"], len(document["lines"])) == ("ovh", False, 3)
    assert json.loads(as_json("ovh", LINES[:1]))["ok"] is True
