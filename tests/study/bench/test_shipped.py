"""The laws that ship: they follow from the measurements that ship, and docs/bench.md says the same."""

from pathlib import Path

import pytest

from batch.chain import load_chain
from study.bench.derive import good, laws_of, sources
from study.bench.record import read_machines, read_rows
from study.laws import TERMS, read_laws
from study.laws.file import SHIPPED

MEASURED = SHIPPED.with_name("bench.csv")
PAGE = Path(__file__).parents[3] / "docs" / "bench.md"


def test_laws_follow_from_the_measurements() -> None:
    rows, shipped = read_rows(MEASURED), read_laws()
    found = laws_of(rows, {k: v["cores"] for k, v in read_machines(MEASURED).items()}, replicates=2)
    assert set(found) == set(shipped.laws)
    for key, law in found.items():
        told = shipped.laws[key]
        assert law.coefficients == pytest.approx(told.coefficients, rel=1e-3, abs=1e-6), key
        assert (law.n, law.sizes, law.quality, law.scales) == (told.n, told.sizes, told.quality, told.scales)
    assert dict(sources(rows)).items() <= dict(shipped.source).items()


def test_every_ipf_has_a_law() -> None:
    laws = read_laws()
    assert {(i.scope, i.name) for i in load_chain().ipfs} == set(laws.laws)


def test_measurements_are_whole() -> None:
    rows = read_rows(MEASURED)
    assert all(good(r) for r in rows)
    assert {r.machine for r in rows} == set(read_machines(MEASURED))


def test_the_page_shows_these_laws() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for (scope, name), law in read_laws().laws.items():
        label = name if scope == "vds" else f"{name} (assembly)"
        terms = " | ".join(f"{getattr(law, t):.3g}" if getattr(law, t) else "–" for t in TERMS)
        assert f"| {label} | {terms} | {law.sd:.0%} | {law.memory_mb:.0f} | {law.n} | {law.quality} |" in page
