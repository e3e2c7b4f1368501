"""Samples in packets: 12-bit counts packed two in three bytes, and the same through zlib.

The on-board coder is a lossy wavelet that is not public; packed counts through zlib stand for it. Both
are lossless, so what was exposed comes back. Framing is `batch.safe.packets`; here only the data field is
coded.
"""

import zlib
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from batch.errors import InputError
from batch.safe.packets import PACKED, PACKED_ZLIB

FULL_SCALE = 4095

Payload = bytes | memoryview

#: Level 1: packed counts hardly shrink further, and time counts.
_LEVEL = 1


def pack(counts: NDArray[np.uint16]) -> bytes:
    """Counts 0 … 4095, any shape, in row order: two in three bytes, big-endian; an odd last one takes two
    bytes.
    """
    return pack_blocks(np.ravel(counts)[None, :])[0]


def pack_blocks(counts: NDArray[np.uint16]) -> list[bytes]:
    """Each row of counts (blocks, samples) packed by itself: all blocks of a granule at once."""
    blocks, samples = counts.shape
    if counts.size and int(counts.max()) > FULL_SCALE:
        raise ValueError(f"a count of {counts.max()} does not fit 12 bits")
    even = np.pad(counts, ((0, 0), (0, samples % 2)))
    first, second = even[:, 0::2], even[:, 1::2]
    packed = np.empty((blocks, even.shape[1] // 2, 3), np.uint8)
    packed[..., 0] = first >> 4
    packed[..., 1] = ((first & 0xF) << 4) | (second >> 8)
    packed[..., 2] = second & 0xFF
    octets = packed.reshape(blocks, -1)[:, : packed_length(samples)]
    return [row.tobytes() for row in octets]


def _unpack(octets: bytes | bytearray) -> NDArray[np.uint16]:
    """Pairs of counts, flat, of triples of bytes."""
    triples = np.frombuffer(octets, np.uint8).reshape(-1, 3).astype(np.uint16)
    counts = np.empty((len(triples), 2), np.uint16)
    counts[:, 0] = (triples[:, 0] << 4) | (triples[:, 1] >> 4)
    counts[:, 1] = ((triples[:, 1] & 0xF) << 8) | triples[:, 2]
    return counts.ravel()


def packed_length(size: int) -> int:
    """Bytes that `size` packed counts take."""
    return (size * 3 + 1) // 2


def encode(counts: NDArray[np.uint16], lines: int) -> Iterator[tuple[int, bytes]]:
    """Coding and payload of each block of `lines` lines of counts (rows, columns); deflated where that is
    shorter.
    """
    for packed in pack_blocks(counts.reshape(len(counts) // lines, -1)):
        deflated = zlib.compress(packed, _LEVEL)
        yield (PACKED_ZLIB, deflated) if len(deflated) < len(packed) else (PACKED, packed)


def decode(blocks: Iterable[tuple[int, Payload]], lines: int, columns: int) -> NDArray[np.uint16]:
    """Counts (blocks · lines, columns) of coded blocks. InputError if a payload is not what its header
    says.
    """
    size = lines * columns
    octets = bytearray()
    for coding, payload in blocks:
        if coding == PACKED_ZLIB:
            payload = _inflate(payload, packed_length(size))
        elif coding != PACKED:
            raise InputError(
                f"a packet says coding {coding} where 0 or 1 was expected; fetch the granule again"
            )
        if len(payload) != packed_length(size):
            raise InputError(
                f"a packet has {len(payload)} bytes of samples where {size} samples of 12 bits take "
                f"{packed_length(size)}; fetch the granule again"
            )
        octets += payload
        octets += bytes(size % 2)
    return _unpack(octets).reshape(-1, size + size % 2)[:, :size].reshape(-1, columns)


def _inflate(payload: Payload, expected: int) -> bytes:
    """zlib, bounded: a damaged or hostile stream never makes more than was announced (plus one byte)."""
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(payload, expected + 1)
    except zlib.error as error:
        raise InputError(
            f"the samples of a packet do not inflate ({error}); fetch the granule again"
        ) from error
    if not stream.eof and len(data) <= expected:
        raise InputError("the samples of a packet end too early; fetch the granule again")
    return data
