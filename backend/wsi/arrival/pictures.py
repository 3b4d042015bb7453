"""Turn a plain picture into a tiled pyramid: JPEG, PNG, BMP, and TIFF or OME-TIFF without tiles.

Rows stream through, so memory does not follow the picture. A picture states no trustworthy pixel size, except TIFF.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyvips

from backend.core.errors import SlideUnreadable
from backend.wsi.arrival.clean_tiff import ome_mpp
from backend.wsi.arrival.structure import BOMB, refuse_hostile, refuse_size
from backend.wsi.arrival.tiff import (
    CUT_SHORT,
    DESCRIPTION,
    RESOLUTION_UNIT,
    SAMPLES,
    X_RESOLUTION,
    Y_RESOLUTION,
    Tiff,
    looks_like_tiff,
)
from backend.wsi.pyramid import PyramidWriter, Raster
from backend.wsi.slide import Mpp, is_plausible

_QUALITY = 90
_STRIP_PX = 32
_MOST_PIXELS = 2**33
_FREE_PIXELS = 5 * 10**7
_MOST_PIXELS_A_BYTE = 100
_COARSEST_STATED_MPP = 5.0
_UM_PER_UNIT = {2: 25_400.0, 3: 10_000.0}

_NO_RGB = "The file holds its colours as separate images, as fluorescence does: please export it as an RGB picture."
_UNREADABLE = "The picture does not decode: it is damaged, or of a kind that cannot be read."


def to_pyramid(source: Path, path: Path) -> None:
    """Write the picture as a tiled pyramid of JPEG.

    Raises:
        SlideUnreadable: where it is damaged, or would exhaust the server.
    """
    mpp = _stated_mpp(source) if looks_like_tiff(source) else None
    with source.open("rb") as file:
        is_bitmap = file.read(2) == b"BM"
    if is_bitmap:
        size, rows = _bitmap(source)
    else:
        size, rows = _by_vips(source)
    with PyramidWriter(path, size, mpp.mean if mpp else None, quality=_QUALITY) as pyramid:
        for strip in rows:
            pyramid.add(strip)


def _refuse_bomb(width: int, height: int, stored_bytes: int) -> None:
    refuse_size(width, height)
    pixels = width * height
    if pixels > _MOST_PIXELS or pixels > max(_FREE_PIXELS, _MOST_PIXELS_A_BYTE * stored_bytes):
        raise SlideUnreadable(BOMB)


def _by_vips(source: Path) -> tuple[tuple[int, int], Iterator[Raster]]:
    try:
        image = pyvips.Image.new_from_file(str(source), access="sequential", fail_on="truncated")
    except pyvips.Error as error:
        raise SlideUnreadable(_UNREADABLE) from error
    _refuse_bomb(image.width, image.height, source.stat().st_size)
    return (image.width, image.height), _rows(_as_rgb(image))


def _as_rgb(image: pyvips.Image) -> pyvips.Image:
    """Return eight bits of sRGB over white, whatever the picture's own colours are."""
    if image.get_typeof("icc-profile-data"):
        image = image.icc_transform("srgb", embedded=True, intent="relative")
    elif image.interpretation not in ("srgb", "multiband"):
        image = image.colourspace("srgb")
    if image.hasalpha():
        image = image.flatten(background=[255] * (image.bands - 1))
    if image.bands == 1:
        image = image.bandjoin([image, image])
    return image[:3].cast("uchar")


def _rows(image: pyvips.Image) -> Iterator[Raster]:
    region = pyvips.Region.new(image)
    for y in range(0, image.height, _STRIP_PX):
        height = min(_STRIP_PX, image.height - y)
        try:
            data = region.fetch(0, y, image.width, height)
        except pyvips.Error as error:
            raise SlideUnreadable(_UNREADABLE) from error
        yield np.frombuffer(data, np.uint8).reshape(height, image.width, 3)


def _bitmap(source: Path) -> tuple[tuple[int, int], Iterator[Raster]]:
    """Read an uncompressed bitmap of 24 or 32 bits a pixel, which is stored from the bottom up."""
    with source.open("rb") as file:
        head = file.read(54)
    if len(head) < 54:
        raise SlideUnreadable(CUT_SHORT)
    start, width, height, _, bits, compression = struct.unpack_from("<I4xiiHHI", head, 10)
    if width <= 0 or height == 0 or bits not in (24, 32) or compression not in (0, 3):
        raise SlideUnreadable(_UNREADABLE)
    size = width, abs(height)
    _refuse_bomb(*size, source.stat().st_size)
    row_bytes = (width * bits // 8 + 3) // 4 * 4
    if start + row_bytes * size[1] > source.stat().st_size:
        raise SlideUnreadable(CUT_SHORT)
    stored = np.memmap(source, np.uint8, "r", start, (size[1], row_bytes))
    return size, _bitmap_rows(stored if height < 0 else stored[::-1], width, bits // 8)


def _bitmap_rows(stored: Raster, width: int, bytes_a_pixel: int) -> Iterator[Raster]:
    for y in range(0, len(stored), _STRIP_PX):
        rows = stored[y : y + _STRIP_PX, : width * bytes_a_pixel]
        yield np.ascontiguousarray(rows.reshape(len(rows), width, bytes_a_pixel)[..., 2::-1])


def _stated_mpp(source: Path) -> Mpp | None:
    """Check the structure of a TIFF, and return its pixel size where that is no printer's."""
    with Tiff(source) as tiff:
        refuse_hostile(tiff)
        first = tiff.directories[0]
        size, said = tiff.size_of(first), tiff.text(first, DESCRIPTION)
        if "<OME" in said and tiff.number(first, SAMPLES, 1) < 3:
            raise SlideUnreadable(_NO_RGB)
        if found := ome_mpp(said, size):
            return found
        unit = _UM_PER_UNIT.get(tiff.number(first, RESOLUTION_UNIT, 2))
        x, y = tiff.rational(first, X_RESOLUTION), tiff.rational(first, Y_RESOLUTION)
    if not (unit and x and y) or unit / min(x, y) > _COARSEST_STATED_MPP:
        return None
    return Mpp(unit / x, unit / y) if is_plausible(unit / x, unit / y, size) else None
