"""`make secrets STACK=…`: exit 0 if all secrets are there, 2 if they could not be made."""

import argparse
import datetime
import os
import sys
from pathlib import Path

import yaml

from infra.secrets import make, pulumi, state
from infra.settings import rules
from infra.settings.errors import SettingsError
from infra.settings.read import ROOT, stack_file

DESCRIPTION = """\
Make what is missing of a stack's secrets and keep it, encrypted, in Pulumi.NAME.yaml: the broker's passwords,
a CA of the stack's own, and the broker's certificate from it. Nothing is shown. What is there stays, unless
--rotate.

PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, encrypts them: keep it, without it they are lost.
A stack that Pulumi does not know yet is made.
"""


def main(arguments: list[str] | None = None) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.secrets",
        description=DESCRIPTION,
        epilog="exit status: 0 all secrets are there, 2 they could not be made",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--stack", required=True, metavar="NAME", help="the stack of Pulumi.NAME.yaml")
    parser.add_argument(
        "--rotate", action="store_true", help="make all anew; then run make up and site.yml again"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be made")
    parser.add_argument("--folder", type=Path, default=ROOT, help="where Pulumi.yaml is (default: here)")
    parser.add_argument(
        "--pulumi",
        default=os.environ.get("PULUMI", str(ROOT / "tools/pulumi")),
        metavar="COMMAND",
        help="Pulumi's command (default: PULUMI, or tools/pulumi)",
    )
    given = parser.parse_args(arguments)
    try:
        print(secrets(given.stack, given.folder, given.pulumi, given.rotate, given.dry_run))
    except SettingsError as error:
        for problem in error.problems:
            print(f"secrets: {problem}", file=sys.stderr)
        return 2
    return 0


def secrets(stack: str, folder: Path, command: str, rotate: bool, dry_run: bool) -> str:
    """Make what is missing; the sentence that says what was done. SettingsError if it could not be."""
    problems = rules.stack_name(stack)
    if problems:
        raise SettingsError(problems)
    file = stack_file(stack, folder)
    config = _config(file)
    clear = [] if rotate else state.in_clear(config)
    if clear:
        raise SettingsError(
            [
                f"vds:{name} is in clear in {file.name}: replace it by --rotate, and take it for known."
                for name in clear
            ]
        )
    names = state.to_make(state.present(config), rotate)
    if not names:
        return f"All secrets of {stack} are there; --rotate makes them anew."
    if dry_run:
        return f"Would make {', '.join(names)}."
    values = {
        **{name: make.password() for name in state.PASSWORDS},
        **make.certificates(stack, datetime.datetime.now(datetime.UTC)),
    }
    pulumi.write(stack, {name: values[name] for name in names}, file, command)
    return f"Made {', '.join(names)}; encrypted in {file.name}."


def _config(file: Path) -> dict[str, object]:
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        document = None
    config = document.get("config") if isinstance(document, dict) else None
    if not isinstance(config, dict):
        raise SettingsError([f"{file.name} has no `config:` with keys vds:…, see docs/add-a-cloud.md."])
    return config


if __name__ == "__main__":
    sys.exit(main())
