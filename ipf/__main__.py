"""`python -m ipf <IPF> <job order>`: the one way in, for a process and for a container alike."""

import sys
from pathlib import Path

from ipf.task import execute

if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.stderr.write("usage: python -m ipf <IPF> <job order>\n")
        sys.exit(128)
    sys.exit(execute(sys.argv[1], Path(sys.argv[2])))
