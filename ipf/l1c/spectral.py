"""Radiometric description of the bands that product and datastrip metadata share."""

from datetime import datetime

from lxml import etree

from ipf.l1c.xmlbuild import add, number
from ipf.radiometry import BANDS, L1C_OFFSET, L1C_QUANTIFICATION, band, earth_sun_factor

#: First and last wavelength [nm] where a band responds (Spectral_Information of a public L1C of S2A).
WAVELENGTHS = {
    "B01": (412, 456),
    "B02": (456, 533),
    "B03": (538, 583),
    "B04": (646, 684),
    "B05": (695, 714),
    "B06": (731, 749),
    "B07": (769, 797),
    "B08": (760, 907),
    "B8A": (837, 881),
    "B09": (932, 958),
    "B10": (1337, 1412),
    "B11": (1539, 1682),
    "B12": (2078, 2320),
}
#: bandId of red, green and blue.
DISPLAY = (3, 2, 1)


def physical_name(name: str) -> str:
    """`B02` → `B2`, as physicalBand is written; `B8A` and `B12` stay."""
    return f"B{int(name[1:])}" if name[1:].isdigit() else name


def add_spectral_information(parent: etree._Element) -> None:
    """Spectral_Information_List; the response is a box of 1 nm steps, not the true one."""
    listed = add(parent, "Spectral_Information_List")
    for name, constants in BANDS.items():
        low, high = WAVELENGTHS[name]
        info = add(listed, "Spectral_Information", bandId=constants.number, physicalBand=physical_name(name))
        add(info, "RESOLUTION", constants.resolution)
        wavelength = add(info, "Wavelength")
        add(wavelength, "MIN", low, unit="nm")
        add(wavelength, "MAX", high, unit="nm")
        add(wavelength, "CENTRAL", number(constants.wavelength), unit="nm")
        response = add(info, "Spectral_Response")
        add(response, "STEP", 1, unit="nm")
        add(response, "VALUES", " ".join(["1"] * (high - low + 1)))


def add_display_order(parent: etree._Element) -> None:
    """Image_Display_Order."""
    order = add(parent, "Image_Display_Order")
    for channel, number_ in zip(("RED", "GREEN", "BLUE"), DISPLAY, strict=True):
        add(order, f"{channel}_CHANNEL", number_)


def add_reflectance(parent: etree._Element, satellite: str, when: datetime) -> None:
    """QUANTIFICATION_VALUE, Radiometric_Offset_List and Reflectance_Conversion, in this order."""
    add(parent, "QUANTIFICATION_VALUE", L1C_QUANTIFICATION, unit="none")
    offsets = add(parent, "Radiometric_Offset_List")
    for constants in BANDS.values():
        add(offsets, "RADIO_ADD_OFFSET", -L1C_OFFSET, band_id=constants.number)
    conversion = add(parent, "Reflectance_Conversion")
    add(conversion, "U", number(earth_sun_factor(when), 12))
    irradiances = add(conversion, "Solar_Irradiance_List")
    for name, constants in BANDS.items():
        irradiance = number(band(satellite, name).irradiance, 4)
        add(irradiances, "SOLAR_IRRADIANCE", irradiance, bandId=constants.number, unit="W/m²/µm")
