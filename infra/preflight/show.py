"""Lines to people and to programs."""

import json
import shutil
from collections import Counter
from dataclasses import asdict
from textwrap import wrap

from infra.preflight.lines import Line

COLOUR = {"PASS": "\033[32m", "FAIL": "\033[31m", "SKIP": "\033[33m"}
RESET = "\033[0m"


def text(lines: list[Line], colours: bool, width: int | None = None) -> str:
    """One line each, below it what to do and how to check by hand; a count at the end."""
    columns = max(width or shutil.get_terminal_size((100, 24)).columns, 60)
    shown: list[str] = []
    for line in lines:
        status = f"{COLOUR[line.status]}{line.status}{RESET}" if colours else line.status
        first, *more = wrap(f"{line.what}: {line.found}", columns - 8)
        shown += [f"{status}  {first}", *(f"        {each}" for each in more)]
        if line.remedy:
            shown += [
                f"      {'→' if each == 0 else ' '} {part}"
                for each, part in enumerate(_wrap(line.remedy, columns))
            ]
        if line.by_hand:
            shown.append(f"      $ {line.by_hand}")
    count = Counter(line.status for line in lines)
    shown.append(", ".join(f"{count[status]} {status}" for status in ("PASS", "FAIL", "SKIP")))
    return "\n".join(shown)


def _wrap(sentence: str, columns: int) -> list[str]:
    # A command is to be copied: it stays in one piece.
    return [sentence] if "pulumi config" in sentence else wrap(sentence, columns - 8)


def as_json(stack: str, lines: list[Line]) -> str:
    """One document: {"stack", "ok", "lines"}."""
    ok = not any(line.status == "FAIL" for line in lines)
    return json.dumps({"stack": stack, "ok": ok, "lines": [asdict(line) for line in lines]}, indent=1)
