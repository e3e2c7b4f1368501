"""Time from nothing to all servers ACTIVE on the lab, and where it goes.

    python -m tests.infra.integration.measure 4 20 60

One line per number of servers (bastion, broker, storage and the rest stage workers), on the lab's `ovh` with
`--parallel` as its stack file says. Whatever else the machine does is in the figures: the load is printed.
"""

import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from tests.infra.integration.project import Project
from tests.lab.fixture import LabCloud, lab_cloud

SINGLE = 3


def spans(events: Path) -> dict[str, list[tuple[int, int]]]:
    """Type of resource → begin and end of the making of each, in seconds, by Pulumi's event log."""
    begun: dict[str, int] = {}
    found = defaultdict(list)
    for line in events.read_text().splitlines():
        event = json.loads(line)
        for kind in ("resourcePreEvent", "resOutputsEvent"):
            metadata = event.get(kind, {}).get("metadata", {})
            urn, type_ = metadata.get("urn"), metadata.get("type", "")
            if not type_.startswith("openstack:"):
                continue
            if kind == "resourcePreEvent":
                begun[urn] = event["timestamp"]
            else:
                found[type_.rsplit(":", 1)[1]].append((begun[urn], event["timestamp"]))
    return found


def measure(project: Project, cloud: LabCloud, servers: int, parallel: int) -> None:
    """Up and away again, with one line and a table of where the time went."""
    project.change("servers.stage.count", servers - SINGLE)
    events = project.folder / f"events-{servers}.json"
    began = time.time()
    project.up("--parallel", str(parallel), "--event-log", str(events))
    took = time.time() - began
    active = [server for server in cloud.member.compute.servers() if server.status == "ACTIVE"]
    assert len(active) == servers
    found = spans(events)
    first = min(begin for each in found.values() for begin, _ in each)
    print(f"{servers} servers: {took:.0f} s, of it {first - began:.0f} s before the first resource")
    for kind, each in sorted(found.items(), key=lambda item: -sum(end - begin for begin, end in item[1])):
        total = sum(end - begin for begin, end in each)
        last = max(end for _, end in each) - first
        print(f"  {kind:20} {len(each):4} × {total / len(each):5.1f} s, the last done at {last} s")
    began = time.time()
    project.destroy("--parallel", str(parallel))
    print(f"  destroy: {time.time() - began:.0f} s; load {os.getloadavg()[0]:.0f}", flush=True)
    assert cloud.leftovers() == []


def main() -> None:
    with lab_cloud("ovh") as cloud, tempfile.TemporaryDirectory() as folder:
        project = Project.create(
            Path(folder), "ovh", cloud.env | {"PULUMI_DEBUG_COMMANDS": "true", "VDS_PREFLIGHT": "no"}
        )
        project.change("data.protect", False)
        for servers in map(int, sys.argv[1:]):
            measure(project, cloud, servers, parallel=10)


if __name__ == "__main__":
    main()
