"""The model in words: what a key takes, for sentences and for the table in docs/add-a-cloud.md."""

import datetime
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic import BaseModel

from infra.settings.model import Figure, Stack

PLAIN = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    IPv4Network: "an IPv4 network such as 10.20.0.0/24, its host bits zero",
    IPv4Address: "an IPv4 address",
    datetime.date: "a date such as 2026-01-31",
}


@dataclass(frozen=True)
class Key:
    """`path`: dotted, `<flavor>` where the name is free, `[]` for the items of a list."""

    path: str
    expected: str
    default: str
    description: str


def expected(annotation: Any) -> str:
    """What a value of that type looks like: "a whole number from 1 to 200, or null"."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _bounded(arguments[0], arguments[1:])
    if origin in (Union, types.UnionType):
        known = " or ".join(expected(each) for each in arguments if each is not type(None))
        return f"{known}, or null" if type(None) in arguments else known
    if origin is Literal:
        *others, last = (str(each) for each in arguments)
        return f"{', '.join(others)} or {last}" if others else last
    if origin is list:
        return f"a list, each {expected(arguments[0])}"
    if origin is dict:
        return f"names, each with {_keys(arguments[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _keys(annotation)
    return PLAIN.get(annotation, str(annotation))


def _keys(model: type[BaseModel]) -> str:
    return "a figure with its source" if model is Figure else f"the keys {', '.join(model.model_fields)}"


def _bounded(annotation: Any, constraints: Sequence[Any]) -> str:
    words = expected(annotation)
    flat = [each for c in constraints for each in (getattr(c, "metadata", None) or [c])]
    low = next((each.ge for each in flat if isinstance(each, Ge)), None)
    above = next((each.gt for each in flat if isinstance(each, Gt)), None)
    high = next((each.le for each in flat if isinstance(each, Le)), None)
    pattern = next((p for each in flat if (p := getattr(each, "pattern", None))), None)
    if low is not None and high is not None:
        return f"{words} from {low} to {high}"
    if low is not None:
        return f"{words} not below {low}"
    if above is not None:
        return f"{words} above {above}"
    if pattern and pattern.startswith("^https"):
        return "a URL with http:// or https://"
    if pattern and pattern.startswith("^/"):
        return "an absolute path"
    return "a name of 1 to 64 characters" if pattern else words


def at(path: Sequence[int | str], model: Any = Stack) -> Any:
    """The annotation of the value at a path of keys and list indices; KeyError where there is no such key."""
    here: Any = model
    for step in path:
        here = _into(_without_none(here), step)
    return here


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        return next(each for each in get_args(annotation) if each is not type(None))
    return annotation


def _into(annotation: Any, step: int | str) -> Any:
    if get_origin(annotation) is list:
        return get_args(annotation)[0]
    if get_origin(annotation) is dict:
        return get_args(annotation)[1]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _annotation(annotation, str(step))
    raise KeyError(step)


def _annotation(model: type[BaseModel], name: str) -> Any:
    field = model.model_fields[name]
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


def siblings(path: Sequence[int | str]) -> list[str]:
    """The keys that are known where `path` ends; none where names are free or there are no keys."""
    try:
        here = _without_none(at(path))
    except KeyError:
        return []
    return list(here.model_fields) if isinstance(here, type) and issubclass(here, BaseModel) else []


def every_key(model: type[BaseModel] = Stack, before: str = "") -> Iterator[Key]:
    """All keys in the model's order; those of a figure are given once, as one."""
    for name, field in model.model_fields.items():
        path, annotation = f"{before}{name}", _annotation(model, name)
        inner, suffix = annotation, ""
        if get_origin(inner) is list:
            inner, suffix = get_args(inner)[0], "[]"
        elif get_origin(inner) is dict:
            inner, suffix = get_args(inner)[1], f".<{'flavor' if name == 'flavors' else 'type'}>"
        inner = _without_none(inner)
        if isinstance(inner, type) and issubclass(inner, BaseModel) and inner is not Figure:
            yield from every_key(inner, f"{path}{suffix}.")
        else:
            default = "required" if field.is_required() else _shown(field.default)
            words = "a figure with its source" if inner is Figure else expected(annotation)
            path += suffix if inner is Figure else ""
            yield Key(path, words, default, " ".join((field.description or "").split()))


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)
