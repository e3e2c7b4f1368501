"""The one edit that `vds size --write` makes in a stack file: keys of servers.stage, comments kept."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from batch.errors import InputError
from infra.settings.errors import SettingsError
from infra.settings.read import from_file

#: `stage: {flavor: …, count: 2}` on one line.
_FLOW = re.compile(r"^(\s*stage:\s*\{)([^{}\n]*)(\})", re.MULTILINE)
#: `stage:` and its keys on lines of their own.
_BLOCK = re.compile(r"^( *)stage: *\n((?:\1 +\S.*\n)+)", re.MULTILINE)
Value = int | str


def write_stage(path: Path, keys: Mapping[str, Value]) -> dict[str, object]:
    """Set keys of servers.stage, `count` among them; gives what they were. InputError: nothing is written."""
    text = path.read_text(encoding="utf-8")
    changed = _changed(text, keys)
    by_hand = ", ".join(f"{k}: {v}" for k, v in keys.items())
    if changed is None:
        raise InputError(
            f"{path}: servers.stage with its count was not found where it is expected; set {by_hand} by hand"
        )
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        before = from_file(path).servers.stage
        aside.write_text(changed, encoding="utf-8")
        stage = from_file(aside).servers.stage
        if any(getattr(stage, k) != v for k, v in keys.items()):
            raise InputError(f"{path}: servers.stage could not be changed; set {by_hand} by hand")
        aside.replace(path)
    except SettingsError as error:
        raise InputError(f"{path} with {by_hand}: {error}") from error
    finally:
        aside.unlink(missing_ok=True)
    return {k: getattr(before, k) for k in keys}


def _changed(text: str, keys: Mapping[str, Value]) -> str | None:
    """The text with the keys set; None if there is not exactly one place for them."""
    for form, edit in ((_FLOW, _flow), (_BLOCK, _block)):
        found = form.findall(text)
        if len(found) == 1 and "count" in _names(found[0][1]):
            return form.sub(lambda match, edit=edit: edit(match, keys), text)  # type: ignore[misc]
    return None


def _names(inside: str) -> list[str]:
    return [part.partition(":")[0].strip() for part in re.split(r"[,\n]", inside)]


def _flow(match: re.Match[str], keys: Mapping[str, Value]) -> str:
    held = dict(part.strip().split(": ", 1) for part in match[2].split(","))
    return match[1] + ", ".join(f"{k}: {v}" for k, v in {**held, **keys}.items()) + match[3]


def _block(match: re.Match[str], keys: Mapping[str, Value]) -> str:
    lines = match[2].splitlines()
    left = dict(keys)
    for n, line in enumerate(lines):
        name = line.partition(":")[0].strip()
        if name in left:
            lines[n] = re.sub(r"(:\s*)[^\s#]+", rf"\g<1>{left.pop(name)}", line, count=1)
    deep = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    lines += [f"{deep}{k}: {v}" for k, v in left.items()]
    return f"{match[1]}stage:\n" + "".join(f"{line}\n" for line in lines)
