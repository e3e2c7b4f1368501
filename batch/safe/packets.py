"""Framing of the L0c image packets: CCSDS 133.0-B space packets, read and written without decoding samples.

One file per granule and band. Big-endian.

    primary header, 6 bytes    version 0, type 0, secondary-header flag 1, APID; sequence flags 0b11 and a
                               14-bit count; length of what follows − 1
    secondary header, 20       `>IIBBBBHHI`: GPS seconds since 1980-01-06, fraction (2⁻³² s), bandId,
                               detector, scale, coding, lines, columns, CRC-32 of the payload
    payload                    samples, coded in `ipf/`
"""

import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, NoReturn

from batch.errors import InputError
from batch.safe.names import BANDS, DETECTORS

SCALES = (1, 2, 4, 8, 16)
#: Codings of the payload: samples packed to 12 bit, and the same through zlib.
PACKED, PACKED_ZLIB = 0, 1

LINES_PER_PACKET = 16
#: Ground resolution of each band in m, by bandId.
RESOLUTIONS = (60, 10, 10, 10, 20, 20, 20, 10, 20, 60, 60, 20, 20)
#: Packets of 16 lines in a granule of 2304 lines of 10 m, by resolution (COPRS' sample).
PACKETS_PER_GRANULE = {10: 144, 20: 72, 60: 24}
#: Raw columns of a detector, blind pixels included; 60 m bands are 20 m wide until L1B (BLINDP).
RAW_COLUMNS = {10: 2592, 20: 1296, 60: 1296}

_SEQUENCE = struct.Struct(">HH")
_PRIMARY_SIZE = 6
_SECONDARY = struct.Struct(">IIBBBBHHI")
_BOTH = struct.Struct(">HHHIIBBBBHHI")
HEADER_SIZE = _BOTH.size
MAX_PAYLOAD = 65536 - _SECONDARY.size
#: Files under so many bytes are read as a whole rather than header by header.
_SMALL = 1 << 18
_COUNTS = 1 << 14
_SECONDARY_FLAG = 1 << 11
_UNSEGMENTED = 0b11 << 14


@dataclass(frozen=True, slots=True)
class PacketHeader:
    """Both headers of a packet. `size` (payload, bytes) and `crc` are filled in by `build_packet`."""

    count: int  # source packet counter, modulo 16384
    seconds: int  # GPS seconds since 1980-01-06 of the packet's first line
    fraction: int  # of a second, in 2⁻³² s
    band: int  # bandId 0…12
    detector: int  # 1…12
    scale: int
    lines: int
    columns: int
    coding: int = PACKED
    size: int = 0
    crc: int = 0

    @property
    def apid(self) -> int:
        """One application process per detector and band, so that counters are theirs alone."""
        return apid_of(self.detector, self.band)

    @property
    def gps(self) -> Decimal:
        """GPS time of the first line: seconds since 1980-01-06, to 2⁻³² s."""
        return Decimal(self.seconds) + Decimal(self.fraction) / (1 << 32)


def apid_of(detector: int, band: int) -> int:
    """APID of the packets of a detector (1…12) and bandId."""
    return detector << 4 | band


def packets_of(band: int) -> int:
    """Packets in a granule of this bandId; the same at every scale."""
    return PACKETS_PER_GRANULE[RESOLUTIONS[band]]


def lines_of(scale: int) -> int:
    """Lines in a packet at `scale`."""
    return LINES_PER_PACKET // scale


def columns_of(band: int, scale: int) -> int:
    """Raw columns, blind pixels included, of a bandId at `scale`."""
    return RAW_COLUMNS[RESOLUTIONS[band]] // scale


def build_packet(header: PacketHeader, payload: bytes | memoryview) -> bytes:
    """One packet as bytes; size and CRC are those of `payload`, not the header's. ValueError if too long."""
    if not 0 < len(payload) <= MAX_PAYLOAD:
        raise ValueError(f"a packet holds 1 to {MAX_PAYLOAD} bytes of payload, not {len(payload)}")
    head = _BOTH.pack(
        _SECONDARY_FLAG | header.apid,
        _UNSEGMENTED | header.count % _COUNTS,
        _SECONDARY.size + len(payload) - 1,
        header.seconds,
        header.fraction,
        header.band,
        header.detector,
        header.scale,
        header.coding,
        header.lines,
        header.columns,
        zlib.crc32(payload),
    )
    return head + bytes(payload)


def write_packets(path: Path, packets: Iterable[tuple[PacketHeader, bytes | memoryview]]) -> int:
    """Write a file of packets aside, then rename it to `path`. Returns its size in bytes."""
    aside = path.with_name(f".{path.name}.part")
    try:
        with aside.open("wb") as file:
            for header, payload in packets:
                file.write(build_packet(header, payload))
            size = file.tell()
        aside.rename(path)
    finally:
        aside.unlink(missing_ok=True)
    return size


def read_packets(path: Path, crc: bool = True) -> Iterator[tuple[PacketHeader, memoryview]]:
    """Every packet of a file, in order: header and payload. The framing is checked as it goes, and the CRC.

    InputError names file, packet (from 1) and offset: truncated, not a packet, counter, CRC, incoherent.
    """
    data = memoryview(_whole(path))
    walk = _Walk(path, len(data))
    offset = 0
    while offset < len(data):
        header = walk.step(data[offset : offset + HEADER_SIZE], offset)
        payload = data[offset + HEADER_SIZE : offset + HEADER_SIZE + header.size]
        if crc and zlib.crc32(payload) != header.crc:
            walk.fail("wrong CRC, the payload has changed", offset)
        yield header, payload
        offset += HEADER_SIZE + header.size
    walk.end()


def read_headers(path: Path) -> Iterator[PacketHeader]:
    """Every header of a file, hopping over the payloads: the framing is checked, the CRC is not."""
    with _opened(path) as file:
        end = os.fstat(file.fileno()).st_size
        walk = _Walk(path, end)
        offset = 0
        while offset < end:
            header = walk.step(os.pread(file.fileno(), HEADER_SIZE, offset), offset)
            yield header
            offset += HEADER_SIZE + header.size
        walk.end()


def scan_packets(path: Path) -> tuple[PacketHeader, int]:
    """The first header of a file and how many packets it has; the framing is checked, the CRC is not.

    The same as `read_headers`, but some four times faster: a datastrip has hundreds of thousands of packets.
    """
    first = first_header(path)
    with _opened(path) as file:
        end = os.fstat(file.fileno()).st_size
        head = os.pread(file.fileno(), HEADER_SIZE, 0)
        like = (head[:2], head[14:22])  # APID; band, detector, scale, coding, lines, columns
        data = file.read() if end < _SMALL else None
        offset, number, count = 0, 0, first.count
        while offset < end:
            if data is None:
                head = os.pread(file.fileno(), HEADER_SIZE, offset)
            else:
                head = data[offset : offset + HEADER_SIZE]
            sequence, length = _SEQUENCE.unpack_from(head, 2) if len(head) == HEADER_SIZE else (0, 0)
            if (
                sequence != _UNSEGMENTED | count
                or (head[:2], head[14:22]) != like
                or length < _SECONDARY.size
            ):
                break
            offset += _PRIMARY_SIZE + length + 1
            number, count = number + 1, (count + 1) % _COUNTS
    if offset != end:  # something is odd: the careful reader says what, or accepts it
        number = sum(1 for _ in read_headers(path))
    return first, number


def first_header(path: Path) -> PacketHeader:
    """Header of the first packet of a file. InputError if there is none."""
    return next(read_headers(path))


class _Walk:
    """What one packet after the other must satisfy in one file."""

    def __init__(self, path: Path, size: int) -> None:
        self.path, self.size = path, size
        self.number = 0
        self.first: PacketHeader | None = None
        self.last: PacketHeader | None = None

    def step(self, head: bytes | memoryview, offset: int) -> PacketHeader:
        self.number += 1
        if len(head) < HEADER_SIZE:
            self.fail(f"truncated packet, {len(head)} bytes are left of a header of {HEADER_SIZE}", offset)
        identity, sequence, length, *rest = _BOTH.unpack(head)
        seconds, fraction, band, detector, scale, coding, lines, columns, crc = rest
        payload = length + 1 - _SECONDARY.size
        if identity >> 11 != 1 or sequence >> 14 != 3 or payload <= 0:
            self.fail("not the header of an unsegmented CCSDS packet", offset)
        header = PacketHeader(
            sequence & 0x3FFF,
            seconds,
            fraction,
            band,
            detector,
            scale,
            lines,
            columns,
            coding,
            payload,
            crc,
        )
        self._coherent(header, identity & 0x7FF, offset)
        left = self.size - offset - HEADER_SIZE
        if left < payload:
            self.fail(f"truncated packet, {left} bytes are left of {payload}", offset)
        self.first, self.last = self.first or header, header
        return header

    def _coherent(self, header: PacketHeader, apid: int, offset: int) -> None:
        if header.band >= len(BANDS) or not 1 <= header.detector <= len(DETECTORS):
            self.fail(f"no bandId {header.band} with detector {header.detector}", offset)
        if header.scale not in SCALES or header.coding not in (PACKED, PACKED_ZLIB):
            self.fail(f"no scale {header.scale} with coding {header.coding}", offset)
        expected = (
            header.apid,
            lines_of(header.scale),
            columns_of(header.band, header.scale),
        )
        if (apid, header.lines, header.columns) != expected:
            self.fail(
                f"APID {apid}, {header.lines} lines and {header.columns} columns where {expected[0]}, "
                f"{expected[1]} and {expected[2]} were expected",
                offset,
            )
        first, last = self.first, self.last
        if first is None or last is None:
            return
        if (header.band, header.detector, header.scale) != (first.band, first.detector, first.scale):
            self.fail(
                f"band, detector or scale ({header.band}, {header.detector}, {header.scale}) is not that of "
                f"the first packet ({first.band}, {first.detector}, {first.scale})",
                offset,
            )
        if header.count != (last.count + 1) % _COUNTS:
            self.fail(f"counter {header.count} after {last.count}, packets are missing or unordered", offset)

    def end(self) -> None:
        if self.number == 0:
            raise InputError(f"{self.path} is empty, image packets were expected; fetch the granule again")

    def fail(self, why: str, offset: int) -> NoReturn:
        raise InputError(
            f"{self.path}, packet {self.number} at offset {offset}: {why}; fetch the granule again"
        )


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        why = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        raise InputError(f"{path} {why}, image packets were expected; fetch the granule again") from None


def _whole(path: Path) -> bytes:
    with _opened(path) as file:
        return file.read()
