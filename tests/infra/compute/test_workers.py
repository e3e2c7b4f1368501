from hypothesis import given
from hypothesis import strategies as st

from infra.compute import workers
from infra.settings.model import Group

COUNTS = st.integers(1, 200)
ZONES = st.lists(st.sampled_from(["a", "b", "c"]), unique=True)
GROUPS = st.builds(
    Group,
    policy=st.sampled_from(["anti-affinity", "soft-anti-affinity", "none"]),
    max=st.none() | st.integers(1, 20),
)


@given(COUNTS, COUNTS, ZONES, GROUPS)
def test_more_workers_move_none_of_those_that_are_there(
    few: int, more: int, zones: list[str], group: Group
) -> None:
    few, more = sorted((few, more))
    assert workers(more, zones, group)[:few] == workers(few, zones, group)


@given(COUNTS, ZONES, GROUPS)
def test_no_group_exceeds_its_limit(count: int, zones: list[str], group: Group) -> None:
    members = [worker.group for worker in workers(count, zones, group)]
    if group.policy == "none":
        assert set(members) == {None}
    elif group.max is None:
        assert set(members) == {1}
    else:
        assert all(members.count(number) <= group.max for number in set(members))
        assert max(number for number in members if number) == -(-count // group.max), "no more than needed"


def test_zones_are_used_in_turn() -> None:
    placed = workers(5, ["a", "b", "c"], Group(policy="none"))
    assert [worker.zone for worker in placed] == ["a", "b", "c", "a", "b"]


def test_names_grow_after_99() -> None:
    names = [worker.name for worker in workers(100, [], Group(policy="none"))]
    assert (names[0], names[98], names[99]) == ("stage-01", "stage-99", "stage-100")
