"""Is a datastrip complete and coherent? Each mistake is one sentence; nothing is written.

Fast by default: metadata, names and the framing of every packet by hopping from header to header (207 360
headers for 16 scenes). `deep` reads everything: CRC of the packets, checksums of the manifest.
"""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from batch.errors import InputError
from batch.safe.datastrip import Datastrip, Granule, find_datastrip, read_datastrip
from batch.safe.manifest import FILE_NAME, verify_manifest
from batch.safe.names import BANDS, is_l0c, mtd_path, packets_path
from batch.safe.packets import PacketHeader, first_header, packets_of, read_packets, scan_packets
from batch.safe.xml import parse_xml

#: Scenes below which nothing useful comes out: 3 are lost at L1B, as in every DS of the ground segment.
MINIMUM_SCENES = 4
#: s by which the time in a packet may differ from the metadata's; the next scene is 3.6 s away.
TOLERANCE = Decimal("0.5")

#: First header and number of packets of a file.
Scan = Callable[[Path], tuple[PacketHeader, int]]


def check_datastrip(path: Path, deep: bool = False) -> Datastrip:
    """The datastrip at `path` (DIR with DS/ and GR/, or DIR/DS/<name>). InputError at the first mistake."""
    ds_dir, gr_dir = find_datastrip(path)
    datastrip = read_datastrip(ds_dir, gr_dir)
    long_enough(datastrip)
    _complete(datastrip)
    scale = scale_of(datastrip)
    scan = _read_all if deep else scan_packets
    for granules in datastrip.granules.values():
        for scene, granule in enumerate(granules, 1):
            parse_xml(mtd_path(datastrip.gr_dir / granule.name))
            start = datastrip.gps_start + datastrip.offset(scene)
            for band in range(len(BANDS)):
                _packets(datastrip, granule, band, scale, start, scan)
    if deep:
        for folder in (datastrip.ds_dir, *_folders(datastrip)):
            if (folder / FILE_NAME).exists():
                verify_manifest(folder)
    return datastrip


def long_enough(datastrip: Datastrip) -> None:
    """InputError if nothing useful would come out."""
    if datastrip.scenes < MINIMUM_SCENES:
        raise InputError(
            f"{datastrip.name} has {datastrip.scenes} scenes, at least {MINIMUM_SCENES} were expected "
            "(3 are lost at L1B); take a longer datastrip"
        )


def scale_of(datastrip: Datastrip) -> int:
    """N of `--scale N` that the granules were made with, from the first packet; 1 is the real thing."""
    granule = datastrip.granules["01"][0]
    return first_header(packets_path(datastrip.gr_dir / granule.name, BANDS[0])).scale


def _folders(datastrip: Datastrip) -> list[Path]:
    return [datastrip.gr_dir / g.name for granules in datastrip.granules.values() for g in granules]


def _complete(datastrip: Datastrip) -> None:
    """Every granule of the list is there, and none besides."""
    if not datastrip.gr_dir.is_dir():
        raise InputError(
            f"{datastrip.gr_dir} is missing, the granules of {datastrip.name} were expected there; copy "
            "them, or make them with `vds synth --like`"
        )
    present = {p.name for p in datastrip.gr_dir.iterdir() if p.is_dir() and is_l0c(p.name, "GR")}
    # A folder GR may serve several datastrips; what no list names is told apart only where there is one.
    alone = sum(is_l0c(p.name, "DS") for p in datastrip.ds_dir.parent.iterdir()) == 1
    all_listed(datastrip, present, str(datastrip.gr_dir), alone)


def all_listed(datastrip: Datastrip, present: set[str], where: str, alone: bool) -> None:
    """InputError unless the granules `present` are those of the list; if not `alone`, there may be more."""
    listed = {f.name for f in _folders(datastrip)}
    missing, strange = sorted(listed - present), sorted(present - listed)
    if missing:
        raise InputError(
            f"{where} lacks granule {missing[0]} ({len(missing)} of {len(listed)} are missing), "
            "all that the datastrip lists were expected; fetch them again"
        )
    if strange and alone:
        raise InputError(
            f"{where} holds granule {strange[0]} ({len(strange)} such), which {datastrip.name} "
            "does not list: it is of another datastrip; remove it"
        )


def _packets(
    datastrip: Datastrip, granule: Granule, band: int, scale: int, start: Decimal, scan: Scan
) -> None:
    path = packets_path(datastrip.gr_dir / granule.name, BANDS[band])
    first, number = scan(path)
    if (first.band, first.detector) != (band, int(granule.detector)):
        raise InputError(
            f"{path} holds packets of bandId {first.band} and detector {first.detector}, {band} and "
            f"{int(granule.detector)} were expected; fetch the granule again"
        )
    if first.scale != scale:
        raise InputError(
            f"{path} holds packets of scale {first.scale}, but the datastrip's first packet is of "
            f"scale {scale}: one scale was expected; make all granules again with one"
        )
    if number != packets_of(band):
        raise InputError(
            f"{path} holds {number} packets, {packets_of(band)} were expected; fetch the granule again"
        )
    if abs(first.gps - start) > TOLERANCE:
        raise InputError(
            f"{path} begins {first.gps - start:+.3f} s from where its POSITION in {datastrip.name} says: "
            "it is of another scene or datastrip; fetch the granule again"
        )


def _read_all(path: Path) -> tuple[PacketHeader, int]:
    headers = [header for header, _ in read_packets(path)]
    return headers[0], len(headers)
