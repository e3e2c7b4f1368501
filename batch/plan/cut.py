"""Where a datastrip is cut into virtual datastrips (vDS). Pure: data blocks in, cuts out.

Rules: only on scene boundaries; at least 4 scenes; lengths balanced instead of a short tail; neighbours
overlap by k scenes (3: L1B joins without hole or duplicate; 8 or 9: every tile is whole in one vDS); never
across a gap, so each data block is cut by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from batch.errors import InputError

#: Scenes by which neighbours overlap, as in the ground segment (7 cuts in its reports of 2018-07-21).
#: The first L1 lines of all bands and detectors lie 7.31 s apart, which is 2.03 scenes.
OVERLAP = 3
#: What joins without a hole: those 2.03 scenes, the margins of decompression and filters at both edges.
NEEDED = 2.2
SCENE_KM = 24.2
#: Scenes below which a vDS gives nothing useful (3 are lost at L1B).
MINIMUM = 4
#: Scenes of a vDS where nothing else is asked for: 152 scenes make 12 vDS with an overhead of 1.26.
DEFAULT_SCENES = 16


@dataclass(frozen=True)
class Cut:
    """One vDS: scenes `first` to `last` (inclusive) of the datastrip, all in data block `block`; from 1."""

    id: str  # "v01" …
    first: int
    last: int
    block: int
    left_overlap: int  # scenes shared with the vDS before; 0 at the edge of a block
    right_overlap: int

    @property
    def scenes(self) -> int:
        """Number of scenes."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Dropped:
    """A data block that is too short to be processed."""

    block: int
    first: int
    last: int

    def __str__(self) -> str:
        scenes = self.last - self.first + 1
        where = f"data block {self.block} (scenes {self.first} to {self.last})"
        return f"{where} is dropped: {scenes} scenes are too few"


def cut(
    blocks: Sequence[int],
    scenes: int | None = None,
    overlap: int = OVERLAP,
    stages: int | None = None,
    minimum: int = MINIMUM,
) -> tuple[Cut, ...]:
    """Cut a datastrip whose data blocks have these numbers of scenes into vDS of at most `scenes` scenes.

    Without `scenes` there are as many vDS as `stages`, so that none waits for a second round, the longest
    block being divided first; but none gets more overlap than scenes of its own. With neither, 16 scenes.
    A block is rather cut into fewer, longer vDS than into one shorter than `minimum`. Blocks that are
    themselves shorter are left out: `dropped` tells which. InputError if a request cannot be met.
    """
    _possible(blocks, scenes, overlap, stages, minimum)
    if scenes is None and stages is not None:
        numbers = _for_stages(blocks, overlap, stages, minimum)
    else:
        numbers = [
            count(n, scenes or DEFAULT_SCENES, overlap, minimum) if n >= minimum else 0 for n in blocks
        ]
    width = max(2, len(str(sum(numbers))))
    cuts: list[Cut] = []
    for number, ((first, total), m) in enumerate(zip(_extents(blocks), numbers, strict=True), 1):
        begin = first
        for i, length in enumerate(lengths(total, m, overlap)):
            left, right = overlap if i else 0, overlap if i < m - 1 else 0
            cuts.append(Cut(f"v{len(cuts) + 1:0{width}d}", begin, begin + length - 1, number, left, right))
            begin += length - overlap
    return tuple(cuts)


def dropped(blocks: Sequence[int], minimum: int = MINIMUM) -> tuple[Dropped, ...]:
    """The data blocks that `cut` leaves out because they have fewer than `minimum` scenes."""
    return tuple(
        Dropped(number, first, first + total - 1)
        for number, (first, total) in enumerate(_extents(blocks), 1)
        if total < minimum
    )


def cautions(blocks: Sequence[int], cuts: Sequence[Cut], minimum: int = MINIMUM) -> tuple[str, ...]:
    """Sentences on what this cut will lack in its products; none if it lacks nothing."""
    overlap = min((c.left_overlap for c in cuts if c.left_overlap or _continues(c, cuts)), default=OVERLAP)
    hole = (
        f"neighbours overlap by {overlap} scenes: at every cut the L1C will have a hole of about "
        f"{(NEEDED - overlap) * SCENE_KM:.0f} km, as bands and detectors look {NEEDED} scenes apart; "
        f"give --overlap {OVERLAP}"
    )
    return (*map(str, dropped(blocks, minimum)), *([hole] if overlap < NEEDED else []))


def _continues(one: Cut, cuts: Sequence[Cut]) -> bool:
    """Whether another vDS comes before this one in its block."""
    return any(c.block == one.block and c.first < one.first for c in cuts)


def count(total: int, longest: int, overlap: int, minimum: int = MINIMUM) -> int:
    """How many vDS of at most `longest` scenes cover `total`: m = ⌈(N − k) / (n − k)⌉.

    1 if N ≤ n; fewer than the formula says where one of m balanced vDS had less than `minimum` scenes.
    """
    m = 1 if total <= longest else -((overlap - total) // (longest - overlap))
    while m > 1 and lengths(total, m, overlap)[-1] < minimum:
        m -= 1
    return m


def lengths(total: int, m: int, overlap: int) -> tuple[int, ...]:
    """Scenes of each of `m` vDS that cover `total`; they differ by at most 1, longer ones first."""
    if m == 0:
        return ()
    shorter, longer = divmod(total + (m - 1) * overlap, m)
    return tuple(shorter + (i < longer) for i in range(m))


def overhead(cuts: Sequence[Cut]) -> float:
    """Scenes processed, divided by scenes covered: what the overlaps cost."""
    covered = sum(c.scenes - c.left_overlap for c in cuts)
    return sum(c.scenes for c in cuts) / covered


def _extents(blocks: Sequence[int]) -> list[tuple[int, int]]:
    """First scene (from 1) and number of scenes of each block."""
    extents, first = [], 1
    for total in blocks:
        extents.append((first, total))
        first += total
    return extents


def _for_stages(blocks: Sequence[int], overlap: int, stages: int, minimum: int) -> list[int]:
    """Number of vDS per block: as many as `stages`, at least one per usable block, none mostly overlap."""
    numbers = [int(total >= minimum) for total in blocks]
    admissible = max(minimum, 2 * overlap + 1)
    while sum(numbers) < stages:
        divisible = [
            (lengths(total, m, overlap)[0], -i)
            for i, (total, m) in enumerate(zip(blocks, numbers, strict=True))
            if m and lengths(total, m + 1, overlap)[-1] >= admissible
        ]
        if not divisible:
            break
        numbers[-max(divisible)[1]] += 1
    return numbers


def _possible(
    blocks: Sequence[int], scenes: int | None, overlap: int, stages: int | None, minimum: int
) -> None:
    if minimum < 1:
        raise InputError(f"a minimum of {minimum} scenes: 1 or more were expected; raise it")
    if stages is not None and stages < 1:
        raise InputError(f"{stages} stages: 1 or more were expected; raise --stages")
    if overlap < 0:
        raise InputError(f"an overlap of {overlap} scenes: 0 or more were expected; raise --overlap")
    if max(blocks, default=0) < minimum:
        raise InputError(
            f"the longest run of scenes without a gap has {max(blocks, default=0)}, at least {minimum} were "
            "expected (3 are lost at L1B); take a longer datastrip"
        )
    if scenes is not None and scenes < minimum:
        raise InputError(f"vDS of {scenes} scenes: at least {minimum} were expected; raise --scenes")
    longest = scenes or DEFAULT_SCENES
    if overlap >= longest and (scenes is not None or stages is None):
        raise InputError(
            f"vDS of {longest} scenes cannot overlap by {overlap}: less than {longest} was expected; lower "
            "--overlap or raise --scenes"
        )
