"""A disk is known by its serial number or size; whatever is in use is never touched."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.roles.load import load

disks = load("disk/filter_plugins/disks.py")

ID = "0b1f3c52-9a57-4d0e-8f0e-2b6a4c1d9e77"
GIB = 2**30


def disk(path: str, size: int, serial: str | None = None, **more: Any) -> dict[str, Any]:
    """A line of lsblk."""
    plain = {"fstype": None, "label": None, "mountpoints": [None]}
    return {"path": path, "type": "disk", "size": size, "serial": serial, **plain, **more}


ROOT = disk("/dev/vda", 80 * GIB, children=[{"path": "/dev/vda1", "type": "part"}])


@pytest.mark.parametrize("shown", [ID[:20], ID], ids=["virtio", "scsi"])
def test_a_volume_is_known_by_its_id(shown: str) -> None:
    other = disk("/dev/vdb", 400 * GIB, "7" * 20)
    found = disks.the_disk([ROOT, other, disk("/dev/vdc", 400 * GIB, shown)], "vds-data", ID)
    assert found == "/dev/vdc"


@pytest.mark.parametrize("size", [400 * 10**9, 400 * GIB])
def test_a_local_disk_is_known_by_its_size(size: int) -> None:
    assert disks.the_disk([ROOT, disk("/dev/nvme0n1", size)], "vds-scratch", gb=400) == "/dev/nvme0n1"


def test_the_same_disk_is_found_again_when_it_is_mounted() -> None:
    mine = disk("/dev/vdb", 400 * GIB, fstype="ext4", label="vds-scratch", mountpoints=["/scratch"])
    spare = disk("/dev/vdc", 400 * GIB)
    assert disks.the_disk([ROOT, spare, mine], "vds-scratch", gb=400) == "/dev/vdb"


@pytest.mark.parametrize(
    "used",
    [
        {"fstype": "xfs", "label": "archive"},
        {"children": [{"path": "/dev/vdb1"}]},
        {"mountpoints": ["/mnt"]},
    ],
)
def test_what_is_in_use_is_refused(used: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Nothing was written"):
        disks.the_disk([disk("/dev/vdb", 400 * GIB, ID[:20], **used)], "vds-scratch", ID)
    with pytest.raises(ValueError, match="0 disks with 400 GB"):
        disks.the_disk([disk("/dev/vdb", 400 * GIB, **used)], "vds-scratch", gb=400)


def test_two_of_a_size_are_one_too_many() -> None:
    twins = [disk("/dev/vdb", 400 * GIB), disk("/dev/vdc", 400 * GIB)]
    with pytest.raises(ValueError, match=r"2 disks .* expected one.*/dev/vdb of 429\.5 GB; /dev/vdc"):
        disks.the_disk(twins, "vds-scratch", gb=400)


def test_partitions_and_loops_are_no_disks() -> None:
    loop = {**disk("/dev/loop0", 400 * GIB), "type": "loop"}
    with pytest.raises(ValueError, match="there are: none"):
        disks.the_disk([loop], "vds-scratch", gb=400)


@given(st.permutations([("/dev/vda", "a" * 20), ("/dev/vdb", "b" * 20), ("/dev/vdc", "c" * 20)]))
def test_names_and_order_do_not_matter(named: list[tuple[str, str]]) -> None:
    found = disks.the_disk([disk(p, GIB, s) for p, s in named], "vds-data", "b" * 20 + "-rest-of-the-id")
    assert found == "/dev/vdb"
