"""Random chains, extents and orders of completion for the firing rule."""

from hypothesis import strategies as st

from batch.chain import DIMENSIONS, Chain, Input, Ipf, OutputType, Source
from batch.chain.units import Extents

PIECES = {d: tuple(f"{d[0]}{n}" for n in range(1, 4)) for d in DIMENSIONS}


def ipf(name: str, producers: list[str], split: tuple[str, ...] = (), announces: str | None = None) -> Ipf:
    """An IPF that writes one type and reads it from each producer."""
    inputs = tuple(Input(f"FROM_{p}", (Source(p, "OUT"),)) for p in producers)
    return Ipf(
        name, "vds", "1", inputs=inputs, split=split, outputs=(OutputType("OUT"),), announces=announces
    )


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    """Up to seven IPFs; some split by tile, which all come after the one that announces it."""
    count = draw(st.integers(1, 7))
    announcer = draw(st.none() | st.integers(0, count - 1))
    ipfs: list[Ipf] = []
    for number in range(count):
        known = [d for d in DIMENSIONS if d != "tile" or (announcer is not None and number > announcer)]
        named = draw(st.sets(st.sampled_from(known), max_size=2)) if number != announcer else set()
        split = tuple(d for d in DIMENSIONS if d in named)
        producers = (
            draw(st.lists(st.sampled_from(ipfs), unique_by=lambda i: i.name, max_size=3)) if ipfs else []
        )
        names = [p.name for p in producers]
        ipfs.append(ipf(f"I{number}", names, split, "tile" if number == announcer else None))
    if draw(st.booleans()):
        ipfs.append(Ipf("LAST", "vds", "1", everything=True))
    # the rule must not depend on the order of the file
    return Chain(tuple(draw(st.permutations(ipfs))))


@st.composite
def extents(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    """Extents of all dimensions; there may be no tile at all."""
    return {d: PIECES[d][: draw(st.integers(0 if d == "tile" else 1, 3))] for d in DIMENSIONS}


def static(whole: Extents) -> dict[str, tuple[str, ...]]:
    """What is known before the announcement."""
    return {d: p for d, p in whole.items() if d != "tile"}
