"""The user's public key."""

from pathlib import Path

import pytest

from infra.settings.errors import SettingsError
from infra.settings.key import public_key

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKr me@here"


def test_text_or_file(tmp_path: Path) -> None:
    path = tmp_path / "id.pub"
    path.write_text(f"{KEY}\n")
    assert public_key(KEY) == public_key(str(path)) == KEY


def test_home_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "id.pub").write_text(KEY)
    assert public_key("~/id.pub") == KEY


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n", "private half"),
        ("hello", "is no public key"),
        (f"{KEY}\n{KEY}", "is no public key"),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, content: str | None, words: str) -> None:
    path = tmp_path / "id"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SettingsError, match=words) as caught:
        public_key(str(path))
    assert "abc" not in str(caught.value)
