"""What the service manager is told of the worker: its unit counts as started once it takes work."""

import os
import socket


def ready() -> None:
    """Send READY=1 to the socket that NOTIFY_SOCKET names, as sd_notify(3) says; none: nothing."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    # @ stands for the zero byte of an abstract one.
    name = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
        to.sendto(b"READY=1\n", name)
