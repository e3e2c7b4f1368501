"""From what was asked to what the page tells: reads the shipped files, simulates."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from infra.settings.model import Stack
from study.bench.record import read_rows
from study.laws import Laws, read_laws
from study.report.durations import COPY, Durations
from study.report.page import Found
from study.report.runs import Runs, Wish
from study.report.sections.quality import read_impacts
from study.report.sheets.benchmarks import fit_sheet, time_sheet
from study.report.sheets.calibration import errors_sheet, known, layer_sheet, reality, replay_sheet
from study.report.sheets.days import arrived_sheet, clouds_sheet, distribution_sheet
from study.report.sheets.sizing import sizing_sheet
from study.report.sheets.tradeoff import tradeoff_sheet
from study.simulate.model import Arrival

ROOT = Path(__file__).parents[2]
DATA = ROOT / "study" / "data"
LAWS, MEASURED = "study/data/laws.yaml", "study/data/bench.csv"


def gather(
    wish: Wish,
    stacks: Mapping[str, Stack],
    arrivals: list[Arrival],
    durations: Laws,
    tell: Callable[[str], None] = lambda what: None,
) -> Found:
    """Everything; `durations`: laws that the simulation uses; `tell` is called with what is being done."""
    tell("laws of the reference IPFs")
    document: dict[str, Any] = yaml.safe_load((ROOT / LAWS).read_text(encoding="utf-8"))
    laws = read_laws(ROOT / LAWS)
    runs = Runs(wish, stacks, arrivals, durations, tell)
    clouds, distribution = clouds_sheet(runs), distribution_sheet(runs)
    tradeoff = tradeoff_sheet(runs)
    size = sizing_sheet(runs)
    tell("replay of past operations")
    layer, arrived = reality(), arrived_sheet(runs)
    return Found(
        stacks=stacks,
        laws=laws,
        laws_document=document,
        laws_file=LAWS,
        durations=Durations(
            COPY if wish.laws_text else wish.laws_file,
            wish.laws_text,
            durations.source,
            durations.machine,
            arrived.fact(arrived.row(quantity="reference"), "value"),
        ),
        missing=runs.service(16).missing(),
        reality=layer,
        known=known(),
        impacts=read_impacts(DATA / "impacts.json"),
        command=wish.command,
        made=datetime.now(UTC).isoformat(timespec="minutes"),
        time=time_sheet(laws, LAWS),
        fit=fit_sheet(read_rows(ROOT / MEASURED), laws, MEASURED),
        arrived=arrived,
        clouds=clouds,
        distribution=distribution,
        tradeoff=tradeoff,
        size=size,
        replay=replay_sheet(),
        errors=errors_sheet(),
        layer=layer_sheet(layer),
    )
