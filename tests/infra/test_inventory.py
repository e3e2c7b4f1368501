from infra.inventory import Disk, Host, inventory
from tests.infra.sample import sample


def test_shape_is_that_of_the_architecture() -> None:
    stack = sample(
        network__dns=["192.0.2.1"],
        network__mtu=1500,
        network__routes=[{"destination": "100.64.0.0/10", "via": "10.20.0.1"}],
        scratch={"kind": "volume", "gb": 200},
        shared={
            "kind": "mount",
            "device": "10.20.0.9:/share",
            "fstype": "nfs4",
            "packages": ["nfs-common"],
        },
    )
    bastion = Host("ovh-bastion", "id-1", ["bastion"], "10.20.0.10", "small", public="203.0.113.7")
    storage = Host(
        "ovh-storage",
        "id-2",
        ["storage"],
        "10.20.0.12",
        "medium",
        extra={"eodata": "10.111.0.7"},
        disks=[Disk("data", 1000, "2f6a0d2e-7f57-4f2e-9")],
    )
    export = inventory("ovh", stack, "image-id", [bastion, storage])
    assert list(export["hosts"]) == ["ovh-bastion", "ovh-storage"]
    assert export["hosts"]["ovh-storage"] == {
        "groups": ["storage"],
        "id": "id-2",
        "address": "10.20.0.12",
        "public": None,
        "extra": {"eodata": "10.111.0.7"},
        "flavor": "medium",
        "volumes": [{"use": "data", "gb": 1000, "serial": "2f6a0d2e-7f57-4f2e-9"}],
    }
    assert export["stack"] == "ovh"
    assert export["vars"] == {
        "ssh_user": "ubuntu",
        "ssh_from": ["198.51.100.0/24"],
        "bastion": "203.0.113.7",
        "cidr": "10.20.0.0/24",
        "dns": ["192.0.2.1"],
        "mtu": 1500,
        "routes": [{"destination": "100.64.0.0/10", "via": "10.20.0.1"}],
        "shared": {
            "kind": "mount",
            "path": "/srv/vds",
            "device": "10.20.0.9:/share",
            "fstype": "nfs4",
            "options": None,
            "packages": ["nfs-common"],
        },
        "scratch": {"kind": "volume", "gb": 200},
        "s3": stack.s3.model_dump(mode="json"),
        "eodata": stack.eodata.model_dump(mode="json"),
        "scenes": stack.servers.stage.scenes,
        "image": {"name": "Ubuntu 24.04", "id": "image-id"},
    }
