"""Servers: bastion, broker, storage and the stage workers."""

from infra.compute.server import Server, ServerArgs
from infra.compute.workers import Worker, workers

__all__ = ["Server", "ServerArgs", "Worker", "workers"]
