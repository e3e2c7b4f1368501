"""`vds price`: what a stack costs, or all clouds side by side."""

import json
from pathlib import Path

import click


@click.command(short_help="What a stack costs; without one, all clouds side by side.")
@click.option("--stack", "name", help="Stack whose file Pulumi.<stack>.yaml is read.")
@click.option("--file", type=click.Path(path_type=Path), help="The stack file itself, wherever it is.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder with the stack files. Default: this one.",
)
@click.option("--workers", type=click.IntRange(1, 200), help="Stage workers instead of the file's number.")
@click.option(
    "--all-flavors", is_flag=True, help="Side by side: every flavor with a price, not the stages' only."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def price(
    name: str | None,
    file: Path | None,
    folder: Path,
    workers: int | None,
    all_flavors: bool,
    as_json: bool,
) -> None:
    """Show what a stack costs per hour, day and month (730 h), item by item, before anything is created.

    Every figure has its status (measured, list, estimate, unknown), date and source, as the stack file gives
    them. What is unknown stays unknown: the sum then says "at least", and figures that are known no better
    than between bounds widen it. Nothing is asked of any cloud.

    Without --stack and --file all stack files of the folder are compared: EUR per hour on demand and
    committed, and the same per unit of performance.

    \b
    Examples:
      vds price --stack ovh --workers 20
      vds price --all-flavors
      vds price --stack creodias --json
    """
    from batch.errors import InputError
    from study.cli.stacks import all_stacks, console, name_of, read_stack
    from study.price import show
    from study.price.compare import rows

    if name and file:
        raise InputError("--stack and --file were both given, one of them was expected; leave out one")
    if name or file:
        stack = read_stack(name, file, folder, workers)
        title = name or name_of(file or Path())
        if as_json:
            click.echo(json.dumps(show.document(title, stack, None)))
        else:
            show.show(console(), title, stack, None)
        return
    if workers is not None:
        raise InputError("--workers is for one stack; give --stack as well, or leave it out")
    found = rows(all_stacks(folder), stages_only=not all_flavors)
    if as_json:
        click.echo(json.dumps(show.rows_document(found)))
    else:
        show.show_rows(console(), found)
