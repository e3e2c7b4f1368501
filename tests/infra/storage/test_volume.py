from infra.storage import serial
from tests.infra.fake_cloud import deploy
from tests.infra.sample import sample


def test_data_volume_is_protected_unless_told_otherwise() -> None:
    assert deploy("plain", sample()).one("plain-data-volume").protect
    assert not deploy("plain", sample(data={"gb": 100, "protect": False})).one("plain-data-volume").protect


def test_each_worker_has_its_scratch_volume_where_the_flavor_has_none() -> None:
    scratch = {"kind": "volume", "gb": 400, "volume_type": "SSD"}
    deployed = deploy("plain", sample(scratch=scratch, servers__zones=["a", "b"]))
    volumes = {each.name: each for each in deployed.of("Volume") if "scratch" in each.name}
    assert {name: each.inputs["availabilityZone"] for name, each in volumes.items()} == {
        "plain-stage-01-scratch-volume": "a",
        "plain-stage-02-scratch-volume": "b",
    }
    for each in volumes.values():
        assert (each.inputs["size"], each.inputs["volumeType"], each.protect) == (400, "SSD", False)
    attached = {each.name for each in deployed.of("VolumeAttach")}
    assert attached == {
        "plain-data-attachment",
        "plain-stage-01-scratch-attachment",
        "plain-stage-02-scratch-attachment",
    }


def test_local_scratch_needs_no_volume() -> None:
    assert [each.name for each in deploy("plain", sample()).of("Volume")] == ["plain-data-volume"]


def test_serial_is_what_virtio_keeps_of_the_id() -> None:
    assert serial("2f6a0d2e-7f57-4f2e-9d62-0a1b2c3d4e5f") == "2f6a0d2e-7f57-4f2e-9"
