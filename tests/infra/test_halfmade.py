"""What failed half-way is made anew."""

from infra.halfmade import options

SERVER = "openstack:compute/instance:Instance"
FAILED = "Error waiting for instance (2) {}: unexpected state 'ERROR', wanted target 'ACTIVE'"
WHOLE = {"urn": "urn:pulumi:ovh::vds::a::whole", "id": "1"}
BROKEN = {
    "urn": "urn:pulumi:ovh::vds::a$b::broken",
    "type": SERVER,
    "id": "2",
    "initErrors": [FAILED.format("to become ready")],
}


def test_only_what_failed_is_replaced() -> None:
    assert options({"deployment": {"resources": [WHOLE, BROKEN]}}) == ["--replace", BROKEN["urn"]]


def test_what_runs_stays_although_a_change_of_it_failed() -> None:
    resized = {**BROKEN, "initErrors": [FAILED.format("to resize")]}
    volume = {**BROKEN, "type": "openstack:blockstorage/volume:Volume"}
    assert options({"deployment": {"resources": [resized, volume]}}) == []


def test_a_new_stack_has_nothing_to_replace() -> None:
    assert options({"deployment": {}}) == options({"deployment": {"resources": None}}) == []
