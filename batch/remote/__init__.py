"""From the operator's machine to a stack: what its outputs say, and a way in through the bastion."""

from batch.remote.outputs import Stack, read_stack
from batch.remote.ssh import run_there, tunnel

__all__ = ["Stack", "read_stack", "run_there", "tunnel"]
