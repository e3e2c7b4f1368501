"""`python -m tests.lab.measure [PROFILE] N…`: seconds until N servers are ACTIVE, and until all is gone.

The cloud's first flavor in an anti-affinity group, four requests at a time, as Pulumi's default is gentle.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil

from tests.lab.fixture import LabCloud, lab_cloud
from tests.lab.process import alive
from tests.lab.test_lab import network_of, server

PARALLEL = 4


def measure(cloud: LabCloud, count: int) -> dict[str, float]:
    network, _ = network_of(cloud)
    group = cloud.member.compute.create_server_group(name="t", policy="anti-affinity")
    zones = cloud.profile.compute.zones or ["nova"]
    began = time.monotonic()
    before = processor_seconds(cloud)

    def make(number: int) -> Any:
        port = cloud.member.network.create_port(network_id=network.id, name=f"t{number}")
        zone = zones[number % len(zones)]
        hints = {"group": group.id}
        return server(cloud, f"t{number}", [port], scheduler_hints=hints, availability_zone=zone)

    with ThreadPoolExecutor(PARALLEL) as pool:
        made = list(pool.map(make, range(count)))
    accepted = time.monotonic() - began
    wait(lambda: all(one.status != "BUILD" for one in cloud.member.compute.servers()))
    active = sum(one.status == "ACTIVE" for one in cloud.member.compute.servers())
    ready = time.monotonic() - began
    began = time.monotonic()
    cloud.purge()
    return {
        "servers": len(made),
        "active": active,
        "accepted_s": round(accepted, 1),
        "active_s": round(ready, 1),
        "gone_s": round(time.monotonic() - began, 1),
        "cpu_s": round(processor_seconds(cloud) - before, 1),
        "rss_mb": round(sum(psutil.Process(pid).memory_info().rss for pid in pids(cloud)) / 2**20),
        "load": round(os.getloadavg()[0], 1),
    }


def wait(done: Callable[[], bool], patience_s: float = 900) -> None:
    deadline = time.monotonic() + patience_s
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError("still building")
        time.sleep(1)


def pids(cloud: LabCloud) -> list[int]:
    return list(alive(cloud.home).values())


def processor_seconds(cloud: LabCloud) -> float:
    """Of the lab alone: what its part takes, whatever else the machine does."""
    times = [psutil.Process(pid).cpu_times() for pid in pids(cloud)]
    return sum(each.user + each.system for each in times)


def main() -> None:
    words = sys.argv[1:]
    profile = words.pop(0) if words and not words[0].isdigit() else "lab"
    with lab_cloud(profile) as cloud:
        for count in words:
            print(json.dumps(measure(cloud, int(count))), flush=True)


if __name__ == "__main__":
    main()
