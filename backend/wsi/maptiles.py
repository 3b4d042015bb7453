"""A map as coloured, transparent tiles that lie exactly over the slide's own Deep Zoom tiles.

Frames: `_map` pixels belong to the map's raster, whose pixel is a square on the glass and rarely a whole number of
level-0 pixels; tiles are drawn in the slide's Deep Zoom frame, in which a pixel of `dz_level` spans `downsample`
level-0 pixels. Levels finer than the map are not served: the viewer enlarges.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from backend.core.geometry import Grid
from backend.wsi.colours import Table
from backend.wsi.deepzoom import TILE_PX, DeepZoom
from backend.wsi.slide import Slide


@dataclass(frozen=True, slots=True)
class MapTiles:
    """The geometry of a map's tiles over its slide; `grid` is the map's."""

    grid: Grid

    @property
    def pyramid(self) -> DeepZoom:
        """The slide's own pyramid."""
        return DeepZoom(self.grid.slide_size)

    @property
    def finest(self) -> int:
        """The finest `dz_level` that is served: its pixels are as large as the map's, or up to half as large."""
        pixel_level0, pyramid = min(self.grid.level0_per_pixel), self.pyramid
        wanted = (level for level in range(pyramid.dz_levels) if pyramid.downsample(level) <= pixel_level0)
        return next(wanted, pyramid.dz_levels - 1)

    @property
    def size_dz(self) -> tuple[int, int]:
        """(width, height) of the finest raster that is served."""
        return self.pyramid.size_dz(self.finest)

    @property
    def width_level0(self) -> int:
        """How many level-0 pixels that raster spans from the slide's left edge: its last column may reach beyond."""
        return self.size_dz[0] * self.pyramid.downsample(self.finest)

    def has(self, dz_level: int, column: int, row: int) -> bool:
        """Say whether there is such a tile."""
        return dz_level <= self.finest and self.pyramid.has(dz_level, column, row)


def map_tile(
    opened: Slide, tiles: MapTiles, dz_level: int, column: int, row: int, *, labels: bool
) -> NDArray[np.uint8]:
    """Draw one tile of grey values, (height, width); `labels` are picked, other values interpolated."""
    downsample = tiles.pyramid.downsample(dz_level)
    width_dz, height_dz = tiles.pyramid.size_dz(dz_level)
    size = min(TILE_PX, width_dz - column * TILE_PX), min(TILE_PX, height_dz - row * TILE_PX)
    scale_map = np.array([downsample / level0 for level0 in tiles.grid.level0_per_pixel])  # map pixels per dz pixel
    corner_map = np.array([column, row]) * TILE_PX * scale_map
    stored, shrink, origin = _stored(opened, corner_map, scale_map * size, float(scale_map.max()))
    step = scale_map / shrink
    # pixel centres: the tile's (i + ½) · step lies at the stored raster's j + ½
    shift = corner_map / shrink - origin + step / 2 - 0.5
    onto = np.array([[step[0], 0, shift[0]], [0, step[1], shift[1]]])
    how = (cv2.INTER_NEAREST if labels else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(stored, onto, size, flags=how, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _stored(
    opened: Slide, corner_map: NDArray[np.floating], size_map: NDArray[np.floating], wanted: float
) -> tuple[NDArray[np.uint8], float, NDArray[np.floating]]:
    """Read what a box needs from the coarsest stored level that is fine enough, with a pixel to spare.

    Returns the grey raster, the map pixels that one of its pixels spans, and its corner in its own pixels.
    """
    index = max(i for i, level in enumerate(opened.levels) if i == 0 or 2**i <= wanted * 1.01)
    shrink, (columns, rows) = 2.0**index, opened.levels[index].size
    low = np.clip(np.floor(corner_map / shrink) - 1, 0, (columns - 1, rows - 1)).astype(int)
    high = np.clip(np.ceil((corner_map + size_map) / shrink) + 1, low + 1, (columns, rows)).astype(int)
    size = int(high[0] - low[0]), int(high[1] - low[1])
    box = low[0] * shrink, low[1] * shrink, size[0] * shrink, size[1] * shrink
    return np.ascontiguousarray(opened.region(box, size)[..., 0]), shrink, low.astype(float)


def encode_png(values: NDArray[np.uint8], table: Table) -> bytes:
    """Colour grey values and encode them with their transparency."""
    bgra = np.ascontiguousarray(table[values][..., [2, 1, 0, 3]])
    _, data = cv2.imencode(".png", bgra, [cv2.IMWRITE_PNG_COMPRESSION, 4])
    return data.tobytes()
