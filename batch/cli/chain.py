"""`vds chain`: import ESA's task tables, show a chain, check a chain file."""

import json
import os
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from batch.chain.dump import to_dict, to_yaml
from batch.chain.graph import GRAPHS
from batch.chain.importer import LEVEL1_MODES, import_chain
from batch.chain.load import load_chain
from batch.chain.model import SCOPES, VDS, Chain
from batch.chain.tasktable import read_configuration, read_mode
from batch.errors import InputError

FILE = click.Path(path_type=Path)
as_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")


@click.group()
def chain() -> None:
    """The chain: which IPFs run, on what, in which order."""


@chain.command("import")
@click.option(
    "--tasktables", required=True, type=FILE, help="Folder with ESA's modes and orchestratorICD.json."
)
@click.option(
    "--modes", default=",".join(LEVEL1_MODES), show_default=True, help="In order, separated by commas."
)
@click.option("--out", type=FILE, help="Chain file to write.")
@as_json_option
def import_(tasktables: Path, modes: str, out: Path | None, as_json: bool) -> None:
    """Derive a chain from ESA's task tables.

    The kit's own steps and the assembly of datastrips are those of the shipped chain.
    """
    names = [m.strip() for m in modes.split(",") if m.strip()]
    if not names:
        raise InputError("--modes is empty; name at least one mode, as L1A")
    imported = import_chain([read_mode(tasktables, n) for n in names], read_configuration(tasktables))
    if out is not None:
        _write(out, to_yaml(imported))
    _print(imported, as_json)
    if out is not None and not as_json:
        click.echo(f"written to {out}")


@chain.command()
@click.argument("file", required=False, type=FILE)
@click.option("--graph", type=click.Choice(list(GRAPHS)), help="As a graph instead of a table.")
@click.option("--scope", type=click.Choice(SCOPES), default=VDS, show_default=True, help="For --graph.")
@as_json_option
def show(file: Path | None, graph: str | None, scope: str, as_json: bool) -> None:
    """Show a chain file (without FILE: the shipped Level-1 chain)."""
    loaded = load_chain(file)
    if graph and not as_json:
        click.echo(GRAPHS[graph](loaded, scope))
    else:
        _print(loaded, as_json)


@chain.command()
@click.argument("file", type=FILE)
@as_json_option
def check(file: Path, as_json: bool) -> None:
    """Check a chain file; the first mistake is told in one sentence, exit 2."""
    loaded = load_chain(file)
    counts = {scope: len(loaded.scope(scope)) for scope in SCOPES}
    if as_json:
        click.echo(json.dumps({"file": str(file), "ok": True, "ipfs": counts}))
    else:
        click.echo(f"{file}: good, {counts[VDS]} IPFs per vDS and {counts['datastrip']} for the datastrip")


def _write(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise InputError(
            f"{path}: cannot be written ({error.strerror}); give --out a file in a folder"
        ) from error


def _print(shown: Chain, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(to_dict(shown)))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("IPF", "scope", "mode", "version", "split", "waits for"):
        table.add_column(title, no_wrap=title == "IPF", overflow="fold")
    for ipf in shown.ipfs:
        waits = "everything else" if ipf.everything else " ".join(shown.producers(ipf))
        mode = ipf.mode or ("kit" if ipf.kit else "")
        table.add_row(ipf.name, ipf.scope, mode, ipf.version, " × ".join(ipf.split), waits)
    Console().print(table)
