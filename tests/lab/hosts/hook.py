#!/usr/bin/env python3
"""Real hosts behind the lab's servers: containers with systemd, each at its server's own address.

    make node-image; VDS_LAB_HOOK=$PWD/tests/lab/hosts/hook.py make lab

A server's container is on a bridge with the subnet of its network. A floating IP becomes a second address of
the container, with a route from this machine to it; a cloud would translate addresses instead. Further
networks of a server, volumes and user data are left out: a container has no block devices. Standard library
only: Nova calls this.
"""

import fcntl
import ipaddress
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

IMAGE = os.environ.get("VDS_LAB_NODE_IMAGE", "vds-node:bookworm")
#: Account that the image of a cloud gives to its user.
USER = os.environ.get("VDS_LAB_NODE_USER", "debian")
LABEL = "vds.lab"
#: Floating IPs by the fixed address of each: they may be associated before the server is there.
FLOATING = Path(tempfile.gettempdir()) / "vds-lab-floating"
#: What cloud-init does on a cloud: host keys, the user ($1) with the key pair's public half ($2), sudo.
FIRST_BOOT = """
ssh-keygen -A
id "$1" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$1"
echo "$1 ALL=(ALL) NOPASSWD:ALL" >/etc/sudoers.d/90-cloud-init-users
install -d -m 700 -o "$1" -g "$1" "/home/$1/.ssh"
printf '%s\\n' "$2" >"/home/$1/.ssh/authorized_keys"
chown "$1:$1" "/home/$1/.ssh/authorized_keys"
timeout 60 sh -c 'until systemctl list-units >/dev/null 2>&1; do sleep 0.2; done'
systemctl --no-block enable --now ssh
"""


def name_of(server: dict[str, Any]) -> str:
    """The container of a server."""
    return f"vds-lab-{server['hostname']}-{server['uuid'][:8]}"


def network_name(network: str) -> str:
    """The bridge network of a network of Neutron's."""
    return f"vds-lab-{network[:8]}"


def run_words(server: dict[str, Any]) -> list[str]:
    """`docker run …` for a server: named capabilities, not privileged; the address is Neutron's."""
    nic = server["nics"][0]
    words = ["run", "--detach", "--name", name_of(server), "--hostname", server["hostname"]]
    words += ["--label", f"{LABEL}={server['uuid']}", "--label", f"{LABEL}.address={nic['fixed'][0]['ip']}"]
    words += ["--network", network_name(nic["network"]), "--ip", nic["fixed"][0]["ip"]]
    # No --mac-address: old engines refuse the way in which new clients ask for it, and nothing here needs it.
    words += ["--cgroupns", "private", "--device", "/dev/fuse"]
    words += [word for right in ("SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE") for word in ("--cap-add", right)]
    words += ["--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined"]
    words += ["--tmpfs", "/run", "--tmpfs", "/run/lock"]
    # On the disk of this machine: an engine inside cannot use an overlay on an overlay.
    words += ["--volume", "/scratch", "--volume", "/srv"]
    return [*words, IMAGE]


def docker(*words: str, check: bool = True) -> str:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise SystemExit(f"docker {words[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


@contextmanager
def alone() -> Iterator[None]:
    """Networks are made and removed by one call at a time: Nova calls for several servers at once."""
    with (Path(tempfile.gettempdir()) / "vds-lab-hosts.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def spawn(server: dict[str, Any]) -> None:
    nic = server["nics"][0]
    name, fixed = network_name(nic["network"]), nic["fixed"][0]
    with alone():
        if not docker("network", "ls", "--quiet", "--filter", f"name=^{name}$"):
            subnet = ["--subnet", fixed["cidr"], "--gateway", fixed["gateway"]]
            docker("network", "create", "--label", LABEL, *subnet, name)
        docker(*run_words(server))
        floats(fixed["ip"])
    docker("exec", name_of(server), "sh", "-ec", FIRST_BOOT, "sh", USER, server["key"] or "")


def destroy(server: dict[str, Any]) -> None:
    docker("rm", "--force", "--volumes", name_of(server), check=False)
    with alone():
        for name in docker("network", "ls", "--filter", f"label={LABEL}", "--format", "{{.Name}}").split():
            # Refused while a server is on it.
            docker("network", "rm", name, check=False)


def power_off(server: dict[str, Any]) -> None:
    docker("stop", "--time", "60", name_of(server))


def power_on(server: dict[str, Any]) -> None:
    docker("start", name_of(server))
    with alone():
        for address in docker(
            "inspect", "--format", f'{{{{index .Config.Labels "{LABEL}.address"}}}}', name_of(server)
        ).split():
            floats(address)


def reboot(server: dict[str, Any]) -> None:
    power_off(server)
    power_on(server)


def fip(floating: dict[str, Any]) -> None:
    """The floating IP is at the server with that fixed address, made or not yet made, or at none any more."""
    address, fixed = str(ipaddress.ip_address(floating["floating_ip_address"])), floating["fixed_ip_address"]
    with alone():
        for known in FLOATING.glob("*"):
            if known.read_text() == address:
                known.unlink()
                in_container(known.name, "ip", "address", "del", f"{address}/32", "dev", "eth0")
        subprocess.run(["ip", "route", "del", f"{address}/32"], check=False, capture_output=True)
        if fixed:
            FLOATING.mkdir(exist_ok=True)
            (FLOATING / fixed).write_text(address)
            floats(fixed)


def floats(fixed: str) -> None:
    """Give the server with that fixed address its floating one, if there are both."""
    known = FLOATING / fixed
    if known.exists() and in_container(
        fixed, "ip", "address", "replace", f"{known.read_text()}/32", "dev", "eth0"
    ):
        subprocess.run(["ip", "route", "replace", f"{known.read_text()}/32", "via", fixed], check=True)


def in_container(fixed: str, *words: str) -> bool:
    """Run that in the container with this address; False if there is none."""
    found = docker("ps", "--quiet", "--filter", f"label={LABEL}.address={fixed}")
    if found:
        docker("exec", found, *words, check=False)
    return bool(found)


VERBS = {each.__name__: each for each in (spawn, destroy, power_off, power_on, reboot, fip)}


def main() -> None:
    """`hook.py VERB <document`; what is not known here is well done."""
    act = VERBS.get(sys.argv[1])
    if act is not None:
        act(json.load(sys.stdin))


if __name__ == "__main__":
    main()
