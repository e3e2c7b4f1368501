"""A datastrip with its granules on disk: photographed in parallel, aside, and published when it is whole.

`DIR/.synth-<DS name>.part/` fills first; granules in it are complete as soon as they have their name, so an
interrupted run goes on where it was. Then what had the final names is replaced: the DS folder is taken
away first and put back last, so that nobody ever sees a datastrip whose granules are of two runs.
"""

import json
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from batch.errors import InputError, VdsError
from batch.safe.datastrip import Datastrip, read_datastrip
from batch.safe.manifest import FILE_NAME as MANIFEST
from batch.safe.manifest import checksum, verify_manifest, write_manifest
from batch.safe.names import quicklook_name
from batch.safe.packets import SCALES
from ipf.radiometry import BANDS
from ipf.synth.attitude import AttitudeError
from ipf.synth.granules import camera_of, first_row, write_granule
from ipf.synth.photo import Camera
from ipf.synth.quicklook import BANDS as QUICKLOOK_BANDS
from ipf.synth.quicklook import photograph_quicklook, read_model, write_jp2

#: Called after every unit with (done, all).
Progress = Callable[[int, int], None]

_BYTES_PER_SAMPLE = 1.5
_PER_GRANULE = 60_000  # headers, metadata and manifest


@dataclass(frozen=True)
class Built:
    """What a run made; `bytes` counts packets only."""

    ds: Path
    gr: Path
    granules: int
    made: int
    bytes: int


@dataclass(frozen=True)
class _Unit:
    """One granule (detector, index in its list) or one quick-look band."""

    detector: str = ""
    index: int = 0
    band: str = ""


def build(
    source: Path,
    out: Path,
    scale: int,
    jobs: int | None = None,
    progress: Progress | None = None,
    error: AttitudeError | None = None,
) -> Built:
    """Make the granules of the L0c datastrip in folder `source` under `out`/GR, and copy it to `out`/DS.

    The datastrip's own files are copied byte for byte; its quick-looks are made where it has none, and
    then its manifest is written anew. With an `error` the pictures are taken with another attitude than the
    metadata say; it is recorded in `out`/<DS name>.attitude.json. InputError for what cannot be done; nothing
    is left under a final name in that case.
    """
    if scale not in SCALES:
        raise InputError(f"scale {scale} is not one of 1, 2, 4, 8, 16; choose one of these")
    ds = read_datastrip(source)
    for band in BANDS:
        for granule in ds.granules["01"]:
            first_row(granule, band, scale)
    out.mkdir(parents=True, exist_ok=True)
    if (out / "DS" / ds.name).resolve() == ds.ds_dir and (out / "DS" / ds.name).exists():
        raise InputError(f"{out} is where the datastrip itself is; give another folder for the copy")
    part = out / f".synth-{ds.name}.part"
    _prepare(part, ds, scale, error)
    missing = [u for u in _units(ds) if not _target(part, ds, u).exists()]
    _room(out, ds, scale, missing)
    jobs, progress = jobs or os.cpu_count() or 1, progress or (lambda done, of: None)
    size = _run(_Shoot(ds.ds_dir, part, scale, error), missing, jobs, progress)
    _finish_manifest(part / "DS" / ds.name, ds)
    _publish(part, out, ds)
    _record(error, out / f"{ds.name}.attitude.json", ds)
    count = ds.scenes * len(ds.granules)
    return Built(out / "DS" / ds.name, out / "GR", count, sum(1 for u in missing if u.detector), size)


def _units(ds: Datastrip) -> Iterator[_Unit]:
    """Quick-looks first, as they take longest; then granules scene by scene."""
    yield from (_Unit(band=band) for band in QUICKLOOK_BANDS)
    yield from (_Unit(detector, scene) for scene in range(ds.scenes) for detector in ds.granules)


def _target(part: Path, ds: Datastrip, unit: _Unit) -> Path:
    if unit.band:
        return part / "DS" / ds.name / "QI_DATA" / quicklook_name(ds.name, unit.band)
    return part / "GR" / ds.granules[unit.detector][unit.index].name


def _record(error: AttitudeError | None, path: Path, ds: Datastrip) -> None:
    if error is None:
        path.unlink(missing_ok=True)
    else:
        error.write(path, ds.name)


def _prepare(part: Path, ds: Datastrip, scale: int, error: AttitudeError | None) -> None:
    """The folder aside, with the datastrip's own files; begun anew unless it is of the very same run."""
    told = {"scale": scale, "version": version("vds"), "metadata": checksum(ds.mtd)}
    if error is not None:
        told |= {"attitude": [error.size, error.seed]}
    note = part / "run.json"
    try:
        same = json.loads(note.read_text()) == told
    except (OSError, ValueError):
        same = False
    copy = part / "DS" / ds.name
    if same and copy.is_dir():
        return
    shutil.rmtree(part, ignore_errors=True)
    for folder in (part / "GR", copy / "QI_DATA", copy / "ANC_DATA", copy / "rep_info"):
        folder.mkdir(parents=True)
    for file in sorted(f for f in ds.ds_dir.rglob("*") if f.is_file()):
        target = copy / file.relative_to(ds.ds_dir)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)  # not its mode: the source may be read-only
    note.write_text(json.dumps(told))


def _room(out: Path, ds: Datastrip, scale: int, missing: list[_Unit]) -> None:
    samples = sum(b.raw_columns(scale) * b.lines(scale) for b in BANDS.values())
    granules = sum(1 for unit in missing if unit.detector)
    need = granules * (samples * _BYTES_PER_SAMPLE + _PER_GRANULE)
    free = shutil.disk_usage(out).free
    if need > free:
        raise InputError(
            f"{out} has {free / 1e9:.1f} GB free where {granules} granules at scale {scale} take "
            f"{need / 1e9:.1f} GB; make room or choose a larger --scale"
        )


@dataclass(frozen=True)
class _Shoot:
    """What every process needs."""

    source: Path
    part: Path
    scale: int
    error: AttitudeError | None


def _run(shoot: _Shoot, units: list[_Unit], jobs: int, progress: Progress) -> int:
    """Make the units in `jobs` processes; returns the packets' bytes."""
    size = 0
    if not units:
        return size
    context = multiprocessing.get_context("spawn")
    with _one_thread_each():
        pool = ProcessPoolExecutor(min(jobs, len(units)), context, _begin, (shoot,))
        try:
            futures = [pool.submit(_make, unit) for unit in units]
            for done, future in enumerate(as_completed(futures), start=1):
                size += future.result()
                progress(done, len(units))
        except BrokenProcessPool as error:
            raise VdsError(
                f"a process that made granules was killed ({error}); run the command again"
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)
    return size


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Children use one thread of linear algebra each: with one process per core more would only get in the
    way.
    """
    name = "OPENBLAS_NUM_THREADS"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


_here: tuple[Datastrip, Camera, Path]


def _begin(shoot: _Shoot) -> None:
    """Once per process: read the datastrip."""
    global _here
    ds = read_datastrip(shoot.source)
    camera = camera_of(ds, shoot.scale)
    _here = ds, shoot.error.camera(camera) if shoot.error else camera, shoot.part


def _make(unit: _Unit) -> int:
    ds, camera, part = _here
    if unit.detector:
        return write_granule(ds, camera, ds.granules[unit.detector][unit.index], part / "GR")
    target = _target(part, ds, unit)
    aside = target.with_name(f".{target.name}.part.jp2")
    write_jp2(photograph_quicklook(camera, read_model(ds.mtd), unit.band), aside)
    aside.rename(target)
    return 0


def _finish_manifest(folder: Path, ds: Datastrip) -> None:
    """Keep the manifest if it lists what is there, all of it (schemas are not listed); else write it anew."""
    there = {f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file()} - {MANIFEST}
    try:
        listed = {entry.href for entry in verify_manifest(folder)}
    except InputError:
        listed = set()
    if listed != {href for href in there if not href.startswith("rep_info/")}:
        write_manifest(folder, "L0_DS", name=ds.name)


def _publish(part: Path, out: Path, ds: Datastrip) -> None:
    final = out / "DS" / ds.name
    for folder in (final.parent, out / "GR"):
        folder.mkdir(exist_ok=True)
    if final.exists():
        gone = part / "replaced"
        shutil.rmtree(gone, ignore_errors=True)
        final.rename(gone)
    for granule in sorted((part / "GR").iterdir()):
        if granule.name.startswith("."):
            continue
        target = out / "GR" / granule.name
        shutil.rmtree(target, ignore_errors=True)
        granule.rename(target)
    (part / "DS" / ds.name).rename(final)
    shutil.rmtree(part)
