"""manifest.safe: the XFDU list of what is in a PDI or user product, with sizes and SHA3-256 checksums.

Structure and identifiers are those of the real L0c datastrip; those of the user product are the ones that
stactools looks for (`S2_Level-1C_Tile1_Metadata` …).
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from batch.errors import InputError
from batch.safe.names import parse_name
from batch.safe.xml import attribute, findall, need, parse_xml, text

FILE_NAME = "manifest.safe"
ALGORITHM = "SHA3-256"

_XFDU = "urn:ccsds:schema:xfdu:1"
_SAFE = "http://www.esa.int/safe/sentinel-1.0"
#: Launches, as catalogued by the National Space Science Data Center.
_NSSDC = {"S2A": "2015-028A", "S2B": "2017-013A", "S2C": "2024-157A"}
_MIME = {".xml": "text/xml", ".jp2": "image/jp2", ".bin": "application/octet-stream", ".html": "text/html"}


@dataclass(frozen=True)
class Kind:
    """How one kind of package calls itself and its main metadata files."""

    version: str
    title: str
    metadata: tuple[tuple[str, str], ...]  # pattern of the path, ID of the data object


def _pdi(level: str, word: str, archive: str) -> Kind:
    return Kind(
        f"esa/safe/sentinel-1.0/sentinel-2/msi/{archive}",
        f"SENTINEL-2 MSI Level-{level}_{word} PDI",
        ((r"S2._OPER_MTD_[^/]*\.xml", f"S2_Level-{level}_{word}_Metadata"),),
    )


KINDS = {
    "L0_DS": _pdi("0", "Datastrip", "archive_l0_datastrip"),
    "L0_GR": _pdi("0", "Granule", "archive_l0_granule"),
    "L1C_DS": _pdi("1C", "Datastrip", "archive_l1c_datastrip"),
    "L1C_TL": _pdi("1C", "Tile", "archive_l1c_tile"),
    "L1C": Kind(
        "esa/safe/sentinel-1.0/sentinel-2/msi/archive_l1c_user_product",
        "SENTINEL-2 MSI Level-1C User Product",
        (
            (r"MTD_MSIL1C\.xml", "S2_Level-1C_Product_Metadata"),
            (r"DATASTRIP/[^/]*/MTD_DS\.xml", "S2_Level-1C_Datastrip1_Metadata"),
            (r"GRANULE/[^/]*/MTD_TL\.xml", "S2_Level-1C_Tile1_Metadata"),
            (r"INSPIRE\.xml", "INSPIRE_Metadata"),
        ),
    ),
}
_DATA = (
    (r"QI_DATA/.*_QLK_L(..).*_B(..)\.jp2", lambda m: f"QLK_L{m[1].rstrip('_')}_Band{m[2]}_Data"),
    (r"ANC_DATA/.*_AUX_S(\d{5})_.*\.bin", lambda m: f"ANC{m[1]}_Data"),
    (r"IMG_DATA/.*_B(..)\.bin", lambda m: f"ISP_Band{m[1]}_Data"),
)
_SAFE_NAME = re.compile(r"(S2[A-D])_MSIL1C_(\d{8}T\d{6})_N\d{4}_R(\d{3})_T\w{5}_(\d{8}T\d{6})\.SAFE")


@dataclass(frozen=True)
class Entry:
    """One data object: ID, path relative to the package, size in bytes, SHA3-256 in capital hexadecimals."""

    id: str
    href: str
    size: int
    checksum: str


def write_manifest(folder: Path, kind: str, name: str | None = None, start: str | None = None) -> Path:
    """Write `folder/manifest.safe` over all files that are in `folder`; call it last.

    `kind` is a key of KINDS. `name` is the package's name where `folder` does not have it yet; `start` the
    sensing start (ISO 8601, UTC) where it is known better than to the second of the name.
    """
    form = KINDS[kind]
    facts = _facts(name or folder.name)
    files = [f for f in sorted(folder.rglob("*")) if f.is_file() and f.name != FILE_NAME]
    hrefs = [f.relative_to(folder).as_posix() for f in files]
    schemas = [h for h in hrefs if h.startswith("rep_info/")]
    entries = [
        Entry(identity, href, file.stat().st_size, checksum(file))
        for file, href, identity in zip(files, hrefs, _identities(form, hrefs), strict=True)
        if href not in schemas
    ]
    root = etree.Element(f"{{{_XFDU}}}XFDU", {"version": form.version}, {"xfdu": _XFDU, "safe": _SAFE})
    _map(etree.SubElement(root, "informationPackageMap"), form, entries)
    _metadata(etree.SubElement(root, "metadataSection"), facts, start, schemas)
    _objects(etree.SubElement(root, "dataObjectSection"), entries)
    path, aside = folder / FILE_NAME, folder / f".{FILE_NAME}.part"
    aside.write_bytes(etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8"))
    aside.rename(path)
    return path


def read_manifest(path: Path) -> tuple[Entry, ...]:
    """The data objects of a manifest, in order. InputError if broken or a path leaves the package."""
    entries = []
    for data_object in findall(parse_xml(path), "dataObjectSection/dataObject"):
        href = attribute(need(data_object, "byteStream/fileLocation"), "href").removeprefix("./")
        if href.startswith("/") or ".." in href.split("/"):
            raise InputError(
                f"{path}: href {href!r} leaves the package, a path inside was expected; refuse it"
            )
        size = attribute(need(data_object, "byteStream"), "size")
        if not size.isdecimal():
            raise InputError(
                f"{path}: size {size!r} of {href} is not a number of bytes; fetch the file again"
            )
        entries.append(
            Entry(
                attribute(data_object, "ID"),
                href,
                int(size),
                text(data_object, "byteStream/checksum").upper(),
            )
        )
    return tuple(entries)


def verify_manifest(folder: Path, deep: bool = True) -> tuple[Entry, ...]:
    """Compare a package with its manifest: presence and size of each file, and with `deep` the checksums."""
    entries = read_manifest(folder / FILE_NAME)
    for entry in entries:
        file = folder / entry.href
        size = file.stat().st_size if file.is_file() else None
        if size is None:
            raise InputError(f"{file} is missing though {FILE_NAME} lists it; fetch the package again")
        if size != entry.size:
            raise InputError(
                f"{file} has {size} bytes, {FILE_NAME} says {entry.size}; fetch the package again"
            )
        if deep and checksum(file) != entry.checksum:
            raise InputError(f"{file} has not the checksum that {FILE_NAME} gives; fetch the package again")
    return entries


def checksum(file: Path) -> str:
    """SHA3-256 of a file as the real manifests have it: capital hexadecimals."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha3_256").hexdigest().upper()


@dataclass(frozen=True)
class _Facts:
    satellite: str
    created: str
    start: str | None
    site: str | None
    orbit: int | None = None
    relative_orbit: int | None = None


def _facts(name: str) -> _Facts:
    """What a package's name tells."""
    product = _SAFE_NAME.fullmatch(name)
    if product:
        satellite, start, relative, created = product.groups()
        return _Facts(satellite, _iso(created), _iso(start), None, relative_orbit=int(relative))
    pdi = parse_name(name)
    iso = "%Y-%m-%dT%H:%M:%SZ"
    start = pdi.sensing.strftime(iso) if pdi.sensing else None
    return _Facts(pdi.satellite, pdi.creation.strftime(iso), start, pdi.centre, pdi.orbit)


def _iso(stamp: str) -> str:
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:11]}:{stamp[11:13]}:{stamp[13:]}Z"


def _identities(form: Kind, hrefs: list[str]) -> Iterator[str]:
    used: set[str] = set()
    for href in hrefs:
        identity = _identity(form, href)
        while identity in used:
            identity += "_"
        used.add(identity)
        yield identity


def _identity(form: Kind, href: str) -> str:
    for pattern, identity in form.metadata:
        if re.fullmatch(pattern, href):
            return identity
    for pattern, build in _DATA:
        match = re.fullmatch(pattern, href)
        if match:
            return build(match)
    return "D_" + re.sub(r"\W", "_", href, flags=re.ASCII)


def _map(section: etree._Element, form: Kind, entries: list[Entry]) -> None:
    unit = f"{{{_XFDU}}}contentUnit"
    top = etree.SubElement(
        section,
        unit,
        dmdID="acquisitionPeriod platform",
        pdiID="processing",
        textInfo=form.title,
        unitType="Product",
    )
    folders: dict[str, etree._Element] = {"": top}
    main = {identity for _, identity in form.metadata}
    for entry in entries:
        folder = entry.href.rpartition("/")[0]
        if folder not in folders:
            identity = re.sub(r"\W", "_", folder, flags=re.ASCII)
            folders[folder] = etree.SubElement(top, unit, ID=identity, textInfo=f"{folder} container")
        kind = "Metadata Unit" if entry.id in main else "Data Unit"
        one = etree.SubElement(folders[folder], unit, ID=f"{entry.id}_Unit", unitType=kind)
        etree.SubElement(one, "dataObjectPointer", dataObjectID=entry.id)


def _metadata(section: etree._Element, facts: _Facts, start: str | None, schemas: list[str]) -> None:
    platform = _safe(_wrapped(section, "platform", "DMD", "DESCRIPTION"), "platform")
    if facts.satellite in _NSSDC:
        _safe(platform, "nssdcIdentifier", _NSSDC[facts.satellite])
    _safe(platform, "familyName", "Sentinel")
    _safe(platform, "number", facts.satellite[1:])
    instrument = _safe(platform, "instrument")
    _safe(instrument, "familyName", "Multi-Spectral Instrument").set("abbreviation", "MSI")

    processing = _safe(_wrapped(section, "processing", "PDI", "PROVENANCE"), "processing")
    processing.set("name", "Generation")
    processing.set("start", facts.created)
    _safe(processing, "facility").set("site", facts.site or "unknown")

    period = _safe(_wrapped(section, "acquisitionPeriod", "DMD", "DESCRIPTION"), "acquisitionPeriod")
    began = start or facts.start
    if began:
        period.set("startTime", began)

    orbit = _safe(_wrapped(section, "measurementOrbitReference", "DMD", "DESCRIPTION"), "orbitReference")
    for element, value in (("orbitNumber", facts.orbit), ("relativeOrbitNumber", facts.relative_orbit)):
        if value is not None:
            _safe(orbit, element, str(value)).set("type", "start")

    for href in schemas:
        identity = f"{Path(href).stem}_Schema"
        schema = etree.SubElement(
            section, "metadataObject", ID=identity, category="REP", classification="SYNTAX"
        )
        etree.SubElement(
            schema,
            "metadataReference",
            href=href,
            locatorType="URL",
            mimeType="text/xml",
            vocabularyName="SDF",
        )


def _wrapped(section: etree._Element, identity: str, category: str, classification: str) -> etree._Element:
    metadata_object = etree.SubElement(
        section, "metadataObject", ID=identity, category=category, classification=classification
    )
    return etree.SubElement(etree.SubElement(metadata_object, "metadataWrap"), "xmlData")


def _safe(parent: etree._Element, name: str, value: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_SAFE}}}{name}")
    element.text = value
    return element


def _objects(section: etree._Element, entries: list[Entry]) -> None:
    for entry in entries:
        data_object = etree.SubElement(section, "dataObject", ID=entry.id)
        mime = _MIME.get(Path(entry.href).suffix, "application/octet-stream")
        stream = etree.SubElement(data_object, "byteStream", mimeType=mime, size=str(entry.size))
        etree.SubElement(stream, "fileLocation", href=f"./{entry.href}", locatorType="URL")
        etree.SubElement(stream, "checksum", checksumName=ALGORITHM).text = entry.checksum
