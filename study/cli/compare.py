"""`vds compare A B`: are two L1C the same, and if not, where do they differ."""

import json
import sys
from pathlib import Path

import click

from batch.errors import InputError

DIFFERENT = 1


@click.command()
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option(
    "--all", "show_all", is_flag=True, help="List identical images too, not only those that differ."
)
@click.option(
    "--impacts",
    is_flag=True,
    help="Measure what differs, at the cuts and inside: geometry, radiometry, masks, metadata.",
)
@click.option(
    "--truth",
    type=click.Path(path_type=Path),
    help="With --impacts: the datastrip of `vds synth` that both are made of.",
)
def compare(a: Path, b: Path, as_json: bool, show_all: bool, impacts: bool, truth: Path | None) -> None:
    """Compare the L1C products in A and B pixel by pixel.

    A and B are folders that hold S2x_MSIL1C_….SAFE (or whose L1C/ does, like OUT/<DS>). Compared are the 13
    bands, TCI, PVI and all masks of the tiles that both have.

    --impacts adds a table. A is the datastrip processed as a whole; B is OUT/<DS> of the one that was cut, so
    that B/l1c tells where: "cuts" are pixels that two vDS see, or none. Measured on B04, B8A and B09 (shifts
    on B04): pixels that differ or are lost, shift of B from A by correlation, step from one vDS to the next,
    difference of reflectance, masks, metadata; with --truth also how far B is off the ground. The unit of
    shifts tells how wide a pixel is (160 m at scale 16). An image that is looked at must be in A and in B, on
    the same grid.

    \b
    With --json the table is `impacts` (measure, unit, where, value, tolerance) and the metadata are
    `metadata` (file, path, products, a, b: values in the first of them).

    \b
    Exit status: 0 identical, 1 not identical, 2 bad input.
    """
    from study.quality.compare import compare as compare_l1c

    if truth is not None and not impacts:
        raise InputError("--truth is for places on the ground; give --impacts with it")
    result = compare_l1c(a, b)
    if impacts:
        from study.quality.report import document, show_impacts

        found = document(a, b, truth)
        if as_json:
            click.echo(json.dumps(result.document() | found, indent=1))
        else:
            from study.quality.table import show

            show(result, show_all)
            show_impacts(found)
    elif as_json:
        click.echo(json.dumps(result.document(), indent=1))
    else:
        from study.quality.table import show

        show(result, show_all)
    if not result.identical:
        sys.exit(DIFFERENT)
