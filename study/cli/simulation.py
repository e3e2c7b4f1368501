"""From what was asked to the simulation's document."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import Progress

from batch.chain import load_chain
from batch.errors import InputError
from infra.settings.model import Stack
from study.cli.stacks import all_stacks, read_stack
from study.laws import read_laws
from study.orbit.plan import observed
from study.orbit.track import SATELLITES
from study.simulate.clouds import Result, cases, compare
from study.simulate.model import Arrival, Platform, arrivals
from study.simulate.pdgs_laws import pdgs_laws
from study.simulate.service import Service
from study.simulate.size import choices

_COLUMNS = ("name", "scenes", "sensed_s", "received_s")


@dataclass(frozen=True)
class Asked:
    """What the user gave; `platform`: fields of Platform."""

    days: float
    begin: datetime
    satellites: tuple[str, ...]
    stacks: tuple[str, ...]
    flavors: tuple[str, ...]
    folder: Path
    laws: Path | None
    reference: float
    datastrips: Path | None
    platform: dict[str, Any]
    all_flavors: bool = False


def run(asked: Asked, progress: bool = False) -> tuple[dict[str, Any], list[Result]]:
    """The document and the results. InputError for the first mistake, before anything is simulated."""
    stacks = (
        {n: read_stack(n, None, asked.folder) for n in asked.stacks}
        if asked.stacks
        else all_stacks(asked.folder)
    )
    found = cases(stacks, asked.flavors, asked.reference, asked.all_flavors)
    if not found:
        raise InputError(
            f"{', '.join(asked.flavors) or 'the stages flavor'}: no price of it in {', '.join(stacks)}; "
            "choose one of vds price --all-flavors"
        )
    platform = Platform(**asked.platform)
    laws = read_laws(asked.laws) if asked.laws else pdgs_laws()
    chain = load_chain()
    services: dict[int, Service] = {}

    def service(slots: int) -> Service:
        if slots not in services:
            services[slots] = Service(chain, laws, slots, 1.0, platform.failure, platform.cap, platform.seed)
        return services[slots]

    with _bar(progress) as tell:
        came = _read(asked.datastrips) if asked.datastrips else _observe(asked)
        results = compare(found, stacks, came, platform, service, tell)
    document = {
        "days": asked.days,
        "begin": asked.begin.isoformat(),
        "seed": platform.seed,
        "arrivals": _summary(came),
        "platform": asdict(platform),
        "laws": {"source": dict(laws.source), "machine": dict(laws.machine), "reference": asked.reference},
        "clouds": [r.document() for r in results],
        "notes": _notes(asked, platform, service(found[0].vcpus), stacks),
    }
    return document, results


def sized(
    name: str, hours: float, confidence: float, days: float, begin: datetime, lengths: list[int], limit: int,
    flavor: str | None, folder: Path, laws_file: Path | None, reference: float, seed: int, progress: bool,
) -> dict[str, Any]:  # fmt: skip
    """The document of `vds size`: what keeps the timeliness, cheapest first."""
    stack = read_stack(name, None, folder)
    flavors = (flavor,) if flavor else ()
    # Other clouds' indices tell how slow a flavor of unknown index may be.
    found = [c for c in cases({**all_stacks(folder), name: stack}, flavors, reference) if c.stack == name]
    if not found:
        raise InputError(f"{flavor}: no price of it in {name}; choose one of vds price --all-flavors")
    (case,) = found
    laws = read_laws(laws_file) if laws_file else pdgs_laws()
    platform = Platform(slots=case.vcpus, seed=seed)
    service = Service(load_chain(), laws, case.vcpus, case.speeds[0], platform.failure, platform.cap, seed)
    with _bar(progress) as tell:
        came = _observe(Asked(days, begin, (), (), (), folder, None, reference, None, {"seed": seed}))
        kept, best = choices(
            came, platform, service, stack, case.flavor, hours, confidence, lengths, limit, tell
        )
    return {
        "stack": name,
        "title": stack.cloud.title,
        "flavor": case.flavor,
        "index_known": case.known,
        "speed": case.speeds[0],
        "timeliness_h": hours,
        "confidence": confidence,
        "arrivals": _summary(came),
        "best_share": best,
        "limit": limit,
        "choices": [
            {
                "scenes": c.scenes,
                "stages": c.stages,
                "most": c.most,
                "share": c.share,
                "commitment": c.commitment,
                "eur_month": {k: v.document() for k, v in c.prices.items()},
            }
            for c in kept
        ],
    }


def _observe(asked: Asked) -> list[Arrival]:
    strips = observed(
        asked.days, asked.begin, asked.satellites or SATELLITES, seed=asked.platform.get("seed", 0)
    )
    return arrivals(
        [(f"{d.satellite}_{d.station}_{d.start:.0f}", d.scenes, d.start, d.received) for d in strips]
    )


def _read(path: Path) -> list[Arrival]:
    """Datastrips from a CSV file; InputError naming the line that is wrong."""
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); give a CSV file of datastrips") from error
    found = []
    for number, row in enumerate(rows, 2):
        try:
            name, scenes, sensed, received = (row[c] for c in _COLUMNS)
            found.append((name, int(scenes), float(sensed), float(received)))
            if not (int(scenes) > 0 and 0 <= float(sensed) <= float(received)):
                raise ValueError
        except (KeyError, TypeError, ValueError):
            raise InputError(
                f"{path} line {number}: expected {','.join(_COLUMNS)} with received after sensed; correct it"
            ) from None
    if not found:
        raise InputError(f"{path}: no datastrip, expected a header {','.join(_COLUMNS)} and a line for each")
    return arrivals(found)


def _summary(came: list[Arrival]) -> dict[str, Any]:
    scenes = [a.scenes for a in came]
    return {
        "datastrips": len(came),
        "scenes": sum(scenes),
        "shortest": min(scenes, default=0),
        "longest": max(scenes, default=0),
        "latency_h": float(np.median([a.received - a.sensed for a in came])) / 3600 if came else 0.0,
    }


def _notes(asked: Asked, platform: Platform, service: Service, stacks: dict[str, Stack]) -> list[str]:
    laws = (
        f"from {asked.laws}"
        if asked.laws
        else "from the operations of 2018-07-21; a core of then is taken for one of c2-60 (--reference)"
    )
    notes = [
        f"Durations {laws}. No time is known of: {', '.join(service.missing()) or 'none'}.",
        f"Assumed: links of {platform.ingest:g} (stations to cloud), {platform.storage:g} (storage), "
        f"{platform.nic:g} Gbit/s (stage); {platform.boot_s:g} s until a stage works; a run of an IPF fails "
        f"with {platform.failure:g}, a stage vanishes with {platform.lost_per_hour:g} per hour.",
        "EUR without VAT for the time simulated: servers, volumes, network; ≥: something has no known price.",
    ]
    if any(s.cloud.status == "closing" for s in stacks.values()):
        closing = [n for n, s in stacks.items() if s.cloud.status == "closing"]
        notes.append(f"{', '.join(closing)}: is being closed, takes no new customers.")
    return notes


@contextmanager
def _bar(wanted: bool) -> Iterator[Callable[[float], None]]:
    if not wanted:
        yield lambda done: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("simulating", total=1.0)
        yield lambda done: bar.update(task, completed=done)
