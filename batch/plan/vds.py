"""A virtual datastrip on disk: a valid L0c datastrip of its own, next to others of the same datastrip.

    OUT/<id>/DS/<L0c DS PDI>/    own metadata, manifest and quick-looks; ancillary data and schemas linked
    OUT/<id>/GR/<L0c GR PDI>/    the granules of its scenes under their own names: hard links, where possible

What tells of the whole datastrip only (Inventory_Metadata.xml, OLQC reports) is left out.
"""

import errno
import logging
import os
import shutil
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from batch.errors import InputError
from batch.plan.cut import Cut
from batch.plan.metadata import quicklook_rows, sensing_start, vds_metadata
from batch.plan.quicklook import Rows, crop_quicklook
from batch.safe.datastrip import Datastrip, Granule, read_datastrip
from batch.safe.gps import utc_text
from batch.safe.manifest import FILE_NAME, write_manifest
from batch.safe.names import file_stem, l0c_ds, mtd_name, parse_name
from batch.safe.xml import parse_xml, write_xml

log = logging.getLogger(__name__)

#: A hard link is not possible: other file system, not allowed, too many links, not supported.
_NO_LINK = {errno.EXDEV, errno.EPERM, errno.EACCES, errno.EMLINK, errno.ENOTSUP}


def vds_name(datastrip: Datastrip, cut: Cut, creation: datetime) -> str:
    """PDI name of a vDS: that of the datastrip with its own sensing start and `creation`.

    Sensing starts of two vDS are a scene (3.6 s) or more apart, so no two of a datastrip have the same name.
    With the datastrip's own creation date, names do not depend on when the cut is made.
    """
    centre = parse_name(datastrip.name).centre
    baseline = parse_name(datastrip.name).baseline or datastrip.baseline
    return l0c_ds(datastrip.satellite, centre, creation, sensing_start(datastrip, cut.first), baseline)


def write_vds(
    datastrip: Datastrip, cut: Cut, out_dir: Path, creation: datetime, granules: bool = True
) -> Path:
    """Write the vDS to `out_dir/<id>` and return that folder, which `check_datastrip` takes.

    It is written aside and renamed when complete, so what is there under the final name is whole; if the same
    vDS is there already, nothing is done. InputError if something else is there, or if `cut` does not fit.
    Without `granules` (they are in a bucket) there is no GR; STAGE_IN brings them to where they are needed.
    """
    _possible(datastrip, cut)
    name = vds_name(datastrip, cut, creation)
    final = out_dir / cut.id
    if final.exists():
        return _same(final, datastrip, cut, name)
    aside = out_dir / f".{cut.id}.{uuid4().hex}.part"
    try:
        _write_ds(datastrip, cut, aside / "DS" / name, creation)
        copied = sum(
            _link_tree(datastrip.gr_dir / granule.name, aside / "GR" / granule.name)
            for granule in (_granules(datastrip, cut) if granules else ())
        )
        if copied:
            log.warning(
                "%s: %d files were copied, %s is on another file system", final, copied, datastrip.gr_dir
            )
        try:
            aside.rename(final)
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
            return _same(final, datastrip, cut, name)  # someone else was faster
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return final


def _possible(datastrip: Datastrip, cut: Cut) -> None:
    begin = 1
    for scenes in datastrip.blocks:
        if begin <= cut.first <= cut.last < begin + scenes:
            return
        begin += scenes
    raise InputError(
        f"{cut.id} is to be scenes {cut.first} to {cut.last}, but {datastrip.name} has data blocks of "
        f"{', '.join(map(str, datastrip.blocks))} scenes; plan again"
    )


def _granules(datastrip: Datastrip, cut: Cut) -> list[Granule]:
    return [g for granules in datastrip.granules.values() for g in granules[cut.first - 1 : cut.last]]


def _same(final: Path, datastrip: Datastrip, cut: Cut, name: str) -> Path:
    """`final`, if it is the vDS that was to be written."""
    there = final / "DS" / name
    if there.is_dir():
        vds = read_datastrip(there)
        listed = {g.name for granules in vds.granules.values() for g in granules}
        if listed == {g.name for g in _granules(datastrip, cut)}:
            return final
    raise InputError(f"{final} holds something else than {name}, nothing or that was expected; remove it")


def _write_ds(datastrip: Datastrip, cut: Cut, folder: Path, creation: datetime) -> None:
    tree = parse_xml(datastrip.mtd)
    rows = quicklook_rows(tree, datastrip, cut)
    for sub in ("ANC_DATA", "QI_DATA", "rep_info"):
        (folder / sub).mkdir(parents=True)
    write_xml(vds_metadata(tree, datastrip, cut, folder.name, creation), folder / mtd_name(folder.name))
    for source in sorted(p for p in datastrip.ds_dir.rglob("*") if p.is_file()):
        _take(source, source.relative_to(datastrip.ds_dir), datastrip, folder, rows)
    write_manifest(folder, "L0_DS", start=utc_text(sensing_start(datastrip, cut.first)))


def _take(source: Path, inside: Path, datastrip: Datastrip, folder: Path, rows: Rows | None) -> None:
    """One file of the datastrip's folder: cropped, left out or linked."""
    if source == datastrip.mtd or inside.name in (FILE_NAME, "Inventory_Metadata.xml"):
        return
    if inside.parts[0] == "QI_DATA":
        stem = file_stem(datastrip.name).replace("_MSI_", "_QLK_", 1)
        if rows is not None and inside.name.startswith(stem) and inside.suffix == ".jp2":
            own = file_stem(folder.name).replace("_MSI_", "_QLK_", 1)
            crop_quicklook(source, folder / inside.with_name(inside.name.replace(stem, own)), rows)
        return
    (folder / inside).parent.mkdir(parents=True, exist_ok=True)
    _link(source, folder / inside)


def _link_tree(source: Path, target: Path) -> int:
    """Hard links of all files of a folder. Returns how many had to be copied."""
    copied = 0
    if not source.is_dir():
        raise InputError(
            f"{source} is missing, a granule that the datastrip lists was expected; fetch it again"
        )
    for folder, _, files in os.walk(source):
        here = target / Path(folder).relative_to(source)
        here.mkdir(parents=True, exist_ok=True)
        copied += sum(_link(Path(folder) / file, here / file) for file in files)
    return copied


def _link(source: Path, target: Path) -> bool:
    """A hard link, or a copy where there can be none. Returns whether it is a copy."""
    real = source.resolve()  # else the link would be one to a symbolic link
    try:
        os.link(real, target)
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        shutil.copy2(real, target)
        return True
    return False
