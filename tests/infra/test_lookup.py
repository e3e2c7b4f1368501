import pulumi
import pytest

from tests.infra.fake_cloud import deploy
from tests.infra.sample import sample


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("network__external", "vds:network.external"),
        ("network__router_qos", "vds:network.router_qos"),
        ("image__name", "vds:image.name"),
        ("servers__stage__flavor", "vds:servers.stage.flavor"),
        ("servers__bastion__flavor", "vds:servers.bastion.flavor"),
    ],
)
def test_a_name_that_the_cloud_does_not_know_is_told_by_its_key(path: str, key: str) -> None:
    with pytest.raises(pulumi.RunError, match=f"{key}: the cloud has no 'no-such-thing'.*preflight"):
        deploy("plain", sample(**{path: "no-such-thing"}))


def test_extra_network_is_looked_up_by_name() -> None:
    with pytest.raises(pulumi.RunError, match=r"vds:network\.extra"):
        deploy("plain", sample(network__extra=["no-such-network"]))
