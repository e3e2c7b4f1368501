"""`vds compare A B`: are two L1C the same, and if not, where do they differ."""

import json
import sys
from pathlib import Path

import click

DIFFERENT = 1


@click.command()
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option(
    "--all", "show_all", is_flag=True, help="List identical images too, not only those that differ."
)
def compare(a: Path, b: Path, as_json: bool, show_all: bool) -> None:
    """Compare the L1C products in A and B pixel by pixel.

    A and B are folders that hold S2x_MSIL1C_….SAFE (or whose L1C/ does, like OUT/<DS>). Compared are the 13
    bands, TCI, PVI and all masks of the tiles that both have.

    \b
    Exit status: 0 identical, 1 not identical, 2 bad input.
    """
    from study.quality.compare import compare as compare_l1c

    result = compare_l1c(a, b)
    if as_json:
        click.echo(json.dumps(result.document(), indent=1))
    else:
        from study.quality.table import show

        show(result, show_all)
    if not result.identical:
        sys.exit(DIFFERENT)
