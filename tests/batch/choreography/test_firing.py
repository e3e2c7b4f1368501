"""The firing rule: the incremental engine does exactly what the specification says, whatever the order."""

import sys
from collections.abc import Callable
from random import Random
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.chain import Chain, Invocation, Unit, extents_of, load_chain
from batch.chain.units import Extents
from batch.choreography import Event, Firing, depths, fireable, invocations
from tests.batch.choreography.chains import chains, extents, ipf, static

TraceFunction = Callable[[FrameType, str, Any], Any]

WHOLE = {
    "atf": ("001-012", "013-024"),
    "detector": ("01", "02"),
    "band": ("B00", "B01"),
    "granule": ("001-024",),
    "tile": ("36MZD", "36MZE"),
}


def event_of(chain: Chain, invocation: Invocation, whole: Extents) -> Event:
    announces = chain.ipf(invocation.ipf).announces
    return Event.of(invocation, {announces: whole[announces]} if announces else None)


def known(chain: Chain, done: set[Invocation], whole: Extents) -> dict[str, tuple[str, ...]]:
    told = any(chain.ipf(v.ipf).announces for v in done)
    return dict(whole) if told else static(whole)


@settings(deadline=None)
@given(chain=chains(), whole=extents(), random=st.randoms(use_true_random=False))
def test_engine_fires_what_the_specification_says(chain: Chain, whole: Extents, random: Random) -> None:
    firing = Firing(chain, "vds", static(whole))
    waiting = firing.start()
    fired = list(waiting)
    done: set[Invocation] = set()
    assert set(waiting) == fireable(chain, "vds", static(whole), done)
    while waiting:
        invocation = waiting.pop(random.randrange(len(waiting)))
        event = event_of(chain, invocation, whole)
        new = firing.apply(event)
        done.add(invocation)
        waiting += new
        fired += new
        assert firing.apply(event) == []
        assert set(waiting) == fireable(chain, "vds", known(chain, done, whole), done) == firing.fireable()
        assert firing.done == done
    assert len(fired) == len(set(fired))
    assert set(fired) == set(invocations(chain, "vds", whole))
    assert firing.complete
    assert not firing.pending


@settings(deadline=None)
@given(chain=chains(), whole=extents(), random=st.randoms(use_true_random=False))
def test_events_in_any_order_end_in_the_same_state(chain: Chain, whole: Extents, random: Random) -> None:
    """A worker may learn of events in another order than they happened: nothing that is done fires."""
    events = [event_of(chain, v, whole) for v in invocations(chain, "vds", whole)]
    random.shuffle(events)
    firing = Firing(chain, "vds", static(whole))
    seen: set[str] = set()
    for event in events:
        seen.add(event.key)
        assert all(v.key not in seen for v in firing.apply(event))
    assert firing.complete
    assert firing.fireable() == set()


@settings(deadline=None)
@given(chain=chains(), whole=extents(), random=st.randoms(use_true_random=False))
def test_any_prefix_gives_the_same_fireable_set(chain: Chain, whole: Extents, random: Random) -> None:
    """What may run depends on what is done, not on the order in which it was done."""
    first = Firing(chain, "vds", static(whole))
    waiting, log = first.start(), []
    while waiting and len(log) < 12:
        invocation = waiting.pop(random.randrange(len(waiting)))
        log.append(event_of(chain, invocation, whole))
        waiting += first.apply(log[-1])
    second = Firing(chain, "vds", static(whole))
    random.shuffle(log)
    for event in log:
        second.apply(event)
    assert second.fireable() == first.fireable()
    assert second.done == first.done


def test_agreement_on_shared_dimensions() -> None:
    chain = Chain((ipf("A", [], ("atf", "detector")), ipf("B", ["A"], ("detector", "band"))))
    firing = Firing(chain, "vds", WHOLE)
    assert len(firing.start()) == 4
    assert firing.apply(Event("A/atf=001-012,detector=01")) == []
    assert firing.apply(Event("A/atf=013-024,detector=02")) == []
    fired = firing.apply(Event("A/atf=013-024,detector=01"))
    assert [v.key for v in fired] == ["B/detector=01,band=B00", "B/detector=01,band=B01"]


def test_tiles_wait_for_the_announcement() -> None:
    chain = Chain((ipf("LIST", [], announces="tile"), ipf("T", ["LIST"], ("tile",)), ipf("END", ["T"])))
    firing = Firing(chain, "vds", static(WHOLE))
    assert not firing.complete
    assert [v.key for v in firing.start()] == ["LIST/"]
    assert [v.key for v in firing.apply(Event("LIST/", {"tile": ("36MZD",)}))] == ["T/tile=36MZD"]
    assert [v.key for v in firing.apply(Event("T/tile=36MZD"))] == ["END/"]


def test_no_tile_at_all_is_no_obstacle() -> None:
    chain = Chain((ipf("LIST", [], announces="tile"), ipf("T", ["LIST"], ("tile",)), ipf("END", ["T"])))
    firing = Firing(chain, "vds", static(WHOLE))
    assert [v.key for v in firing.apply(Event("LIST/", {"tile": ()}))] == ["END/"]


def test_an_event_that_overtakes_the_announcement_counts() -> None:
    chain = Chain((ipf("LIST", [], announces="tile"), ipf("T", ["LIST"], ("tile",)), ipf("END", ["T"])))
    firing = Firing(chain, "vds", static(WHOLE))
    assert firing.apply(Event("T/tile=36MZD")) == []
    fired = firing.apply(Event("LIST/", {"tile": ("36MZD", "36MZE")}))
    assert [v.key for v in fired] == ["T/tile=36MZE"]
    assert [v.key for v in firing.apply(Event("T/tile=36MZE"))] == ["END/"]


@pytest.mark.parametrize(
    "event",
    [Event("NONE/"), Event("A/detector=07"), Event("A"), Event("A/", {"band": ("B09",)})],
    ids=["unknown IPF", "unknown piece", "no key", "other extent"],
)
def test_foreign_events_are_refused(event: Event) -> None:
    firing = Firing(Chain((ipf("A", []),)), "vds", WHOLE)
    with pytest.raises(ValueError):
        firing.apply(event)


@given(
    key=st.sampled_from(["UPDATE_LOC/", "RADIO_AB/atf=001-012,detector=07"]),
    announced=st.dictionaries(st.just("tile"), st.lists(st.text(min_size=1)).map(tuple)),
)
def test_events_survive_json(key: str, announced: dict[str, tuple[str, ...]]) -> None:
    event = Event(key, announced)
    assert Event.from_json(event.to_json()) == event
    assert Event.from_json(event.to_json().encode()) == event


@pytest.mark.parametrize("text", ["3", "{}", "[1]", '["A/",3]', "nonsense"])
def test_what_is_no_event_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Event.from_json(text)


def test_depth_is_the_longest_remaining_path() -> None:
    a, b, c, d = ipf("A", []), ipf("B", ["A"]), ipf("C", ["B"]), ipf("D", ["A"])
    chain = Chain((a, b, c, d))
    assert depths(chain, "vds") == {"A": 3, "B": 2, "C": 1, "D": 1}
    assert depths(chain, "vds", lambda i: 10.0 if i.name == "D" else 1.0) == {
        "A": 11,
        "B": 2,
        "C": 1,
        "D": 10,
    }


def test_invocation_keys() -> None:
    invocation = Invocation("GEN_ORTHO_TOA", Unit((("band", "B01-B02"), ("tile", "36MZD"))))
    assert invocation.key == "GEN_ORTHO_TOA/band=B01-B02,tile=36MZD"
    assert Invocation.parse(invocation.key) == invocation
    assert Invocation.parse("UPDATE_LOC/") == Invocation("UPDATE_LOC")


@pytest.mark.parametrize(
    "key", ["", "A", "/", "A/x=1", "A/tile=", "A/tile", "A/tile=1,band=2", "A/band=1,band=2"]
)
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        Invocation.parse(key)


def steps_per_event(tiles: int) -> float:
    """Lines of Python that run per event of a whole vDS: what an event costs, on any machine."""
    chain = load_chain()
    whole = {**extents_of(chain, 60), "tile": tuple(f"{n:03d}" for n in range(tiles))}
    events = [event_of(chain, v, whole) for v in invocations(chain, "vds", whole)]
    firing = Firing(chain, "vds", static(whole))
    steps = 0

    def count(_frame: FrameType, kind: str, _arg: object) -> TraceFunction:
        nonlocal steps
        steps += kind == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        for event in events:
            firing.apply(event)
    finally:
        sys.settrace(before)
    assert firing.complete
    return steps / len(events)


def test_an_event_costs_the_same_however_many_tiles_there_are() -> None:
    """The engine is on the path of every invocation: work must grow with the invocations, not faster."""
    few, many = steps_per_event(60), steps_per_event(180)
    assert many < 1.25 * few, f"{few:.0f} steps per event with 60 tiles, {many:.0f} with 180"
