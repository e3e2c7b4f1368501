"""The (virtual) datastrip behind a tile: navigation, clocks of the rows, L1 frame, files of L1B counts."""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from lxml import etree

from batch.errors import InputError
from batch.safe.xml import attribute, findall, need, text
from ipf.geometry.clock import RowClock
from ipf.geometry.navigation import Navigation
from ipf.l1c import inputs
from ipf.l1c.sight import Rows
from ipf.radiometry import BANDS

if TYPE_CHECKING:
    from ipf.task import Task

_COUNTS = re.compile(r"L1B_D(\d\d)_(B..)_(\d{3})-(\d{3})\.npy", re.ASCII)

#: First and last L1 row (inclusive) by band and detector, lines of the band at full resolution.
Frame = dict[tuple[str, int], tuple[int, int]]


@dataclass(frozen=True)
class Times:
    """When rows were seen: period of a 10 m line [s] and GPS time of row 0, as decimal strings."""

    line_period: str
    gps_times: dict[tuple[str, int], str]

    @classmethod
    def of(cls, tree: etree._ElementTree) -> "Times":
        """From Time_Stamp of the datastrip's metadata."""
        stamp = need(tree, "Image_Data_Info/Sensor_Configuration/Time_Stamp")
        bands = list(BANDS)
        times = {
            (bands[int(attribute(band, "bandId"))], int(attribute(detector, "detectorId"))): text(
                detector, "GPS_TIME"
            )
            for band in findall(stamp, "Band_Time_Stamp")
            for detector in findall(band, "Detector")
        }
        return cls(f"{Decimal(text(stamp, 'LINE_PERIOD')) / 1000:f}", times)


@dataclass(frozen=True)
class Strip:
    """Geometry of a (virtual) datastrip at scale N and where its L1B counts are."""

    navigation: Navigation
    times: Times
    frame: Frame
    scale: int
    files: dict[tuple[str, int], list[tuple[int, Path]]]

    def clock(self, band: str, detector: int) -> RowClock:
        """Time ↔ row of a band and detector."""
        return RowClock.of(
            self.times.gps_times[band, detector],
            self.times.line_period,
            BANDS[band].resolution,
            self.scale,
            self.navigation.epoch,
        )

    def rows(self, band: str, detector: int) -> tuple[int, int]:
        """First and last whole row at scale N of the L1 frame, of this datastrip's rows."""
        first, last = self.frame[band, detector]
        return -(-first // self.scale), (last + 1) // self.scale - 1

    def counts(self, band: str, detector: int) -> Rows | None:
        """L1B counts within the L1 frame; None if there are none of this band and detector."""
        files = self.files.get((band, detector))
        if not files:
            return None
        offset = self.clock(band, detector).first
        first, last = self.rows(band, detector)
        pieces = [(row, np.load(path, mmap_mode="r")) for row, path in files]
        begin, end = pieces[0][0], pieces[-1][0] + len(pieces[-1][1])
        return Rows(pieces, offset, max(first, begin) + offset, min(last, end - 1) + offset)


def read_frame(path: Path) -> Frame:
    """frame.json of UPDATE_LOC."""
    content = json.loads(path.read_text())
    return {
        (band, int(detector)): (int(first), int(last))
        for band, detectors in content.items()
        for detector, (first, last) in detectors.items()
    }


def of_task(task: "Task", tree: etree._ElementTree) -> Strip:
    """The datastrip of a step: PDI_DS, and PDI_ATF_LIST where it is an input."""
    return Strip(
        Navigation.load(inputs.find(task, "PDI_DS", "navigation.npz")),
        Times.of(tree),
        read_frame(inputs.find(task, "PDI_DS", "frame.json")),
        task.scale,
        _files(task),
    )


def _files(task: "Task") -> dict[tuple[str, int], list[tuple[int, Path]]]:
    """Files of L1B counts and the datastrip's row that each begins with."""
    found: dict[tuple[str, int], dict[tuple[int, int], Path]] = {}
    for place in inputs.places(task, "PDI_ATF_LIST"):
        for path in place.glob("L1B_D??_B??_*.npy"):
            match = _COUNTS.fullmatch(path.name)
            if match is not None:
                found.setdefault((match[2], int(match[1])), {})[int(match[3]), int(match[4])] = path
    if not found:
        return {}
    positions = json.loads(inputs.find(task, "PDI_DS", "datastrip.json").read_text())["positions"]
    return {
        (band, detector): [
            ((positions[first - 1] - 1) * 10 // BANDS[band].resolution // task.scale, path)
            for (first, _), path in _without_holes(sorted(pieces.items()))
        ]
        for (band, detector), pieces in found.items()
    }


def _without_holes(
    pieces: list[tuple[tuple[int, int], Path]],
) -> list[tuple[tuple[int, int], Path]]:
    for ((_, last), path), ((first, _), after) in pairwise(pieces):
        if first != last + 1:
            raise InputError(
                f"{after} follows {path}, one that begins with scene {last + 1:03d} was expected; "
                "run RADIO_AB of the scenes between"
            )
    return pieces
