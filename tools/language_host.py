"""`pulumi-language-python` for a Pulumi that was built here: runs a Python program for the engine.

The engine starts it with its own address as the last argument, reads the port from the first line of
stdout, and calls the `LanguageRuntime` service of the SDK. Only what `preview`, `up`, `refresh`, `destroy`
and `about` call is answered; gRPC says UNIMPLEMENTED to the rest (code generation, new projects).

The program itself is run by the SDK's `pulumi-language-python-exec`, beside this host's launcher and on PATH,
in a process of its own for each run, so that nothing of a preview is left over in the update after it.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

EXECUTOR = "pulumi-language-python-exec"
# The executor ends with it when it has told the user what is wrong: nothing is to be added.
TOLD = 32
UNLIMITED = -1  # of grpc: states of a large stack exceed its 4 MB


def plugins(packages: Path) -> Iterator[tuple[str, str]]:
    """Name and version of the resource plugins that the packages installed in `packages` ask for."""
    for description in sorted(packages.glob("*/pulumi-plugin.json")):
        plugin = json.loads(description.read_text())
        if plugin.get("resource"):
            yield plugin["name"], plugin["version"]


def arguments(request: Any, engine: str) -> list[str]:
    """The executor's arguments for a `RunRequest`, in its order; the program's own come last."""
    given = {
        "--monitor": request.monitor_address,
        "--engine": engine,
        "--project": request.project,
        "--root_directory": request.info.root_directory,
        "--stack": request.stack,
        "--pwd": request.pwd,
        "--dry_run": "true" if request.dryRun else "false",
        "--parallel": str(request.parallel),
        "--organization": request.organization,
    }
    flags = [word for name, value in given.items() if value for word in (name, value)]
    program = Path(request.info.program_directory) / request.info.entry_point
    return [*flags, str(program), *request.args]


def settings(request: Any) -> dict[str, str]:
    """The stack's configuration as the SDK reads it from its environment."""
    return {
        "PULUMI_CONFIG": json.dumps(dict(request.config)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
    }


class Host(language_pb2_grpc.LanguageRuntimeServicer):
    def __init__(self, engine: str) -> None:
        self.engine = engine

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802 (names of the service)
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version=metadata.version("pulumi"))

    def About(self, request: Any, context: Any) -> Any:  # noqa: N802
        return language_pb2.AboutResponse(executable=sys.executable, version=platform.python_version())

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:  # noqa: N802
        found = [(d.metadata["Name"], d.version) for d in metadata.distributions()]
        listed = [language_pb2.DependencyInfo(name=name, version=version) for name, version in sorted(found)]
        return language_pb2.GetProgramDependenciesResponse(dependencies=listed)

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: N802
        packages = [
            plugin_pb2.PackageDependency(name=name, kind="resource", version=f"v{version}")
            for name, version in plugins(Path(sysconfig.get_path("purelib")))
        ]
        return language_pb2.GetRequiredPackagesResponse(packages=packages)

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802
        executor = shutil.which(EXECUTOR)
        if executor is None:
            return language_pb2.RunResponse(error=f"{EXECUTOR} is not on PATH: run make setup-cloud")
        command = [sys.executable, "-u", executor, *arguments(request, self.engine)]
        child = subprocess.Popen(command, env={**os.environ, **settings(request)}, stdin=subprocess.DEVNULL)
        context.add_callback(child.kill)  # the engine hangs up when it is cancelled
        code = child.wait()
        if code == 0:
            return language_pb2.RunResponse()
        if code == TOLD:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=f"the program ended with exit code {code}, see above")


def main() -> int:
    """Serve on a free port of the loopback until the engine stops this process or is gone."""
    engine = sys.argv[-1]
    limits = [("grpc.max_receive_message_length", UNLIMITED), ("grpc.max_send_message_length", UNLIMITED)]
    server = grpc.server(ThreadPoolExecutor(), options=limits)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(Host(engine), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    parent = os.getppid()
    try:
        while server.wait_for_termination(timeout=2):
            if os.getppid() != parent:  # a killed engine cannot stop its hosts
                break
    except KeyboardInterrupt:
        pass  # this is how the engine stops them
    server.stop(None)  # ends a program that still runs
    return 0


if __name__ == "__main__":
    sys.exit(main())
