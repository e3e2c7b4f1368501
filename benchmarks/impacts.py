"""What virtual datastrips cost in quality, for several cuts, overlaps and ways to refine:
study/data/impacts.json.

    python -m benchmarks.impacts WORK [--jobs 2]
    python -m benchmarks.impacts WORK --out FILE --only NAME [--only NAME …]

WORK gets a generated datastrip (with an attitude error, and a reference to find it by) and the L1C of every
case; what is there stays, so that the command goes on where it was. Each case is processed by the real chain,
firing rule and steps in this process, and measured by `vds compare --impacts` against the datastrip processed
as a whole: unrefined cases against the unrefined whole, others against the whole refined on all of its tie
points. NAME is a case, or "geometry" for what needs no images.
"""

import argparse
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from batch.chain import load_chain, with_partitions
from batch.chain.load import SHIPPED
from batch.plan.cut import cut
from batch.safe.check import check_datastrip
from batch.safe.datastrip import Datastrip, read_datastrip
from ipf.geometry.navigation import Navigation, Refining
from ipf.refine import tiepoints
from ipf.refine.record import Refined
from ipf.synth.attitude import AttitudeError
from ipf.synth.build import build
from ipf.synth.datastrip import made_datastrip
from ipf.synth.reference import write_reference
from study.bench.machine import cpu_model
from study.quality.fits import fit, lengths
from study.quality.impacts import PLACE, Row, impacts, pixel_unit
from tests.support.in_process import ONE_PIECE, InProcess

SCALE, SCENES = 16, 16
ORBIT, LATITUDE = 34, 45.0
#: µrad: 157 m on the ground below a satellite at 786 km, a pixel of scale 16 and 16 pixels of scale 1.
SIZE, SEED = 200.0, 1
#: With the images' cases, what can be asked for by name.
GEOMETRY = "geometry"
SHIPPED_IMPACTS = Path("study/data/impacts.json")
OFF, DS, VDS = "off", "ds", "vds"


@dataclass(frozen=True)
class Case:
    """`refinement`: none, fitted over the datastrip, or over each vDS. `scenes` of a vDS; 0: one vDS."""

    name: str
    refinement: str
    scenes: int = 0
    overlap: int = 3


CASES = (
    Case("whole", OFF),
    Case("refined whole", DS),
    Case("2 vDS", OFF, 10),
    Case("4 vDS", OFF, 7),
    Case("2 vDS, refined over the DS", DS, 10),
    Case("4 vDS, refined over the DS", DS, 7),
    Case("2 vDS, overlap 5, refined over the DS", DS, 11, 5),
    Case("2 vDS, refined each", VDS, 10),
    Case("4 vDS, refined each", VDS, 7),
    Case("2 vDS, overlap 5, refined each", VDS, 11, 5),
)
#: Scenes of a vDS and overlap of which the geometry alone is looked at.
FITS = ((SCENES, 3), (10, 3), (7, 3), (6, 3), (11, 5), (8, 5))


def folder(work: Path, case: Case) -> Path:
    """Where a case's L1C is."""
    return work / case.name.replace(",", "").replace(" ", "-")


def prepare(work: Path, jobs: int) -> Datastrip:
    """The datastrip, the references, and the refining that is fitted over the whole."""
    source = work / "l0c"
    if not (source / "DS").exists():
        with made_datastrip(source, relative_orbit=ORBIT, lat=LATITUDE, scenes=SCENES) as made:
            ds = read_datastrip(made)
            build(made, source, SCALE, jobs, error=AttitudeError.of(ds, SIZE, SEED))
    strip = check_datastrip(source)
    if not (work / "aux").exists():
        write_reference(strip, SCALE, work / "aux")
    if not (work / "aux-ds").exists():
        chain = with_partitions(load_chain(SHIPPED.with_name("tie-points.yaml")), ONE_PIECE)
        run = InProcess(work / "tie-points", jobs, chain, aux=work / "aux")
        shutil.rmtree(run.out, ignore_errors=True)
        found = run.datastrip(strip, cut(strip.blocks, 10))
        aside = work / ".aux-ds.part"
        shutil.rmtree(aside, ignore_errors=True)
        shutil.copytree(found, aside / "REFINING")
        shutil.copytree(work / "aux" / "GRI_ORBIT", aside / "GRI_ORBIT")
        aside.rename(work / "aux-ds")
    return strip


def process(work: Path, strip: Datastrip, case: Case, jobs: int) -> None:
    """Make the L1C of a case, unless it is there."""
    out = folder(work, case)
    if (out / strip.name / "L1C").exists():
        return
    shutil.rmtree(out, ignore_errors=True)
    cuts = cut(strip.blocks, case.scenes or strip.scenes, case.overlap)
    name = SHIPPED.name if case.refinement == OFF else "level1-refined.yaml"
    chain = with_partitions(load_chain(SHIPPED.with_name(name)), ONE_PIECE)
    aux = None if case.refinement == OFF else work / ("aux-ds" if case.refinement == DS else "aux")
    InProcess(out, jobs, chain, aux=aux).datastrip(strip, cuts)


def measure(work: Path, strip: Datastrip, case: Case, source: str) -> Iterator[Row]:
    """The case's rows, from its images."""
    whole = CASES[0] if case.refinement == OFF else CASES[1]
    vds = len(cut(strip.blocks, case.scenes or strip.scenes, case.overlap))
    a, b = (folder(work, one) / strip.name for one in (whole, case))
    for found in impacts(a, b, work / "l0c"):
        if whole != case or found.measure.startswith("geolocation"):
            overlap = case.overlap if vds > 1 else 0
            about = (found.measure, found.unit, found.where, found.value, found.tolerance)
            yield Row(case.name, case.refinement, vds, overlap, *about, source)


def by_fits(work: Path, strip: Datastrip, source: str) -> Iterator[Row]:
    """Rows of the geometry alone, for more cuts: unrefined, refined over the datastrip and over each vDS.

    Only fits to each vDS are compared with one another and with the datastrip's: otherwise there is one
    geometry, and that it makes the same images is for the images to show.
    """
    navigation = Navigation.from_datastrip(strip.mtd)
    truth = AttitudeError.of(strip, SIZE, SEED).true(navigation)
    points = tiepoints.read([work / "tie-points"])
    over = Refined.read(next((work / "aux-ds").rglob("refining.json"))).refining
    for scenes, overlap in FITS:
        cuts = cut(strip.blocks, scenes, overlap)
        fits = [fit(strip, navigation, points, one, SCALE) for one in cuts]
        ways = {
            OFF: [replace(one, refining=Refining()) for one in fits],
            DS: [replace(one, refining=over) for one in fits],
        }
        if len(cuts) > 1:
            ways[VDS] = fits
        for refinement, used in ways.items():
            about = (refinement, len(cuts), overlap if len(cuts) > 1 else 0)
            name = f"geometry of {len(cuts)} vDS" + (f", overlap {overlap}" if len(cuts) > 1 else "")
            for what, where, metres in lengths(navigation, used, truth, over):
                if metres.size and (refinement == VDS or what == "geolocation"):
                    pixels = metres / (10 * SCALE)
                    for kind, value in (("mean", pixels.mean()), ("95 %", np.quantile(pixels, 0.95))):
                        measure = f"{what}, {kind}"
                        unit = pixel_unit(10 * SCALE)
                        yield Row(name, *about, measure, unit, where, float(value), PLACE, source)


def setup(strip: Datastrip) -> dict[str, Any]:
    """What was measured on: without it pixels and percentages say little."""
    error = AttitudeError.of(strip, SIZE, SEED)
    return {
        "datastrip": strip.name,
        "relative_orbit": ORBIT,
        "latitude_deg": LATITUDE,
        "scenes": SCENES,
        "scale": SCALE,
        "pixel_of_10_m_bands_m": 10 * SCALE,
        "attitude_error_urad": {
            "bias": abs(error.bias[0]),
            "drift_over_the_strip": abs(error.drift[0]),
            "wave": error.wave[0],
            "seed": SEED,
        },
        "measured": datetime.now(UTC).date().isoformat(),
        "machine": cpu_model(Path("/proc/cpuinfo")),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Process and measure."""
    parser = argparse.ArgumentParser(prog="benchmarks.impacts", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--out", type=Path, help=f"file of the rows ({SHIPPED_IMPACTS})")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", action="append", help="a case, or geometry; may be given again")
    parser.add_argument("--process", action="store_true", help="make the L1C only; measure nothing")
    asked = parser.parse_args(arguments)
    names = [GEOMETRY, *(one.name for one in CASES)]
    for name in asked.only or ():
        if name not in names:
            parser.error(f"--only {name!r} is no case, one of these was expected: {'; '.join(names)}")
    if asked.only and not (asked.out or asked.process):
        parser.error(f"--only measures a part, {SHIPPED_IMPACTS} holds all; give --out FILE with it")
    strip = prepare(asked.work, asked.jobs)
    wanted = [c for c in CASES if not asked.only or c.name in asked.only]
    for case in wanted:
        process(asked.work, strip, case, asked.jobs)
        print(f"{case.name}: processed", flush=True)
    if asked.process:
        return
    source = "python -m benchmarks.impacts WORK"
    rows = list(by_fits(asked.work, strip, source)) if not asked.only or GEOMETRY in asked.only else []
    for case in wanted:
        rows += measure(asked.work, strip, case, source)
        print(f"{case.name}: measured", flush=True)
    out = asked.out or SHIPPED_IMPACTS
    part = out.with_name(f".{out.name}.part")
    part.write_text(
        json.dumps({"setup": setup(strip), "rows": [asdict(row) for row in rows]}, indent=1) + "\n"
    )
    part.replace(out)


if __name__ == "__main__":
    main()
