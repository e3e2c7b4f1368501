"""What the IPFs of mode L1A hand to each other: names of files, packets to counts, counts to L1B counts.

    PDI_DS_GR_LIST   D01/001/B01.isp                packets of a granule; 001 is the scene's number
    PDI_ATF_LIST     L0_D07_B02_001-012.npy         raw counts, rows × raw columns (blind pixels included)
                     L1B_D07_B02_001-012.npy        L1B counts, rows × useful columns, 60 m bands binned

Lines that were never received (between data blocks) are 65535 in the first and 0 in the second.
"""

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from batch.errors import InputError
from batch.safe.packets import PacketHeader, packets_of, read_packets
from ipf.packets import decode
from ipf.radiometry import BANDS, FULL_SCALE, L1B_OFFSET, L1B_SATURATED, calibrate, pixel_response

Counts = NDArray[np.uint16]

#: Raw count of a line that was never received; no 12-bit count is that large.
MISSING = 65535
#: L1B count of what is missing.
L1B_MISSING = 0

#: Rows handled at once: bounds the memory of RADIO_AB at scale 1.
_ROWS = 1024


def isp_name(detector: str, scene: int, band: str) -> str:
    """`D01/001/B01.isp`."""
    return f"D{detector}/{scene:03d}/{band}.isp"


def atf_name(level: str, detector: str, band: str, scenes: tuple[int, int]) -> str:
    """`L0_D07_B02_001-012.npy`; level is "L0" or "L1B"."""
    return f"{level}_D{detector}_{band}_{label(scenes)}.npy"


def label(scenes: tuple[int, int]) -> str:
    """`001-012`."""
    return f"{scenes[0]:03d}-{scenes[1]:03d}"


def read_granule(path: Path, band: str, detector: str) -> tuple[PacketHeader, Counts]:
    """First header and raw counts (rows, raw columns) of a granule's packets. InputError if damaged or
    wrong.
    """
    packets = list(read_packets(path))
    first = packets[0][0]
    if (first.band, first.detector) != (BANDS[band].number, int(detector)):
        raise InputError(
            f"{path} holds packets of bandId {first.band} and detector {first.detector}, {band} of detector "
            f"{detector} was expected; fetch the granule again"
        )
    if len(packets) != packets_of(first.band):
        raise InputError(
            f"{path} holds {len(packets)} packets, {packets_of(first.band)} were expected; fetch the granule "
            "again"
        )
    blocks = ((header.coding, payload) for header, payload in packets)
    try:
        return first, decode(blocks, first.lines, first.columns)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def scale_of(counts: Counts, band: str) -> int:
    """N of `--scale N` of a raw image."""
    return BANDS[band].raw_columns() // counts.shape[1]


def radiometry(raw: Counts, band: str, detector: str) -> Counts:
    """L1B counts of raw counts: dark level, response, blind pixels, binning, offset.

    Shape (rows, useful columns), binned by 3 across at 60 m. Pixels at full scale are L1B_SATURATED,
    missing lines are L1B_MISSING.
    """
    scale, facts = scale_of(raw, band), BANDS[band]
    gain, dark = pixel_response(band, int(detector), scale)
    begin, columns = facts.blind_columns(scale), facts.l1b_columns(scale)
    used = slice(begin, begin + columns * facts.binning)
    result = np.empty((len(raw), columns), np.uint16)
    for start in range(0, len(raw), _ROWS):
        part = np.asarray(raw[start : start + _ROWS, used])
        signal = calibrate(part, gain[used], dark[used])
        binned = signal.reshape(len(part), columns, facts.binning).mean(axis=2)
        counts = np.clip(np.rint(binned + L1B_OFFSET), L1B_MISSING + 1, L1B_SATURATED - 1).astype(np.uint16)
        flags = part.reshape(len(part), columns, facts.binning).max(axis=2)
        counts[flags >= FULL_SCALE] = L1B_SATURATED
        counts[flags == MISSING] = L1B_MISSING
        result[start : start + _ROWS] = counts
    return result


def missing_lines(counts: Counts) -> int:
    """Rows of a raw image that were never received."""
    return int(np.count_nonzero(counts[:, 0] == MISSING))


def save_json(path: Path, content: Any) -> None:
    """One JSON document, aside first."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(json.dumps(content, indent=1) + "\n")
    part.replace(path)


def save_array(path: Path, array: NDArray[Any]) -> None:
    """np.save under that very name, aside first."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as stream:
        np.save(stream, np.ascontiguousarray(array))
    part.replace(path)


def link(source: Path, target: Path) -> None:
    """Hard link a file, or copy it where links are not possible (another file system); replaces."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def candidates(roots: Sequence[Path]) -> list[Path]:
    """The paths of an input type and the folders right in them: an input may be named either way."""
    found = []
    for root in roots:
        found.append(root)
        if root.is_dir():
            found += sorted(p for p in root.iterdir() if p.is_dir())
    return found


def find(roots: Sequence[Path], name: str) -> Path | None:
    """The file of that name (or path) in one of the roots or the folders right in them; None if there is
    none.
    """
    return next((place / name for place in candidates(roots) if (place / name).exists()), None)


def require(roots: Sequence[Path], name: str, what: str) -> Path:
    """As `find`; InputError saying that input `what` lacks it."""
    found = find(roots, name)
    if found is None:
        where = ", ".join(str(root) for root in roots) or "no path"
        raise InputError(f"input {what} ({where}) has no {name}; run the IPF that makes it first")
    return found
