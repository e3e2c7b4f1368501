"""A comparison for people: one row per image that differs, one sentence at the end."""

from rich.console import Console
from rich.table import Table

from study.quality.compare import Comparison


def show(result: Comparison, show_all: bool, console: Console | None = None) -> None:
    """Print the table and the verdict."""
    console = console or Console()
    rows = [image for image in result.images if show_all or not image.identical]
    if rows:
        table = Table(title=f"A = {result.a}\nB = {result.b}", title_justify="left")
        table.add_column("tile")
        table.add_column("image")
        for column in ("pixels", "differing", "missing in A", "missing in B", "largest difference"):
            table.add_column(column, justify="right")
        for image in rows:
            if image.note:
                table.add_row(image.tile, image.image, image.note, "", "", "", "")
                continue
            numbers = (image.pixels, image.differing, image.missing_a, image.missing_b, image.largest)
            table.add_row(image.tile, image.image, *map(_number, numbers))
        console.print(table)
    for title, tiles in (("Only in A", result.missing), ("Only in B", result.extra)):
        if tiles:
            console.print(f"{title}: {' '.join(tiles)}")
    pixels = sum(image.pixels for image in result.images)
    compared = f"{len(result.tiles)} tile(s), {len(result.images)} images, {_number(pixels)} pixels"
    if result.identical:
        console.print(f"Identical: {compared} compared.")
    else:
        differing = sum(image.differing for image in result.images)
        console.print(f"Not identical: {_number(differing)} pixel(s) differ; {compared} compared.")


def _number(value: int) -> str:
    """With thin groups of three, which no language reads as a decimal sign."""
    return f"{value:,}".replace(",", " ")
