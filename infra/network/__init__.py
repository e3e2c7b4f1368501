"""The private network of a stack, its router, and the way to networks that the cloud offers besides."""

from infra.network.network import Network, NetworkArgs

__all__ = ["Network", "NetworkArgs"]
