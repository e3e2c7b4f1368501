"""What virtual datastrips cost in quality, for several cuts, overlaps and ways to refine:
study/data/impacts.json.

    python -m benchmarks.impacts WORK [--out study/data/impacts.json] [--jobs 2] [--only CASE,…]

WORK gets a generated datastrip (with an attitude error, and a reference to find it by) and the L1C of
every case;
what is there stays, so that the command goes on where it was. Each case is processed by the real chain,
firing
rule and steps in this process, and measured by `vds compare --impacts` against the datastrip processed as a
whole: unrefined cases against the unrefined whole, others against the whole refined on all of its tie points.
"""

import argparse
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

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
from study.quality.fits import fit, lengths
from study.quality.impacts import PIXEL, PLACE, Row, impacts
from tests.support.in_process import ONE_PIECE, InProcess

SCALE, SCENES = 16, 16
#: µrad: 160 m on the ground, a pixel of 10 m at scale 16. At scale 1 a pixel is 12 µrad.
SIZE, SEED = 200.0, 1
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
    Case("2 vDS, refined each", VDS, 10),
    Case("4 vDS, refined each", VDS, 7),
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
        with made_datastrip(source, relative_orbit=34, lat=45.0, scenes=SCENES) as made:
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
    """Rows of the geometry alone, for more cuts: unrefined, refined over the datastrip and over each vDS."""
    navigation = Navigation.from_datastrip(strip.mtd)
    truth = AttitudeError.of(strip, SIZE, SEED).true(navigation)
    points = tiepoints.read([work / "tie-points"])
    over = Refined.read(next((work / "aux-ds").rglob("refining.json"))).refining
    for scenes, overlap in FITS:
        cuts = cut(strip.blocks, scenes, overlap)
        fits = [fit(strip, navigation, points, one, SCALE) for one in cuts]
        ways = {
            OFF: ([replace(one, refining=Refining()) for one in fits], Refining()),
            DS: ([replace(one, refining=over) for one in fits], over),
            VDS: (fits, over),
        }
        for refinement, (used, whole) in ways.items():
            about = (refinement, len(cuts), overlap if len(cuts) > 1 else 0)
            name = f"geometry of {len(cuts)} vDS" + (f", overlap {overlap}" if len(cuts) > 1 else "")
            for what, where, metres in lengths(navigation, used, truth, whole):
                if metres.size:
                    pixels = metres / (10 * SCALE)
                    for kind, value in (("mean", pixels.mean()), ("95 %", np.quantile(pixels, 0.95))):
                        yield Row(name, *about, f"{what}, {kind}", PIXEL, where, float(value), PLACE, source)


def main() -> None:
    """Process and measure."""
    parser = argparse.ArgumentParser(prog="benchmarks.impacts", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--out", type=Path, default=Path("study/data/impacts.json"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", help="names of cases with images, separated by semicolons; none: geometry")
    parser.add_argument("--process", action="store_true", help="make the L1C only; measure nothing")
    asked = parser.parse_args()
    strip = prepare(asked.work, asked.jobs)
    wanted = [c for c in CASES if asked.only is None or c.name in asked.only.split(";")]
    for case in wanted:
        process(asked.work, strip, case, asked.jobs)
        print(f"{case.name}: processed", flush=True)
    if asked.process:
        return
    source = "python -m benchmarks.impacts WORK"
    rows = list(by_fits(asked.work, strip, source))
    for case in wanted:
        rows += measure(asked.work, strip, case, source)
        print(f"{case.name}: measured", flush=True)
    part = asked.out.with_name(f".{asked.out.name}.part")
    part.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    part.replace(asked.out)


if __name__ == "__main__":
    main()
