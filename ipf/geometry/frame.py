"""The frame: which rows of each band and detector see the ground that all of them see.

L0 rows of all bands and detectors begin at the same moment and look at different places: along the orbit, B09
of detector 02 sees first what B09 of detector 01 sees 7.3 s later. L1B cuts each band and detector so that
all begin and end on the same ground. As the operational processor does (its L1 time stamps of S2A 2020 and
S2B 2022 differ by the same numbers of lines, line for line), this takes the instrument's nominal offsets, not
the pass's: the ground of neighbours then agrees within 60 lines of 10 m, and the lines cut at either end
depend on nothing else, neither on the length of the datastrip nor on the place.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from batch.errors import InputError
from batch.safe.xml import write_xml
from ipf.geometry.focal_plane import BANDS, DETECTORS, SCENE_LINES_10M, nominal_first_line

#: Lines of each band that decompression spoils at an edge (wavelet context), and that filters need beyond.
#: Together 34 lines of 60 m, 0.319 s: the real L1 begins 0.317 s after L0 in the band that sees the ground
#: first.
COMPRESSION_MARGIN = 32
RADIOMETRIC_MARGIN = 2
_MARGIN_10M = (COMPRESSION_MARGIN + RADIOMETRIC_MARGIN) * 6
_SPREAD_10M = max(nominal_first_line(b, d) for b in BANDS for d in DETECTORS)

Rows = dict[str, dict[str, tuple[int, int]]]


@dataclass(frozen=True)
class Frame:
    """L1 rows of a (virtual) datastrip of so many scenes, in lines of each band at full resolution."""

    scenes: int

    def __post_init__(self) -> None:
        if self.length_10m <= 0:
            raise InputError(
                f"a datastrip of {self.scenes} scenes has no ground that all bands and detectors see; "
                "give one of at least 3 scenes"
            )

    @property
    def length_10m(self) -> int:
        """Lines of 10 m that are left, the same for all: 2.2 scenes less than there were."""
        return self.scenes * SCENE_LINES_10M - _SPREAD_10M - 2 * _MARGIN_10M

    def cut(self, band: str, detector: str) -> tuple[int, int]:
        """Lines to cut at the begin and at the end."""
        first = nominal_first_line(band, detector)
        per_line = BANDS[band].resolution // 10
        return (first + _MARGIN_10M) // per_line, (_SPREAD_10M - first + _MARGIN_10M) // per_line

    def rows(self, band: str, detector: str) -> tuple[int, int]:
        """First row and the one after the last."""
        begin, end = self.cut(band, detector)
        return begin, self.scenes * BANDS[band].scene_lines - end

    def write_json(self, path: Path) -> None:
        """frame.json: {band: {detector: [first, last]}}, last inclusive."""
        rows = {b: {d: [self.rows(b, d)[0], self.rows(b, d)[1] - 1] for d in DETECTORS} for b in BANDS}
        path.write_text(json.dumps(rows) + "\n", encoding="utf-8")

    def write_xml(self, path: Path, extra_granules: list[str]) -> None:
        """frame_file.xml, as the operational IPFs exchange it (source: ORCH FrameFileReader)."""
        root = etree.Element("FRAME_FILE")
        bands = etree.SubElement(root, "BAND_LIST")
        for band in BANDS.values():
            detectors = etree.SubElement(
                etree.SubElement(bands, "BAND", band_id=str(band.band_id)), "DETECTOR_LIST"
            )
            for detector in DETECTORS:
                node = etree.SubElement(detectors, "DETECTOR", detector_id=detector)
                begin, end = self.cut(band.name, detector)
                etree.SubElement(node, "BEGIN_NB_LINES_TO_CUT").text = str(begin)
                etree.SubElement(node, "END_NB_LINES_TO_CUT").text = str(end)
        etree.SubElement(root, "COMPRESSION_MARGIN").text = str(COMPRESSION_MARGIN)
        etree.SubElement(root, "RADIOMETRIC_MARGIN").text = str(RADIOMETRIC_MARGIN)
        extra = etree.SubElement(root, "EXTRA_GRANULES_LIST")
        for granule in extra_granules:
            etree.SubElement(extra, "GRANULE_ID").text = granule
        blocks = etree.SubElement(root, "DATA_BLOCK_LIST")
        etree.SubElement(blocks, "NUMBER").text = "1"
        etree.SubElement(blocks, "TOTAL_GRANULES_NUMBER").text = str(self.scenes)
        etree.SubElement(blocks, "GRANULES_NUMBER", data_block="1").text = str(self.scenes)
        write_xml(etree.ElementTree(root), path)
