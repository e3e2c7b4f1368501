"""The bench on a tiny chain: real processes, real job orders; resume, failures, several at once."""

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from batch.chain import load_chain
from batch.config import PROCESS, Settings
from batch.errors import InputError, IpfError
from study.bench.campaign import Campaign, check, expected, run
from study.bench.derive import laws_of, scaling_of, sources
from study.bench.rig import Rig
from tests.batch.safe.tiny import write_tiny
from tests.batch.stage.chains import Tiny


class Told:
    """Takes what the progress is told; may stop the campaign after so many measurements."""

    def __init__(self, stop_after: int = 10**9) -> None:
        self.said: list[str] = []
        self.measured = 0
        self.stop_after = stop_after

    def begin(self, what: str) -> None:
        self.said.append(what)

    def step(self, done: int, of: int) -> None:
        if self.said[-1].endswith("measuring"):
            self.measured += 1
            if self.measured >= self.stop_after:
                raise KeyboardInterrupt


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    made = Tiny(tmp_path / "tiny", sleep=0.0)
    monkeypatch.setenv("FAULTS", str(made.fault_file))
    return made


@pytest.fixture
def campaign(tiny: Tiny, tmp_path: Path) -> Campaign:
    return Campaign(
        datastrips=[write_tiny(tmp_path / "l0c")],
        chain=load_chain(tiny.chain),
        config=Settings(runner=PROCESS, ipf_command=f"{{python}} {tiny.script} {{ipf}} {{joborder}}"),
        out=tmp_path / "b.csv",
        work=tmp_path / "work",
        machine="m1",
        sizes=(5,),
        slots=(1, 2),
        repetitions=1,
        only=("ORTHO",),
        jobs=2,
    )


def test_stopped_it_goes_on_and_measures_nothing_twice(campaign: Campaign) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(campaign, Told(stop_after=3))
    lines = campaign.out.read_text().splitlines()
    assert len(lines) == 4, "head and three rows are on the disk"
    rows = run(campaign, Told())
    assert campaign.out.read_text().splitlines()[:4] == lines
    # 4 groups of bands × 2 tiles alone, and the largest unit twice at once
    assert Counter(r.slots for r in rows) == {1: 8, 2: 2}
    assert all(r.exit == 0 and r.cpu_s > 0 and r.wall_s > 0 and r.peak_mb > 1 for r in rows)
    again = Told()
    run(campaign, again)
    assert again.measured == 0
    run(replace(campaign, again=True, slots=(1,)), again)
    assert again.measured == 8
    assert len(run(campaign, Told())) == 10
    assert not list(campaign.work.rglob("attempts/*")), "nothing of the measured runs is left"
    assert not [w for w in campaign.work.rglob("*") if w.name == "MERGE_TILE"], (
        "only what ORTHO needs was run"
    )


def test_from_rows_to_laws(campaign: Campaign) -> None:
    rows = run(replace(campaign, only=("ORTHO", "MERGE_TILE"), sizes=(5,)), Told())
    laws = laws_of(rows, {"m1": os.cpu_count() or 1})
    assert set(laws) == {("vds", "ORTHO"), ("datastrip", "MERGE_TILE")}
    assert laws["vds", "ORTHO"].n == 8
    assert laws["vds", "ORTHO"].fixed_s > 0
    assert laws["datastrip", "MERGE_TILE"].quality == "few"
    assert {(s.ipf, s.slots) for s in scaling_of(rows)} == {("ORTHO", 2), ("MERGE_TILE", 2)}
    assert sources(rows)["machine"] == "m1"
    assert laws_of([replace(r, exit=128) for r in rows], {}) == {}, "what failed is no measurement"


def test_an_ipf_that_fails_is_recorded(campaign: Campaign, tiny: Tiny, monkeypatch) -> None:
    real = Rig.prepare

    def prepare_then_break(self: Rig, *words: object) -> None:
        real(self, *words)  # type: ignore[arg-type]
        tiny.faults(ORTHO={"kind": "fail", "code": 131})

    monkeypatch.setattr(Rig, "prepare", prepare_then_break)
    rows = run(campaign, Told())
    assert {r.exit for r in rows} == {131}


def test_inputs_that_cannot_be_made_name_the_ipf(campaign: Campaign, tiny: Tiny) -> None:
    tiny.faults(RADIO={"kind": "fail", "code": 130})
    with pytest.raises(IpfError, match="RADIO/detector="):
        run(campaign, Told())


def test_dry_run_lists_what_would_run(campaign: Campaign) -> None:
    found = expected(campaign, [16], None)
    assert Counter(p.slots for p, _ in found) == {1: 8, 2: 1}
    assert not campaign.out.exists()


def test_an_unknown_ipf(campaign: Campaign) -> None:
    with pytest.raises(InputError, match="--ipf NONE"):
        check(replace(campaign, only=("NONE",)))
