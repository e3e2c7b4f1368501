"""MTD_MSIL1C.xml: metadata of the user product (PSD 14.8, S2_User_Product_Level-1C_Metadata)."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from batch.safe.xml import attribute, find, findall, need, text
from ipf.l1c.acquisition import Names, utc_text
from ipf.l1c.spectral import add_display_order, add_reflectance, add_spectral_information
from ipf.l1c.xmlbuild import add, number, root, section
from ipf.radiometry import BANDS, L1C_NODATA, L1C_SATURATED, band

SCHEMA = "User_Product_Level-1C.xsd"
#: Collection of the public L1C products whose structure this is; the kit's own products have none.
DOI = "https://doi.org/10.5270/S2_-742ikth"
#: bandId of the band on which products are registered (B04, as the L0c metadata say).
REFERENCE_BAND = 3


@dataclass(frozen=True)
class ProductContent:
    """What varies in the metadata of a product of one tile; the footprint is a closed ring of (lon, lat)."""

    footprint: Sequence[tuple[float, float]]
    cloudy: float
    snowy: float
    degraded_anc: float
    degraded_msi: float


def build(names: Names, content: ProductContent, datastrip: etree._ElementTree) -> etree._Element:
    """The document. `datastrip`: metadata of the L1C datastrip, whose auxiliary data are repeated."""
    document = root("Level-1C_User_Product", SCHEMA)
    general = section(document, "General_Info")
    _info(general, names)
    _image(general, names)
    _footprint(section(document, "Geometric_Info"), content.footprint)
    _auxiliary(section(document, "Auxiliary_Data_Info"), datastrip)
    quality = section(document, "Quality_Indicators_Info")
    add(quality, "Cloud_Coverage_Assessment", number(content.cloudy))
    add(quality, "Snow_Coverage_Assessment", number(content.snowy))
    technical = add(quality, "Technical_Quality_Assessment")
    add(technical, "DEGRADED_ANC_DATA_PERCENTAGE", number(content.degraded_anc))
    add(technical, "DEGRADED_MSI_DATA_PERCENTAGE", number(content.degraded_msi))
    checks = add(quality, "Quality_Control_Checks")
    inspections = add(checks, "Quality_Inspections")
    for check in ("SENSOR_QUALITY", "GEOMETRIC_QUALITY", "GENERAL_QUALITY", "FORMAT_CORRECTNESS"):
        add(inspections, "quality_check", "PASSED", checkType=check)
    add(checks, "Failed_Inspections")
    return document


def _info(general: etree._Element, names: Names) -> None:
    acquisition, processing = names.acquisition, names.processing
    info = add(general, "Product_Info")
    for tag in ("PRODUCT_START_TIME", "PRODUCT_STOP_TIME"):
        add(info, tag, utc_text(acquisition.datatake_start))
    add(info, "PRODUCT_URI", names.safe)
    add(info, "PROCESSING_LEVEL", "Level-1C")
    add(info, "PRODUCT_TYPE", "S2MSI1C")
    add(info, "PROCESSING_BASELINE", processing.baseline)
    add(info, "PRODUCT_DOI", DOI)
    add(info, "GENERATION_TIME", utc_text(processing.creation))
    add(info, "PREVIEW_IMAGE_URL", "Not applicable")
    add(info, "PREVIEW_GEO_INFO", "Not applicable")
    datatake = add(info, "Datatake", datatakeIdentifier=names.datatake_id)
    add(datatake, "SPACECRAFT_NAME", acquisition.spacecraft)
    add(datatake, "DATATAKE_TYPE", acquisition.datatake_type)
    add(datatake, "DATATAKE_SENSING_START", utc_text(acquisition.datatake_start))
    add(datatake, "SENSING_ORBIT_NUMBER", acquisition.relative_orbit)
    if acquisition.direction:
        add(datatake, "SENSING_ORBIT_DIRECTION", acquisition.direction)
    options = add(info, "Query_Options", completeSingleTile="true")
    add(options, "PRODUCT_FORMAT", "SAFE_COMPACT")
    granule = add(
        info,
        "Product_Organisation/Granule_List/Granule",
        datastripIdentifier=names.datastrip_id,
        granuleIdentifier=names.tile_id,
        imageFormat="JPEG2000",
    )
    for image in (*BANDS, "TCI"):
        add(granule, "IMAGE_FILE", f"GRANULE/{names.granule_folder}/IMG_DATA/{names.image_stem}_{image}")


def _image(general: etree._Element, names: Names) -> None:
    node = add(general, "Product_Image_Characteristics")
    for value_text, index in (("NODATA", L1C_NODATA), ("SATURATED", L1C_SATURATED)):
        value = add(node, "Special_Values")
        add(value, "SPECIAL_VALUE_TEXT", value_text)
        add(value, "SPECIAL_VALUE_INDEX", index)
    add_display_order(node)
    add_reflectance(node, names.acquisition.satellite, names.acquisition.datatake_start)
    add_spectral_information(node)
    for name, constants in BANDS.items():
        gain = number(band(names.acquisition.satellite, name).gain, 8)
        add(node, "PHYSICAL_GAINS", gain, bandId=constants.number)
    add(node, "REFERENCE_BAND", REFERENCE_BAND)


def _footprint(geometry: etree._Element, ring: Sequence[tuple[float, float]]) -> None:
    outer = add(geometry, "Product_Footprint")
    positions = " ".join(f"{number(lat, 9)} {number(lon, 9)}" for lon, lat in ring)
    add(outer, "Product_Footprint/Global_Footprint/EXT_POS_LIST", f"{positions} ")
    add(outer, "RASTER_CS_TYPE", "POINT")
    add(outer, "PIXEL_ORIGIN", 1)
    system = add(geometry, "Coordinate_Reference_System")
    add(system, "GEO_TABLES", "EPSG", version="1")
    add(system, "HORIZONTAL_CS_TYPE", "GEOGRAPHIC")


def _auxiliary(auxiliary: etree._Element, datastrip: etree._ElementTree) -> None:
    source = need(datastrip, "Auxiliary_Data_Info")
    listed = add(auxiliary, "GIPP_List")
    for gipp in findall(source, "GIPP_List/GIPP_FILENAME"):
        add(
            listed,
            "GIPP_FILENAME",
            gipp.text,
            type=attribute(gipp, "type"),
            version=gipp.get("version", ""),
        )
    add(auxiliary, "PRODUCTION_DEM_TYPE", (need(source, "PRODUCTION_DEM_TYPE").text or "").strip())
    add(auxiliary, "IERS_BULLETIN_FILENAME", text(source, "IERS_BULLETIN_FILENAME"))
    references = add(auxiliary, "GRI_List")
    for gri in findall(source, "GRI_List/GRI_FILENAME"):
        add(references, "GRI_FILENAME", gri.text)
    for tag in ("ECMWF_DATA_REF", "CAMS_DATA_REF"):
        reference = find(source, tag)
        if reference is not None:
            add(auxiliary, tag, reference.text, **{str(k): str(v) for k, v in reference.attrib.items()})
