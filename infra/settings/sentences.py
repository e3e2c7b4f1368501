"""From pydantic's errors to one sentence each, with the nearest known key for one that is not known."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from infra.settings.describe import at, every_key, expected, siblings


def dotted(path: Iterable[int | str]) -> str:
    """As Pulumi's --path wants it: `access.ssh_from[0]`, `price.flavors["cc3.large.4"].hour`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif "." in step and text:
            text += f'["{step}"]'
        else:
            text += f".{step}" if text else step
    return text


def sentences(error: ValidationError) -> list[str]:
    """One sentence per mistake, in the order of the model."""
    return list(dict.fromkeys(_sentence(each) for each in error.errors(include_url=False)))


def _sentence(error: Mapping[str, Any]) -> str:
    path = _known(error["loc"])
    if error["type"] == "extra_forbidden":
        return unknown(path)
    words = expected(at(path))
    if error["type"] == "missing":
        return f"{dotted(path)} is missing: expected {words}."
    return f"{dotted(path)} is {_shown(error['input'])}: expected {words}."


def _known(path: Sequence[int | str]) -> list[int | str]:
    """Without what pydantic appends to tell the members of a union apart."""
    kept: list[int | str] = []
    for step in path:
        try:
            at([*kept, step])
        except KeyError:
            if step != path[-1]:
                continue
            if not siblings(kept):
                break
        kept.append(step)
    return kept


def unknown(path: Sequence[int | str]) -> str:
    """The sentence for a key that is not known."""
    near = nearest(path)
    *parents, _ = path
    place = f"below {dotted(parents)}" if parents else "below vds:"
    hint = f"did you mean {near}?" if near else f"{place} there are {', '.join(siblings(parents))}."
    return f"{dotted(path)} is not a known key: {hint}"


def nearest(path: Sequence[int | str]) -> str | None:
    """The known key that the writer of an unknown one most likely meant: beside it, else anywhere."""
    *parents, name = path
    beside = get_close_matches(str(name), siblings(parents), n=1, cutoff=0.6)
    if beside:
        return dotted([*parents, beside[0]])
    anywhere = {key.path.rpartition(".")[2]: key.path for key in every_key()}
    close = get_close_matches(str(name), anywhere, n=1, cutoff=0.8)
    return anywhere[close[0]] if close else None


def _shown(value: Any) -> str:
    """A value as one would write it in the file; a whole section only as what it is."""
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "a group of keys"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
