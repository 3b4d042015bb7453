"""A slide as the Deep Zoom pyramid that the viewer asks for.

Frames: `dz_level` counts from 0 (one pixel) to `dz_levels - 1` (the slide's level 0); `_dz` pixels belong to the
raster of the stated `dz_level`. Only the level pyramid is ever drawn: label and macro images are not part of it.
"""

from dataclasses import dataclass
from math import ceil, log2

import simplejpeg

from backend.wsi.slide import RGB, Slide

TILE_PX = 256
JPEG_QUALITY = 82


@dataclass(frozen=True, slots=True)
class DeepZoom:
    """The geometry of the pyramid over a slide of `size` (width, height) level-0 pixels; tiles do not overlap."""

    size: tuple[int, int]

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
        return column * TILE_PX < width_dz and row * TILE_PX < height_dz

    def descriptor(self) -> str:
        """Write the `.dzi` document."""
        return (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" '
            f'Format="jpeg" Overlap="0" TileSize="{TILE_PX}">'
            f'<Size Width="{self.size[0]}" Height="{self.size[1]}"/></Image>'
        )


def tile(slide: Slide, dz_level: int, column: int, row: int) -> RGB:
    """Draw one tile; at the right and lower edge it is as small as what is left."""
    pyramid = DeepZoom(slide.size)
    downsample = pyramid.downsample(dz_level)
    width_dz, height_dz = pyramid.size_dz(dz_level)
    x_dz, y_dz = column * TILE_PX, row * TILE_PX
    tile_dz = min(TILE_PX, width_dz - x_dz), min(TILE_PX, height_dz - y_dz)
    x, y = x_dz * downsample, y_dz * downsample
    width = min(tile_dz[0] * downsample, slide.size[0] - x)
    height = min(tile_dz[1] * downsample, slide.size[1] - y)
    return slide.region((x, y, width, height), tile_dz)


def encode_jpeg(rgb: RGB) -> bytes:
    """Encode a raster for the viewer."""
    return bytes(simplejpeg.encode_jpeg(rgb, quality=JPEG_QUALITY, colorspace="RGB", colorsubsampling="420"))
