"""What the templates of a stage's settings say with and without an object store."""

import subprocess
from pathlib import Path
from typing import Any

import jinja2
import pytest

ROLE = Path(__file__).resolve().parents[2] / "roles/batch_stage"
S3 = {"endpoint": "https://s3.example", "region": "gra", "access_key": "AK", "secret_key": "SK"}


def rendered(template: str, s3: dict[str, str], **more: Any) -> str:
    given: dict[str, Any] = {
        "ansible_managed": "managed", "batch_stage_s3": s3, "batch_stage_serves": True,
        "batch_stage_broker": "rediss://vds@broker:6379/0", "batch_stage_shared": ["/srv/vds"],
        "batch_stage_name": "s", "batch_stage_slots": 1, "batch_stage_hold": 1,
        "batch_stage_scratch": "/scratch",
        "batch_stage_runner": "docker", "batch_stage_ipf_image": "i:1", "batch_stage_environment": {},
        "batch_stage_stop_s": 60, "batch_stage_cut": {}, "batch_stage_pinned": {}, **more,
    }  # fmt: skip
    environment = jinja2.Environment(
        trim_blocks=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    return environment.from_string((ROLE / "templates" / template).read_text()).render(given)


@pytest.mark.parametrize("s3", [{}, S3])
@pytest.mark.parametrize("template", ["stage.env.j2", "vds-stage.service.j2", "vds.sh.j2"])
def test_the_store_is_named_if_there_is_one_and_its_keys_nowhere(template: str, s3: dict[str, str]) -> None:
    text = rendered(template, s3)
    assert ("VDS_S3_" in text) == bool(s3)
    assert "AK" not in text and "SK" not in text


def test_the_buckets_name_is_in_the_path_unless_told() -> None:
    assert "VDS_S3_ADDRESSING=path\n" in rendered("stage.env.j2", S3)
    assert "VDS_S3_ADDRESSING=virtual\n" in rendered("stage.env.j2", S3 | {"addressing": "virtual"})


def test_a_stage_runs_the_image_that_bore_the_name() -> None:
    pinned = rendered("stage.env.j2", {}, batch_stage_pinned={"stdout": "sha256:ab"})
    assert "VDS_IPF_IMAGE=sha256:ab\n" in pinned
    assert "VDS_IPF_IMAGE=i:1\n" in rendered("stage.env.j2", {}, batch_stage_pinned={"skipped": True})


def test_the_broker_says_what_cut_suits_the_stages() -> None:
    # As Ansible gives them: numbers from an inventory may have become text.
    said = rendered("stage.env.j2", {}, batch_stage_cut={"scenes": "0", "stages": 3})
    assert "VDS_STAGES=3\n" in said and "VDS_SCENES" not in said
    assert "VDS_SCENES=16\n" in rendered("stage.env.j2", {}, batch_stage_cut={"scenes": 16})


@pytest.mark.parametrize("s3", [{}, S3])
def test_the_operators_command_is_a_script_and_one_command(tmp_path: Path, s3: dict[str, str]) -> None:
    script = tmp_path / "vds"
    script.write_text(rendered("vds.sh.j2", s3))
    subprocess.run(["sh", "-n", script], check=True)
    stand_in = tmp_path / "systemd-run"
    stand_in.write_text('#!/bin/sh\nfor word; do echo "$word"; done\n')
    stand_in.chmod(0o755)
    done = subprocess.run(
        ["sh", script, "status", "a b"], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, check=True,
        capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    words = done.stdout.splitlines()
    assert words[-2:] == ["status", "a b"]
    assert ("--property=LoadCredential=s3-keys:/etc/vds/s3-keys" in words) == bool(s3)
