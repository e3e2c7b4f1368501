"""The clouds' profiles agree with their schema, and the stack files with them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.lab import profile as profiles
from tests.lab.home import LabError
from tests.lab.profile import load, names
from tests.lab.quota import COMPUTE, NETWORK, VOLUME

ROOT = Path(__file__).resolve().parents[2]


def test_there_is_one_for_each_cloud() -> None:
    assert {"orange", "ovh", "creodias", "otc", "lab"} <= set(names())


@pytest.mark.parametrize("name", names())
def test_it_agrees_with_the_schema_and_with_itself(name: str) -> None:
    cloud = load(name)
    assert set(cloud.quotas) <= {*COMPUTE, *NETWORK, *VOLUME}
    # A volume is in its server's zone, so zones of volumes are those of servers.
    assert cloud.volumes.zones == (cloud.compute.zones or ["nova"])


def test_addresses_of_clouds_do_not_overlap() -> None:
    """A network is told by its addresses, since two clouds call theirs the same."""
    ranges = [load(name).network.floating for name in names()]
    ranges += [shared.cidr for name in names() for shared in load(name).network.shared.values()]
    assert not any(one.overlaps(other) for one in ranges for other in ranges if one is not other)


def test_a_mistake_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (profiles.FOLDER / "lab.yaml").read_text(encoding="utf-8").replace("region:", "regoin:")
    (tmp_path / "typo.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(profiles, "FOLDER", tmp_path)
    with pytest.raises(LabError, match=r"typo\.yaml: region: Field required\."):
        load("typo")
    with pytest.raises(LabError, match="no profile 'azure'"):
        load("azure")


@pytest.mark.parametrize("name", names())
def test_the_stack_file_of_the_cloud_fits(name: str) -> None:
    """What Pulumi.<stack>.yaml names is there, or `pulumi up` on the lab would say nothing of the cloud."""
    path = ROOT / f"Pulumi.{name}.yaml"
    if not path.exists():
        pytest.skip(f"there is no {path.name}")
    keys = yaml.safe_load(path.read_text(encoding="utf-8"))["config"]

    def get(dotted: str) -> Any:
        first, *rest = dotted.split(".")
        value = keys[f"vds:{first}"]
        for word in rest:
            value = value[word]
        return value

    cloud = load(name)
    servers = get("servers")
    flavors = {servers[role]["flavor"] for role in ("bastion", "broker", "storage", "stage")}
    kinds = {servers["boot"]["volume_type"], get("data.volume_type"), get("scratch.volume_type")} - {None}
    assert flavors <= set(cloud.flavors)
    assert kinds <= set(cloud.volumes.types)
    assert get("image.name") in cloud.images
    assert get("network.external") == cloud.network.external
    assert set(get("network.extra")) <= set(cloud.network.shared)
    assert set(servers["zones"]) <= set(cloud.volumes.zones)
    assert get("network.router_qos") in {None, *cloud.network.router_qos}
    assert get("network.snat") is None or cloud.network.snat == "allowed"
    assert get("cloud.auth") == cloud.login.kind
    assert get("cloud.region") in {None, cloud.region}
    if any(cloud.flavors[flavor].disk_gb == 0 for flavor in flavors):
        assert servers["boot"]["mode"] == "volume"
        assert servers["boot"]["gb"] >= cloud.images[get("image.name")].min_disk_gb
    limit = cloud.quotas.get("server_group_members")
    assert limit is None or servers["group"]["max"] <= limit
