"""Which block device is meant: a pure function of what `lsblk` tells."""

from __future__ import annotations

from typing import Any

#: Clouds sell GiB as GB, and local disks come in either: a size fits from 1 % below GB to 1 % above GiB.
LEAST, MOST = 0.99e9, 1.01 * 2**30


def the_disk(devices: list[dict[str, Any]], label: str, serial: str = "", gb: int = 0) -> str:
    """Path of the disk with that serial number, else of the unused one of that size.

    `devices` is `blockdevices` of `lsblk --json --bytes -o PATH,TYPE,SIZE,SERIAL,FSTYPE,LABEL,MOUNTPOINTS`.
    One that bears `label` is taken again; one that holds anything else is refused.
    """
    disks = [d for d in devices if d["type"] == "disk"]
    if serial:
        fitting = [d for d in disks if _same(str(d.get("serial") or ""), serial)]
        wanted = f"the serial number {serial}"
    else:
        sized = [d for d in disks if gb * LEAST <= int(d["size"]) <= gb * MOST]
        mine = [d for d in sized if d.get("label") == label]
        fitting = mine or [d for d in sized if not _holds(d)]
        wanted = f"{gb} GB and nothing on it"
    if len(fitting) != 1:
        raise ValueError(
            f"{len(fitting)} disks with {wanted} were found, expected one; there are: "
            f"{'; '.join(map(_words, disks)) or 'none'}. Correct the size, or give the serial number."
        )
    found = fitting[0]
    if _holds(found) and found.get("label") != label:
        raise ValueError(
            f"the disk meant for {label} is in use: {_words(found)}. Nothing was written; clear it by hand "
            "if it is the right one."
        )
    return str(found["path"])


def _same(shown: str, serial: str) -> bool:
    """virtio shows 20 characters of a volume's id, SCSI all of them."""
    return len(shown) >= min(20, len(serial)) and (serial.startswith(shown) or shown.startswith(serial))


def _holds(disk: dict[str, Any]) -> bool:
    mounts = [m for m in disk.get("mountpoints") or [] if m]
    return bool(disk.get("fstype") or disk.get("children") or mounts)


def _words(disk: dict[str, Any]) -> str:
    parts = [f"{disk['path']} of {int(disk['size']) / 1e9:.1f} GB"]
    parts += [f"serial {disk['serial']}"] if disk.get("serial") else []
    parts += [f"{disk['fstype']} {disk.get('label') or ''}".strip()] if disk.get("fstype") else []
    parts += ["partitioned"] if disk.get("children") else []
    return ", ".join(parts)


class FilterModule:
    """What Ansible asks for."""

    def filters(self) -> dict[str, Any]:
        return {"the_disk": the_disk}
