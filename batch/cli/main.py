"""`vds`: finds its commands by entry point and turns errors into one sentence and an exit code."""

import sys
from importlib.metadata import EntryPoint, entry_points

import click

from batch.errors import InputError, VdsError

BAD_INPUT = 2
FAILED = 1


class Commands(click.Group):
    """Loads a command only when it is asked for, so that `vds --help` stays fast."""

    def _entries(self) -> dict[str, EntryPoint]:
        return {e.name: e for e in entry_points(group="vds.commands")}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._entries())

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        entry = self._entries().get(name)
        return entry.load() if entry else None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="vds", prog_name="vds")
def vds() -> None:
    """Sentinel-2 L0c datastrips to L1C, cut into virtual datastrips (vDS) that run in parallel.

    \b
    Start here:
      vds synth --orbit … --out DIR   make a datastrip to play with
      vds plan DIR                    see the cut and what would run
      vds run DIR --out OUT           L0c in, L1C out, on this machine

    Tab completion: eval "$(_VDS_COMPLETE=bash_source vds)" (or zsh_source, fish_source).
    """


def main() -> None:
    """Entry point: bad input is one sentence on standard error and exit 2, anything else known is exit 1."""
    try:
        code = vds(standalone_mode=False)  # click gives the code of `Exit` back
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as error:
        error.show()
        sys.exit(BAD_INPUT)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("vds: stopped", err=True)
        sys.exit(130)
    except InputError as error:
        click.echo(f"vds: {error}", err=True)
        sys.exit(BAD_INPUT)
    except VdsError as error:
        click.echo(f"vds: {error}", err=True)
        sys.exit(FAILED)
