"""Small words for writing metadata: elements with text and attributes, numbers as text."""

from collections.abc import Iterable

from lxml import etree

PSD = "https://psd-14.sentinel2.eo.esa.int/PSD/"
Value = str | int | float | bool


def root_of(kind: str, name: str, sections: Iterable[str]) -> tuple[etree._Element, list[etree._Element]]:
    """Root `n1:name` of a PDI's metadata in the namespace of its schema `kind`, and its sections.

    As in the real files the sections carry the namespace and what is below them does not.
    """
    namespace = f"{PSD}{kind}.xsd"
    root = etree.Element(f"{{{namespace}}}{name}", nsmap={"n1": namespace})
    return root, [etree.SubElement(root, f"{{{namespace}}}{section}") for section in sections]


def add(parent: etree._Element, name: str, value: Value | None = None, **attributes: Value) -> etree._Element:
    """A new last child of `parent` with text and attributes."""
    element = etree.SubElement(parent, name, {key: text_of(v) for key, v in attributes.items()})
    if value is not None:
        element.text = text_of(value)
    return element


def text_of(value: Value) -> str:
    """Text of a value as XML Schema writes it; floats in the fewest digits that give them back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(float(value)) if isinstance(value, float) else str(value)


def numbers(values: Iterable[float], digits: int = 15) -> str:
    """A list of numbers, separated by blanks."""
    return " ".join(f"{float(v):.{digits}g}" for v in values)
