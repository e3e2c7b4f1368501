"""XML of PDIs: read without entities, DTD or network; elements found by local name, whatever their prefix.

Only the root and its children carry a namespace in the real files (`n1:General_Info/Datatake_Info`), and the
prefix changes from one PSD version to the next, so paths here are local names: `General_Info/Datatake_Info`.
"""

from pathlib import Path

from lxml import etree

from batch.errors import InputError


def parse_xml(path: Path) -> etree._ElementTree:
    """The document in `path`. InputError with the line if missing, not well-formed or with a DOCTYPE."""
    # No huge_tree: libxml2's own limits are what stops entities that expand inside attributes.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False)
    try:
        tree = etree.parse(str(path), parser)
    except etree.XMLSyntaxError as error:
        why = (error.msg or "empty document").partition(", line ")[0]
        raise InputError(
            f"{path}, line {error.lineno or 1}: broken XML ({why}), a well-formed document was expected; "
            "fetch the file again"
        ) from None
    except OSError as error:
        why = "is missing" if not Path(path).exists() else f"cannot be read ({error})"
        raise InputError(f"{path} {why}, an XML file was expected; fetch it again") from None
    if tree.docinfo.internalDTD is not None:
        raise InputError(f"{path}, line 1: has a DOCTYPE, which metadata of PDIs never have; remove it")
    return tree


def write_xml(tree: etree._ElementTree, path: Path) -> None:
    """Write `tree` as the real PDIs have it: UTF-8, XML declaration, standalone="no"."""
    tree.write(str(path), encoding="UTF-8", xml_declaration=True, standalone=False)


def local_name(element: etree._Element) -> str:
    """Name of the element without its namespace."""
    return etree.QName(element).localname


def find(node: etree._ElementTree | etree._Element, path: str) -> etree._Element | None:
    """First element at `path` (local names joined by `/`) under `node` (the root of a document)."""
    return _root(node).find(_any_namespace(path))


def findall(node: etree._ElementTree | etree._Element, path: str) -> list[etree._Element]:
    """All elements at `path`, in document order."""
    return _root(node).findall(_any_namespace(path))


def need(node: etree._ElementTree | etree._Element, path: str) -> etree._Element:
    """Like `find`, but InputError if there is none."""
    found = find(node, path)
    if found is None:
        raise InputError(f"{where(_root(node))} has no {path}, which was expected; fetch the file again")
    return found


def text(node: etree._ElementTree | etree._Element, path: str) -> str:
    """Text of the element at `path`, stripped; InputError if there is no such element or it is empty."""
    element = need(node, path)
    value = (element.text or "").strip()
    if not value:
        raise InputError(f"{where(element)} is empty, a value was expected; fetch the file again")
    return value


def attribute(element: etree._Element, name: str) -> str:
    """Attribute `name` (without prefix) of `element`; InputError if it is missing."""
    value = element.get(name)
    if value is None:
        raise InputError(
            f"{where(element)} has no attribute {name}, which was expected; fetch the file again"
        )
    return str(value)


def where(element: etree._Element) -> str:
    """`file, line n: <Element>` for messages."""
    file = element.getroottree().docinfo.URL or "the document"
    return f"{file}, line {element.sourceline}: <{local_name(element)}>"


def _root(node: etree._ElementTree | etree._Element) -> etree._Element:
    return node.getroot() if isinstance(node, etree._ElementTree) else node


def _any_namespace(path: str) -> str:
    return "/".join(step if step in ("", ".", "..") else f"{{*}}{step}" for step in path.split("/"))
