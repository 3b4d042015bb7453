"""A slide as the Deep Zoom pyramid that the viewer asks for.

Frames: `dz_level` counts from 0 (one pixel) to `dz_levels - 1` (the slide's level 0); `_dz` pixels belong to the
raster of the stated `dz_level`. Only the level pyramid is ever drawn: label and macro images are not part of it.

Tiles have the side of the file's own tiles where these are read directly, so that none is decoded twice and most JPEG
tiles are sent as they are stored. Scanners halve their levels exactly and drop what is left over, so a stored level
whose size is that of a `dz_level`, rounded either way, is that level, pixel by pixel; where a last column or row is
missing it is repeated.
"""

from dataclasses import dataclass
from math import ceil, log2

import cv2
import numpy as np
import simplejpeg

from backend.wsi.coded import CodedLevel
from backend.wsi.slide import RGB, Slide

TILE_PX = 256
REVISION = 5
"""Part of every tile's address and tag: whoever changes how slides are cut into tiles must raise it."""

JPEG_QUALITY = 90
_MOST_HALVINGS = 3


@dataclass(frozen=True, slots=True)
class DeepZoom:
    """The geometry of the pyramid over a slide of `size` (width, height) level-0 pixels; tiles do not overlap."""

    size: tuple[int, int]
    tile_px: int = TILE_PX

    @classmethod
    def of(cls, slide: Slide) -> "DeepZoom":
        """Return the pyramid over a slide, in the slide's own tiles where it has some."""
        return cls(slide.size, slide.tile_px or TILE_PX)

    @property
    def dz_levels(self) -> int:
        """How many levels there are, down to a single pixel."""
        return ceil(log2(max(self.size))) + 1

    def downsample(self, dz_level: int) -> int:
        """Return how many level-0 pixels one pixel of `dz_level` spans."""
        return 1 << (self.dz_levels - 1 - dz_level)

    def size_dz(self, dz_level: int) -> tuple[int, int]:
        """Return (width, height) of the raster of `dz_level`."""
        downsample = self.downsample(dz_level)
        return ceil(self.size[0] / downsample), ceil(self.size[1] / downsample)

    def has(self, dz_level: int, column: int, row: int) -> bool:
        """Say whether there is such a tile."""
        if not 0 <= dz_level < self.dz_levels or column < 0 or row < 0:
            return False
        width_dz, height_dz = self.size_dz(dz_level)
        return column * self.tile_px < width_dz and row * self.tile_px < height_dz

    def tile_size_dz(self, dz_level: int, column: int, row: int) -> tuple[int, int]:
        """Return (width, height) of a tile; at the right and lower edge it is as small as what is left."""
        width_dz, height_dz = self.size_dz(dz_level)
        return min(self.tile_px, width_dz - column * self.tile_px), min(self.tile_px, height_dz - row * self.tile_px)

    def descriptor(self) -> str:
        """Write the `.dzi` document."""
        return (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" '
            f'Format="jpeg" Overlap="0" TileSize="{self.tile_px}">'
            f'<Size Width="{self.size[0]}" Height="{self.size[1]}"/></Image>'
        )


def stored_index(slide: Slide, pyramid: DeepZoom, dz_level: int) -> int | None:
    """Return which stored level is this `dz_level`, pixel by pixel, if one is."""
    downsample = pyramid.downsample(dz_level)
    return next((i for i, level in enumerate(slide.levels) if _is_level(level.size, slide.size, downsample)), None)


def coded_levels(slide: Slide, pyramid: DeepZoom) -> dict[int, CodedLevel]:
    """Return, by `dz_level`, the levels whose whole tiles are stored in the file just as the viewer asks for them."""
    found = {}
    for dz_level in range(pyramid.dz_levels):
        index = stored_index(slide, pyramid, dz_level)
        if index is not None and (level := slide.coded_level(index)):
            found[dz_level] = level
    return found


def tile(slide: Slide, pyramid: DeepZoom, dz_level: int, column: int, row: int) -> RGB:
    """Draw one tile, by halving the pixels of a finer stored level where there is one near, else wherever they lie."""
    size, corner_dz = pyramid.tile_size_dz(dz_level, column, row), (column * pyramid.tile_px, row * pyramid.tile_px)
    for halvings in range(min(_MOST_HALVINGS, pyramid.dz_levels - 1 - dz_level) + 1):
        index = stored_index(slide, pyramid, dz_level + halvings)
        if index is not None:
            x, y = (at << halvings for at in corner_dz)
            width, height = pyramid.size_dz(dz_level + halvings)
            rgb = slide.level_region(
                index, (x, y), (min(size[0] << halvings, width - x), min(size[1] << halvings, height - y))
            )
            for _ in range(halvings):
                rgb = halved(rgb)
            return rgb
    downsample = pyramid.downsample(dz_level)
    x, y = (at * downsample for at in corner_dz)
    width, height = min(size[0] * downsample, slide.size[0] - x), min(size[1] * downsample, slide.size[1] - y)
    return slide.region((x, y, width, height), size)


def halved(rgb: RGB) -> RGB:
    """Average squares of 2 × 2 pixels; an odd last column or row is averaged with itself."""
    height, width = rgb.shape[:2]
    if height % 2 or width % 2:
        rgb = np.pad(rgb, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return np.asarray(cv2.resize(rgb, (-(-width // 2), -(-height // 2)), interpolation=cv2.INTER_AREA), np.uint8)


def _is_level(stored: tuple[int, int], size: tuple[int, int], downsample: int) -> bool:
    """Say whether a stored raster is the slide at this downsample, what is left over dropped or kept."""
    width, height = size
    return width // downsample <= stored[0] <= -(-width // downsample) and height // downsample <= stored[1] <= -(
        -height // downsample
    )


def decode_jpeg(data: bytes) -> RGB:
    """Decode what `encode_jpeg` wrote."""
    return np.asarray(simplejpeg.decode_jpeg(data, "RGB"))


def encode_jpeg(rgb: RGB) -> bytes:
    """Encode a raster for the viewer."""
    return bytes(simplejpeg.encode_jpeg(rgb, quality=JPEG_QUALITY, colorspace="RGB", colorsubsampling="420"))
