from hypothesis import given
from hypothesis import strategies as st

from batch.ledger.states import LEGAL, State, datastrip_state, lua_table, may_follow


def test_done_is_final_and_resubmit_is_the_only_way_back() -> None:
    assert not LEGAL[State.DONE]
    assert may_follow(State.FAILED, State.PENDING) and not may_follow(State.FAILED, State.RUNNING)
    assert not may_follow(State.PENDING, State.DONE)


def test_lua_knows_every_state() -> None:
    assert all(f"{s}={{" in lua_table() for s in State)


@given(st.lists(st.sampled_from(State), min_size=1))
def test_a_datastrip_has_ended_only_when_nothing_can_go_on(vds: list[State]) -> None:
    state = datastrip_state(vds, None, assembles=True, cancelled=False)
    going = {State.PENDING, State.RUNNING} & set(vds)
    assert (state in {State.PENDING, State.RUNNING}) == bool(going or set(vds) == {State.DONE})
    assert state != State.DONE


def test_done_needs_the_assembly() -> None:
    done = [State.DONE, State.DONE]
    assert datastrip_state(done, None, True, False) == State.RUNNING
    assert datastrip_state(done, State.DONE, True, False) == State.DONE
    assert datastrip_state(done, None, False, False) == State.DONE
    assert datastrip_state(done, State.FAILED, True, False) == State.FAILED
