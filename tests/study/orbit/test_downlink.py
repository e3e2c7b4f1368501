"""Reading the on-board memory: nothing twice but what datastrips share, nothing lost while contacts last."""

from hypothesis import given
from hypothesis import strategies as st

from study.orbit.datatakes import SCENE_S, Datatake
from study.orbit.downlink import SHARED, STATIONS, Contact, downlink

SGS = STATIONS[0]


def take(start_s: float, scenes: int) -> Datatake:
    return Datatake("S2A", start_s, scenes)


def test_a_take_within_one_contact_is_one_datastrip() -> None:
    (one,) = downlink([take(0, 50)], [Contact(SGS, 1000, 2000)])
    assert (one.scenes, one.start, one.station) == (50, 0, "SGS")
    assert 1000 < one.received < 1000 + 50 * SCENE_S  # read faster than it was sensed


def test_data_are_not_read_before_they_are_sensed() -> None:
    (one,) = downlink([take(100, 50)], [Contact(SGS, 0, 2000)])
    assert one.received >= one.stop


def test_a_cut_shares_three_scenes() -> None:
    one, two = downlink([take(0, 100)], [Contact(SGS, 1000, 1200), Contact(SGS, 5000, 6000)])
    assert one.received <= 1200
    assert round((two.start - one.start) / SCENE_S) == one.scenes - SHARED
    assert two.start + two.scenes * SCENE_S == 100 * SCENE_S


windows = st.lists(st.tuples(st.floats(1, 3000), st.floats(5, 900)), min_size=1, max_size=8)
takes = st.lists(st.tuples(st.floats(1, 3000), st.integers(4, 300)), min_size=1, max_size=5)


@given(takes, windows)
def test_every_scene_comes_down_once_or_is_shared(gaps: list, passes: list) -> None:
    t, all_takes = 0.0, []
    for gap, scenes in gaps:
        all_takes.append(take(t + gap, scenes))
        t = all_takes[-1].stop
    at, all_windows = 0.0, []
    for gap, length in passes:
        all_windows.append(Contact(SGS, at + gap, at + gap + length))
        at = all_windows[-1].stop
    all_windows.append(Contact(SGS, max(at, t) + 1, max(at, t) + 1e6))
    found = list(downlink(all_takes, all_windows))
    for one in all_takes:
        mine = [d for d in found if one.start <= d.start < one.stop]
        position = 0
        for d in mine:
            first = round((d.start - one.start) / SCENE_S)
            assert first == position or first == position - SHARED
            assert d.received >= d.stop - 1e-6
            position = first + d.scenes
        assert position == one.scenes
    received = [d.received for d in found]
    assert received == sorted(received)


def test_what_no_contact_reads_is_lost() -> None:
    assert list(downlink([take(5000, 50)], [Contact(SGS, 0, 100)])) == []
