"""`make preflight STACK=…`: exit 0 if nothing failed, 1 if something did, 2 if the settings are wrong."""

import argparse
import os
import sys

from openstack.exceptions import SDKException

from infra.preflight import check
from infra.preflight.show import as_json, text
from infra.settings import rules
from infra.settings.errors import SettingsError
from infra.settings.key import public_key
from infra.settings.login import login
from infra.settings.read import from_file, stack_file

DESCRIPTION = """\
Check a stack's settings, then that its cloud has what they name and room for it. Reads only, creates nothing.

Who logs in comes from the environment: source the cloud's openrc file, or set OS_CLOUD to an entry of
clouds.yaml. OS_AUTH_URL and OS_REGION_NAME win over the stack file.

Each line is PASS, FAIL or SKIP (the cloud does not tell), with the command to check it by hand. What the
stack has on the cloud already is not asked for again, so a full quota does not stop the next `pulumi up`.
"""
EXITS = "exit status: 0 nothing failed, 1 a check failed, 2 the settings are wrong"


def main(arguments: list[str] | None = None) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.preflight",
        description=DESCRIPTION,
        epilog=EXITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--stack", required=True, metavar="NAME", help="the stack of Pulumi.NAME.yaml")
    parser.add_argument("--workers", type=int, metavar="N", help="as if servers.stage.count were N")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    given = parser.parse_args(arguments)
    try:
        named = rules.stack_name(given.stack)
        if named:
            raise SettingsError(named)
        stack = from_file(stack_file(given.stack), given.workers, deploy=True)
        public_key(stack.access.ssh_public_key or "")
        lines = check(given.stack, stack, login(stack.cloud, os.environ))
    except SettingsError as error:
        for problem in error.problems:
            print(f"preflight: {problem}", file=sys.stderr)
        return 2
    except SDKException as error:  # such as a clouds.yaml without the entry
        print(f"preflight: {error}", file=sys.stderr)
        return 2
    print(
        as_json(given.stack, lines)
        if given.json
        else text(lines, sys.stdout.isatty() and "NO_COLOR" not in os.environ)
    )
    return 1 if any(line.status == "FAIL" for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
