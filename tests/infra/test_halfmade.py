"""What failed half-way is made anew."""

from infra.halfmade import options

WHOLE = {"urn": "urn:pulumi:ovh::vds::a::whole", "id": "1"}
BROKEN = {"urn": "urn:pulumi:ovh::vds::a$b::broken", "id": "2", "initErrors": ["unexpected state 'ERROR'"]}


def test_only_what_failed_is_replaced() -> None:
    assert options({"deployment": {"resources": [WHOLE, BROKEN]}}) == ["--replace", BROKEN["urn"]]


def test_a_new_stack_has_nothing_to_replace() -> None:
    assert options({"deployment": {}}) == options({"deployment": {"resources": None}}) == []
