"""What can go wrong, as a drawn tree.

VdsError
├── InputError      bad input: one sentence with the remedy, exit 2, nothing written
└── IpfError        an IPF ended with an exit code of 128 or more, or without a mandatory output
"""


class VdsError(Exception):
    """Base of every error that this package raises on purpose."""


class InputError(VdsError):
    """Bad input. The message is one sentence: the thing, what was expected, the remedy."""


class IpfError(VdsError):
    """An IPF invocation failed; the message names IPF, unit and exit code."""
