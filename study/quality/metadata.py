"""Which fields of the metadata of two L1C differ."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from batch.safe.xml import parse_xml

#: Metadata of a product: pattern in the .SAFE folder.
FILES = ("MTD_MSIL1C.xml", "DATASTRIP/*/MTD_DS.xml", "GRANULE/*/MTD_TL.xml")
#: Names and times of the production itself differ between any two runs.
PRODUCTION = frozenset(
    (
        "ARCHIVING_TIME",
        "DATASTRIP_ID",
        "GENERATION_TIME",
        "GRANULE",
        "IMAGE_FILE",
        "MASK_FILENAME",
        "PRODUCT_URI",
        "PVI_FILENAME",
        "TILE_ID",
        "Tile",
        "UTC_DATE_TIME",
    )
)


@dataclass(frozen=True)
class Field:
    """A field that differs: file, path in it, in how many products; the values of the first, shortened."""

    file: str
    path: str
    products: int
    a: str
    b: str


def differing(pairs: list[tuple[Path, Path]]) -> tuple[list[Field], int]:
    """Fields that differ between products (A, B) of the same tiles, and how many different ones were
    compared."""
    count: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], tuple[str, str]] = {}
    compared: set[tuple[str, str]] = set()
    for mine, other in pairs:
        for pattern in FILES:
            files = next(mine.glob(pattern), None), next(other.glob(pattern), None)
            name = pattern.rpartition("/")[2]
            one, two = (_fields(f) if f else {} for f in files)
            compared |= {(name, path) for path in one.keys() | two.keys()}
            for path in sorted(one.keys() | two.keys()):
                if one.get(path) != two.get(path):
                    count[name, path] += 1
                    first.setdefault((name, path), (_short(one.get(path)), _short(two.get(path))))
    return [Field(*key, number, *first[key]) for key, number in count.items()], len(compared)


def _fields(path: Path) -> dict[str, list[str]]:
    """Texts and attributes by the path of their element, in the order of the document."""
    found: dict[str, list[str]] = {}
    for path_in, element in _elements(parse_xml(path).getroot(), ""):
        text = (element.text or "").strip()
        found.setdefault(path_in, []).append(
            " ".join(filter(None, [text, *(f"{k!s}={v!s}" for k, v in element.attrib.items())]))
        )
    return found


def _elements(element: etree._Element, above: str) -> Iterator[tuple[str, etree._Element]]:
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = etree.QName(child).localname
        if name in PRODUCTION:
            continue
        here = f"{above}/{name}".lstrip("/")
        if len(child) == 0 or child.attrib:
            yield here, child
        yield from _elements(child, here)


def _short(values: list[str] | None) -> str:
    text = "nothing" if values is None else " ".join(values)
    return text if len(text) <= 60 else f"{text[:57]}..."
