"""The user's public key, from its text or its file."""

from pathlib import Path

from infra.settings.errors import SettingsError

KINDS = ("ssh-ed25519 ", "ssh-rsa ", "ecdsa-sha2-", "sk-ssh-ed25519@", "sk-ecdsa-sha2-")


def public_key(text_or_file: str) -> str:
    """One line as in authorized_keys; SettingsError for anything else, a private key above all."""
    text = text_or_file.strip()
    where = "access.ssh_public_key"
    if not text.startswith(KINDS) and "\n" not in text:
        path = Path(text).expanduser()
        where = f"access.ssh_public_key: {path}"
        try:
            text = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not a text"
            raise SettingsError(
                [f"{where} cannot be read ({reason}): expected the text of a public key, or its file."]
            ) from None
    if "PRIVATE KEY" in text:
        raise SettingsError(
            [f"{where} is the private half, which stays with you: give the one in the .pub file."]
        )
    if not text.startswith(KINDS) or "\n" in text:
        raise SettingsError([f"{where} is no public key: expected one line such as ssh-ed25519 AAAA… name."])
    return text
