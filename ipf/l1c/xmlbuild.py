"""Building the XML of products: the root and its children are in a namespace, everything below is in none."""

from pathlib import Path

from lxml import etree

from batch.safe.xml import write_xml

PSD = "https://psd-14.sentinel2.eo.esa.int/PSD"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

Text = str | int | float | None


def root(tag: str, schema: str) -> etree._Element:
    """Root `n1:tag` in the namespace of a schema ("User_Product_Level-1C.xsd")."""
    namespace = f"{PSD}/{schema}"
    element = etree.Element(f"{{{namespace}}}{tag}", nsmap={"n1": namespace, "xsi": XSI})
    element.set(f"{{{XSI}}}schemaLocation", f"{namespace} {schema}")
    return element


def section(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    """A child in its parent's namespace."""
    return etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{tag}", attributes)


def add(parent: etree._Element, tag: str, text: Text = None, **attributes: Text) -> etree._Element:
    """A child in no namespace. Levels are given as `A/B/C`; text and attributes are the last one's."""
    *path, last = tag.split("/")
    for step in path:
        parent = etree.SubElement(parent, step)
    element = etree.SubElement(parent, last, {name: str(value) for name, value in attributes.items()})
    if text is not None:
        element.text = str(text)
    return element


def save(element: etree._Element, path: Path) -> None:
    """Write a document, aside first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    etree.indent(element)
    write_xml(element.getroottree(), part)
    part.replace(path)


def number(value: float, digits: int = 6) -> str:
    """A decimal without needless zeros; `NaN` as XML Schema writes it."""
    if value != value:
        return "NaN"
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") or "0"
