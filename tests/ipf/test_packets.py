"""Coding of samples: what was exposed comes back, what is damaged is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from batch.errors import InputError
from batch.safe.packets import PACKED, PACKED_ZLIB
from ipf.packets import decode, encode, pack, packed_length

COUNTS = hnp.arrays(
    np.uint16,
    st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 41)),
    elements=st.integers(0, 4095),
)


@given(COUNTS)
def test_counts_come_back(blocks: np.ndarray) -> None:
    number, lines, columns = blocks.shape
    counts = blocks.reshape(number * lines, columns)
    coded = list(encode(counts, lines))
    assert len(coded) == number
    assert np.array_equal(decode(coded, lines, columns), counts)


@given(st.lists(st.integers(0, 4095), min_size=1, max_size=60))
def test_two_counts_take_three_bytes_in_the_order_of_their_bits(counts: list[int]) -> None:
    data = pack(np.array(counts, np.uint16))
    assert len(data) == packed_length(len(counts))
    bits = "".join(f"{c:012b}" for c in counts).ljust(8 * len(data), "0")
    assert "".join(f"{byte:08b}" for byte in data) == bits


def test_a_constant_image_is_deflated_and_noise_is_not() -> None:
    flat = np.full((16, 162), 1000, np.uint16)
    noise = np.random.default_rng(1).integers(0, 4096, (16, 162)).astype(np.uint16)
    assert [coding for coding, _ in encode(flat, 16)] == [PACKED_ZLIB]
    assert [coding for coding, _ in encode(noise, 16)] == [PACKED]


def test_a_count_of_more_than_12_bits_is_refused() -> None:
    with pytest.raises(ValueError, match="4096"):
        pack(np.array([4096], np.uint16))


@pytest.mark.parametrize(
    ("coding", "payload", "message"),
    [
        (PACKED, b"\0" * 11, "11 bytes"),
        (PACKED, b"\0" * 13, "13 bytes"),
        (PACKED_ZLIB, b"not zlib", "inflate"),
        (2, b"\0" * 12, "coding 2"),
    ],
)
def test_damaged_payloads_are_refused(coding: int, payload: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        decode([(coding, payload)], 2, 4)


def test_a_stream_that_would_inflate_without_end_is_cut_off() -> None:
    ((coding, bomb),) = encode(np.zeros((1, 2_000_000), np.uint16), 1)
    assert coding == PACKED_ZLIB
    with pytest.raises(InputError, match="bytes of samples"):
        decode([(coding, bomb)], 2, 4)


def test_a_stream_cut_short_is_refused() -> None:
    ((coding, payload),) = encode(np.zeros((1, 400), np.uint16), 1)
    with pytest.raises(InputError, match="too early"):
        decode([(coding, payload[:-6])], 1, 400)
