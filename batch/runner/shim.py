"""Makes a child die with its parent (Linux: PR_SET_PDEATHSIG), without code between fork and exec."""

import shutil
import sys

_SHIM = (
    "import ctypes,os,sys\n"
    "ctypes.CDLL(None).prctl(1,9)\n"  # PR_SET_PDEATHSIG, SIGKILL
    "os.execvp(sys.argv[1],sys.argv[1:])"
)


def dies_with_parent(command: list[str]) -> list[str]:
    """`command` behind `setpriv --pdeathsig`, or behind a few lines of Python where setpriv is missing."""
    setpriv = shutil.which("setpriv")
    if setpriv:
        return [setpriv, "--pdeathsig", "KILL", "--", *command]
    return [sys.executable, "-S", "-E", "-c", _SHIM, *command]
