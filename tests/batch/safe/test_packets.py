from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.errors import InputError
from batch.safe.packets import (
    HEADER_SIZE,
    MAX_PAYLOAD,
    RESOLUTIONS,
    SCALES,
    PacketHeader,
    build_packet,
    columns_of,
    first_header,
    lines_of,
    packets_of,
    read_headers,
    read_packets,
    scan_packets,
    write_packets,
)


def header(count: int = 0, band: int = 1, detector: int = 3, scale: int = 16) -> PacketHeader:
    lines, columns = lines_of(scale), columns_of(band, scale)
    return PacketHeader(count, 1349505643, 0x74FCB000, band, detector, scale, lines, columns)


def write(folder: Path, payloads: list[bytes], start: int = 0) -> Path:
    path = folder / "GR_B02.bin"
    write_packets(path, [(header((start + i) % 16384), payload) for i, payload in enumerate(payloads)])
    return path


@given(
    payloads=st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=30),
    band=st.integers(0, 12),
    detector=st.integers(1, 12),
    scale=st.sampled_from(SCALES),
    start=st.integers(0, 16383),
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    payloads: list[bytes],
    band: int,
    detector: int,
    scale: int,
    start: int,
) -> None:
    path = tmp_path_factory.mktemp("p") / "x.bin"
    base = header(0, band, detector, scale)
    size = write_packets(
        path, [(replace(base, count=(start + i) % 16384), p) for i, p in enumerate(payloads)]
    )
    read = list(read_packets(path))
    assert [bytes(p) for _, p in read] == payloads
    assert [h.count for h, _ in read] == [(start + i) % 16384 for i in range(len(payloads))]
    assert [h for h, _ in read] == list(read_headers(path))
    assert scan_packets(path) == (read[0][0], len(read))
    assert all((h.band, h.detector, h.scale, h.gps) == (band, detector, scale, base.gps) for h, _ in read)
    assert size == path.stat().st_size == sum(HEADER_SIZE + len(p) for p in payloads)


def test_layout_is_that_of_the_architecture() -> None:
    packet = build_packet(header(count=5), b"\x01\x02")
    assert packet[:6] == bytes([0b00001000, 3 << 4 | 1, 0b11000000, 5, 0, 21])
    assert packet[6:26] == bytes.fromhex("506fd26b74fcb00001031000000100a2b6cc4292")


def test_a_full_resolution_line_of_10_m_fits() -> None:
    assert MAX_PAYLOAD >= 16 * 2592 * 12 // 8
    with pytest.raises(ValueError, match="65516"):
        build_packet(header(), bytes(MAX_PAYLOAD + 1))


def test_packets_of_a_scene_are_12960() -> None:
    assert 12 * sum(packets_of(band) for band in range(13)) == 12960
    assert [columns_of(band, 16) for band in (0, 1, 4)] == [81, 162, 81]
    assert len(RESOLUTIONS) == 13


@pytest.mark.parametrize(
    ("cut", "message"),
    [
        (1, r"packet 3 at offset 72: truncated packet, 9 bytes are left of 10"),
        (10 + 7, r"packet 3 at offset 72: truncated packet, 19 bytes are left of a header of 26"),
    ],
)
def test_truncated(tmp_path: Path, cut: int, message: str) -> None:
    path = write(tmp_path, [b"0123456789"] * 3)
    data = path.read_bytes()
    path.write_bytes(data[:-cut])
    for read in (read_headers, read_packets, scan_packets):
        with pytest.raises(InputError, match=f"GR_B02.bin, {message}"):
            list(read(path))


def test_a_changed_payload_is_found_by_its_crc_only_where_asked(tmp_path: Path) -> None:
    path = write(tmp_path, [b"0123456789"] * 2)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"packet 2 at offset 36: wrong CRC"):
        list(read_packets(path))
    assert len(list(read_headers(path))) == len(list(read_packets(path, crc=False))) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda h: replace(h, count=2), "counter 2 after 0"),
        (lambda h: replace(h, detector=4), "is not that of the first packet"),
        (lambda h: replace(h, band=2), "is not that of the first packet"),
        (lambda h: replace(h, scale=8, lines=2, columns=324), "is not that of the first packet"),
        (lambda h: replace(h, columns=161), "161 columns"),
        (lambda h: replace(h, lines=16), "16 lines"),
        (lambda h: replace(h, scale=3), "no scale 3"),
        (lambda h: replace(h, coding=7), "coding 7"),
        (lambda h: replace(h, band=13), "no bandId 13"),
        (lambda h: replace(h, detector=0), "detector 0"),
    ],
)
def test_incoherent(tmp_path: Path, change: Callable[[PacketHeader], PacketHeader], message: str) -> None:
    path = tmp_path / "x.bin"
    write_packets(path, [(header(0), b"a"), (change(header(1)), b"b")])
    for read in (read_headers, scan_packets):
        with pytest.raises(InputError, match=f"packet 2 at offset 27: .*{message}"):
            list(read(path))


@pytest.mark.parametrize("content", [b"", b"\0" * 100, b"\xff" * 100, b"<xml/>" * 20])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"x.bin"):
        first_header(path) if content else list(read_headers(path))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is missing"):
        list(read_packets(tmp_path / "x.bin"))


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    with pytest.raises(ValueError, match="payload"):
        write_packets(path, [(header(0), b"a"), (header(1), b"")])
    assert list(tmp_path.iterdir()) == []


def test_coding_may_change_from_packet_to_packet(tmp_path: Path) -> None:
    """Where zlib does not shorten a payload it may be stored packed."""
    path = tmp_path / "x.bin"
    write_packets(path, [(replace(header(i), coding=i % 2), b"abc") for i in range(4)])
    assert scan_packets(path) == (next(read_headers(path)), 4)


def test_large_files_are_scanned_header_by_header(tmp_path: Path) -> None:
    path = write(tmp_path, [bytes(60000)] * 8)
    assert scan_packets(path)[1] == 8
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(InputError, match="packet 8 at offset 420182: truncated packet"):
        scan_packets(path)
