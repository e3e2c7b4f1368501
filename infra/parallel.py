"""`python -m infra.parallel STACK`: how many things Pulumi may do at once there (`--parallel`)."""

import sys

from infra.settings.errors import SettingsError
from infra.settings.read import from_file, stack_file


def main() -> None:
    """Prints vds:limits.parallel; exits 2 with a sentence per mistake if the stack file is wrong."""
    if len(sys.argv) != 2 or not sys.argv[1]:
        sys.exit("Which stack? STACK=… is missing.")
    try:
        print(from_file(stack_file(sys.argv[1])).limits.parallel)
    except SettingsError as error:
        print(error, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
