"""Options that several commands share."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from batch.errors import InputError
from batch.place import Place, Url, place


def parse_partitions(text: str | None) -> dict[str, int]:
    """`detector=2,band=7` as a mapping. InputError if it is not of that form."""
    found: dict[str, int] = {}
    for part in (text or "").split(","):
        if not part.strip():
            continue
        name, equals, number = part.partition("=")
        if not equals or not number.strip().isdigit() or int(number) < 1:
            raise InputError(f"--partitions {text}: {part} was found, e.g. detector=2,band=7 was expected")
        found[name.strip()] = int(number)
    return found


class PlaceType(click.ParamType):
    """A path, or s3://BUCKET/PREFIX."""

    name = "place"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Place:
        return value if isinstance(value, Path | Url) else place(value)


PLACE = PlaceType()


def partitions_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--partitions`: into how many pieces the chain's dimensions are cut."""
    return click.option(
        "--partitions",
        metavar="DIM=N,…",
        default=None,
        callback=lambda _ctx, _option, value: parse_partitions(value),
        help="Pieces of atf, detector, band, granule instead of the chain's, e.g. detector=2,band=2.",
    )(command)


def suited(scenes: int | None, stages: int) -> tuple[int | None, int]:
    """`--scenes` and `--stages`; where the command line is silent, VDS_SCENES and VDS_STAGES.

    On the broker's host of a deployed system these are the longest vDS that suits its stages, and how many
    there are. InputError if one of them is not a whole number from 1.
    """
    context = click.get_current_context()
    asked = (context.get_parameter_source(name) for name in ("scenes", "stages", "whole"))
    if ParameterSource.COMMANDLINE in asked:
        return scenes, stages
    return _number("VDS_SCENES") or scenes, _number("VDS_STAGES") or stages


def _number(variable: str) -> int | None:
    text = os.environ.get(variable, "")
    if not text:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise InputError(f"{variable} is {text!r}, a whole number from 1 was expected; correct or unset it")
    return int(text)
