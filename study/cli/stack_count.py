"""The one edit that `vds size --write` makes in a stack file: servers.stage.count, comments kept."""

import os
import re
from pathlib import Path

from batch.errors import InputError
from infra.settings.errors import SettingsError
from infra.settings.read import from_file

#: `stage: {flavor: …, count: 2}` on one line, or `count: 2` on a line of its own below `stage:`.
_COUNT = re.compile(
    r"(^\s*stage:\s*(?:\{[^}\n]*?|\n(?:\s+(?!count)\S.*\n)*?\s+)count:\s*)(\d+)", re.MULTILINE
)


def write_count(path: Path, count: int) -> int:
    """Set the number of stages; gives the one before. InputError if it cannot: nothing is written then."""
    text = path.read_text(encoding="utf-8")
    found = _COUNT.findall(text)
    if len(found) != 1:
        raise InputError(
            f"{path}: servers.stage.count was not found where it is expected; set it to {count} by hand"
        )
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        aside.write_text(_COUNT.sub(rf"\g<1>{count}", text), encoding="utf-8")
        if from_file(aside).servers.stage.count != count:
            raise InputError(f"{path}: its number of stages could not be changed; set it to {count} by hand")
        aside.replace(path)
    except SettingsError as error:
        raise InputError(f"{path} with {count} stages: {error}") from error
    finally:
        aside.unlink(missing_ok=True)
    return int(found[0][1])
