import csv
import io

import pytest

from batch.chain import load_chain
from batch.choreography import Event, Firing
from batch.report.bound import bound_s, unlimited_s
from batch.report.html import lanes, page
from batch.report.status import at_once
from batch.report.trace import to_csv
from tests.batch.stage.chains import Tiny


def attempt(key: str, start: float, wall: float, **more: object) -> dict[str, object]:
    return {
        "job": "v01", "key": key, "attempt": 1, "stage": "s1", "state": "DONE", "start": start,
        "wall_s": wall,        "holder": "host,b,p;42;1;x", **more,
    }  # fmt: skip


def test_bound_is_the_larger_of_both() -> None:
    assert bound_s(10, 40, 2) == 20 and bound_s(30, 40, 2) == 30


def test_critical_path_follows_the_slowest_units(tmp_path) -> None:  # type: ignore[no-untyped-def]
    chain = load_chain(Tiny(tmp_path).chain)
    extents = {"detector": ("01", "02"), "band": ("B00",), "atf": (), "granule": ()}
    times = {
        "STAGE_IN/": 1.0, "RADIO/detector=01": 5.0, "RADIO/detector=02": 2.0, "GET_TILE_LIST/": 4.0,
        "ORTHO/band=B00,tile=T": 3.0, "PACK_SAFE/tile=T": 1.0, "STAGE_OUT/": 0.5,
    }  # fmt: skip
    events = {"GET_TILE_LIST/": Event("GET_TILE_LIST/", {"tile": ("T",)})}
    assert unlimited_s(Firing(chain, "vds", extents), times, events) == pytest.approx(1 + 5 + 3 + 1 + 0.5)
    times["GET_TILE_LIST/"] = 7.0
    assert unlimited_s(Firing(chain, "vds", extents), times, events) == pytest.approx(1 + 7 + 3 + 1 + 0.5)
    del times["PACK_SAFE/tile=T"]  # not run yet: what is after it is unknown
    assert unlimited_s(Firing(chain, "vds", extents), times, events) == pytest.approx(1 + 7 + 3)


def test_trace_speaks_nextflow() -> None:
    failed = attempt(
        "ORTHO/band=B00", 12.5, 2.0, state="TIMEOUT", exit=252, cpu_s=1.0, max_rss_mb=50.0, reason="a\nb"
    )
    rows = list(csv.DictReader(io.StringIO(to_csv("DS", [attempt("A/", 10, 1, exit=0), failed]))))
    assert rows[1]["status"] == "FAILED" and rows[1]["%cpu"] == "50.0" and rows[1]["peak_rss"] == "50000000"
    assert (
        rows[1]["name"] == "ORTHO (band=B00)"
        and rows[1]["complete"] == "14500"
        and rows[1]["reason"] == "a | b"
    )
    assert rows[0]["native_id"] == "42" and rows[0]["hash"] != rows[1]["hash"]


def test_lanes_are_slots() -> None:
    attempts = [attempt("A/", 0, 2), attempt("B/", 1, 2), attempt("C/", 2.001, 1)]
    assert [(a["key"], lane) for _, lane, a in lanes(attempts)] == [("A/", 0), ("B/", 1), ("C/", 0)]
    assert at_once(attempts) == 2


def test_page_escapes_what_ipfs_say() -> None:
    bad = attempt("A/", 0, 1, state="FAILED", reason="<script>alert(1)</script>")
    status = {
        "datastrip": "<DS>", "state": "FAILED", "slots": 1, "wall_s": 1.0, "work_s": 1.0, "bound_s": 1.0,
        "critical_path_s": 1.0, "attempts": 1, "tiles": [], "cost": None, "vds": [], "assembly": None,
    }  # fmt: skip
    assert "<script>" not in page(status, [bad]) and "&lt;script&gt;" in page(status, [bad])
