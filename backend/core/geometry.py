"""Conversions between frames, and polygons; the only place where they are written.

Stored geometry is level-0 pixels, (x, y), origin top left. A grid is a raster at a stated pixel size in micrometres
whose pixel (0, 0) has its corner at the slide's origin.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from backend.core.findings import Rings


@dataclass(frozen=True, slots=True)
class Grid:
    """A raster over a slide: level-0 pixel size along x and y, size of the slide, side of one grid pixel."""

    mpp_xy: tuple[float, float]
    slide_size: tuple[int, int]
    um_per_pixel: float

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) that cover the slide."""
        width, height = (n * mpp / self.um_per_pixel for n, mpp in zip(self.slide_size, self.mpp_xy, strict=True))
        return int(np.ceil(height - 1e-6)), int(np.ceil(width - 1e-6))

    @property
    def mm2_per_pixel(self) -> float:
        """The area of one grid pixel."""
        return self.um_per_pixel**2 / 1e6

    def slide_box(self, column: float, row: float, columns: float, rows: float) -> tuple[float, float, float, float]:
        """Return a box of grid pixels as (x, y, width, height) in level-0 pixels."""
        fx, fy = self.level0_per_pixel
        return column * fx, row * fy, columns * fx, rows * fy

    @property
    def level0_per_pixel(self) -> tuple[float, float]:
        """Level-0 pixels in one grid pixel, along x and y."""
        return self.um_per_pixel / self.mpp_xy[0], self.um_per_pixel / self.mpp_xy[1]


def rings_of(polygon: Polygon) -> Rings:
    """Write a polygon as closed GeoJSON rings, rounded to a hundredth of a pixel."""
    return [
        [(round(x, 2), round(y, 2)) for x, y in ring.coords] for ring in (polygon.exterior, *polygon.interiors)
    ]  # fmt: skip


def polygon_of(rings: Rings) -> Polygon:
    """Read closed GeoJSON rings."""
    return Polygon(rings[0], rings[1:])


def parts_of(geometry: BaseGeometry) -> list[Polygon]:
    """Return the polygons in any geometry that repairing one may have left."""
    if isinstance(geometry, Polygon):
        return [] if geometry.is_empty else [geometry]
    if isinstance(geometry, MultiPolygon):
        return list(geometry.geoms)
    return [part for part in getattr(geometry, "geoms", []) if isinstance(part, Polygon)]


def polygons_of_mask(
    mask: NDArray[np.bool_], scale: tuple[float, float], shift: tuple[float, float] = (0, 0)
) -> list[Polygon]:
    """Outline a mask as valid polygons with holes, in level-0 pixels.

    `scale` is level-0 pixels per pixel of the mask and `shift` the mask's origin in level-0 pixels. OpenCV's contours
    run through pixel centres, so the polygons are grown by half a pixel to cover what the mask covers.
    """
    contours, hierarchy = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    rings = [(one[:, 0] + 0.5) * scale + shift for one in contours]
    polygons: list[Polygon] = []
    for index, (_, _, child, parent) in enumerate([] if hierarchy is None else hierarchy[0].tolist()):
        if parent >= 0 or len(rings[index]) < 3:
            continue
        holes = []
        while child >= 0:
            if len(rings[child]) >= 3:
                holes.append(rings[child])
            child = hierarchy[0][child][0]
        repaired = Polygon(rings[index], holes).buffer(0)
        polygons += parts_of(repaired.buffer(min(scale) / 2, join_style="mitre"))
    return polygons


def simplified(polygon: Polygon, tolerance: float) -> Polygon:
    """Drop vertices that move the outline by less than `tolerance`; a polygon stays one polygon."""
    fewer = parts_of(polygon.simplify(tolerance))
    return max(fewer, key=lambda part: part.area) if fewer else polygon
