"""The lab's profiles offer what the stack files ask for: otherwise one of them is wrong."""

import pytest

from infra.settings.read import from_file, stack_file, stack_names
from infra.settings.rules import used_flavors, used_volume_types
from tests.lab.profile import load, names


@pytest.mark.parametrize("name", stack_names())
def test_the_lab_can_stand_in_for_the_cloud(name: str) -> None:
    assert name in names()
    stack, profile = from_file(stack_file(name)), load(name)
    assert stack.cloud.auth == profile.login.kind
    assert stack.cloud.region in (None, profile.region)
    assert used_flavors(stack).keys() <= profile.flavors.keys()
    assert stack.image.name in profile.images
    assert stack.network.external == profile.network.external
    assert set(stack.network.extra) <= profile.network.shared.keys()
    assert used_volume_types(stack).keys() <= set(profile.volumes.types)
    assert stack.network.router_qos in (None, *profile.network.router_qos)
    for flavor in used_flavors(stack):
        priced, seeded = stack.price.flavors[flavor], profile.flavors[flavor]
        assert (priced.vcpus, (priced.disk_gb == 0)) == (seeded.vcpus, (seeded.disk_gb == 0))
