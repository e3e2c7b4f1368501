"""The hook, without OpenStack around it."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.lab.home import SOURCE


@pytest.fixture
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hook", SOURCE / "inside/vds_lab/hook.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    path = tmp_path / "hook"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("VDS_LAB_HOOK", str(path))


def test_none_is_fine(hook: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VDS_LAB_HOOK", raising=False)
    assert hook.call("spawn", {}) is None


def test_it_gets_verb_and_document(hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path, monkeypatch, f"echo $1 >{tmp_path}/seen; cat >>{tmp_path}/seen")
    assert hook.call("spawn", {"uuid": "u"}) is None
    assert (tmp_path / "seen").read_text() == 'spawn\n{"uuid": "u"}'


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("echo no room >&2; exit 3", "ended with 3: no room"), ("exec sleep 9", "did not run to its end")],
)
def test_what_goes_wrong_is_told(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, wrong: str
) -> None:
    script(tmp_path, monkeypatch, text)
    monkeypatch.setenv("VDS_LAB_HOOK_TIMEOUT", "1")
    assert wrong in hook.call("spawn", {})
