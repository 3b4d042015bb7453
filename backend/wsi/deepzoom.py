"""A slide as the Deep Zoom pyramid that the viewer asks for.

Frames: `dz_level` counts from 0 (one pixel) to `dz_levels - 1` (the slide's level 0); `_dz` pixels belong to the
raster of the stated `dz_level`. Only the level pyramid is ever drawn: label and macro images are not part of it.

Tiles have the side of the file's own tiles where these are JPEG, so that most are sent as they are stored. Scanners
halve their levels exactly and drop what is left over, so a stored level whose size is that of a `dz_level`, rounded
either way, is that level, pixel by pixel; where a last column or row is missing it is repeated.
"""

from dataclasses import dataclass
from math import ceil, log2

import cv2
import numpy as np
import simplejpeg

from backend.wsi.coded import CodedLevel
from backend.wsi.slide import RGB, Slide

TILE_PX = 256
REVISION = 2
"""Part of every tile's address and tag: whoever changes how slides are cut into tiles must raise it."""

JPEG_QUALITY = 90
_MOST_PIXELS = 2**22


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


def coded_levels(slide: Slide, pyramid: DeepZoom) -> dict[int, CodedLevel]:
    """Return, by `dz_level`, the levels whose whole tiles are stored in the file just as the viewer asks for them."""
    found = {}
    for dz_level in range(pyramid.dz_levels):
        downsample = pyramid.downsample(dz_level)
        stored = (i for i, level in enumerate(slide.levels) if _is_level(level.size, slide.size, downsample))
        if (index := next(stored, None)) is not None and (level := slide.coded_level(index)):
            found[dz_level] = level
    return found


def tile(slide: Slide, pyramid: DeepZoom, dz_level: int, column: int, row: int) -> RGB:
    """Draw one tile, from a stored level's own pixels where their places are known, else wherever it lies."""
    downsample, size = pyramid.downsample(dz_level), pyramid.tile_size_dz(dz_level, column, row)
    x_dz, y_dz = column * pyramid.tile_px, row * pyramid.tile_px
    index = max((i for i, level in enumerate(slide.levels) if level.downsample <= downsample * 1.01), default=0)
    step = 1 << round(log2(slide.levels[index].downsample))
    factor = downsample // step
    if (
        factor
        and _is_level(slide.levels[index].size, slide.size, step)
        and (size[0] * size[1] * factor**2 <= _MOST_PIXELS)
    ):
        wide = slide.level_region(index, (x_dz * factor, y_dz * factor), (size[0] * factor, size[1] * factor))
        return wide if factor == 1 else np.asarray(cv2.resize(wide, size, interpolation=cv2.INTER_AREA), np.uint8)
    x, y = x_dz * downsample, y_dz * downsample
    width, height = min(size[0] * downsample, slide.size[0] - x), min(size[1] * downsample, slide.size[1] - y)
    return slide.region((x, y, width, height), size)


def _is_level(stored: tuple[int, int], size: tuple[int, int], downsample: int) -> bool:
    """Say whether a stored raster is the slide at this downsample, what is left over dropped or kept."""
    width, height = size
    return width // downsample <= stored[0] <= -(-width // downsample) and height // downsample <= stored[1] <= -(
        -height // downsample
    )


def encode_jpeg(rgb: RGB) -> bytes:
    """Encode a raster for the viewer."""
    return bytes(simplejpeg.encode_jpeg(rgb, quality=JPEG_QUALITY, colorspace="RGB", colorsubsampling="420"))
