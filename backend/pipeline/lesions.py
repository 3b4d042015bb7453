"""From the probability map to outlined lesions."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from shapely import Polygon, unary_union

from backend.core.geometry import Grid, polygons_of_mask, simplified
from backend.pipeline.segmentation import ProbabilityMap

_ONE = 65535
_FINER = 4


@dataclass(frozen=True, slots=True)
class LesionOptions:
    """Where the map exceeds `threshold` there is lesion; gaps up to `merge_gap_um` close; specks are dropped.

    A lesion of which less than `least_in_gland` lies in the glands is none: only glandular tissue is scored.
    """

    threshold: float = 0.5
    smallest_mm2: float = 0.0006
    merge_gap_um: float = 8.0
    simplify_um: float = 1.0
    least_in_gland: float = 0.5


@dataclass(frozen=True, slots=True)
class Outline:
    """One lesion before its lymphocytes are counted: polygon in level-0 pixels, area, mean probability inside."""

    polygon: Polygon
    area_mm2: float
    confidence: float


def outline_lesions(probability: ProbabilityMap, options: LesionOptions) -> list[Outline]:
    """Return the outlines of all lesions, largest first."""
    grid = probability.grid
    mask = (probability.values > options.threshold * _ONE).astype(np.uint8)
    side = round(options.merge_gap_um / grid.um_per_pixel) + 1
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)), np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    outlines = []
    for label in range(1, len(stats)):
        x, y, width, height, area = stats[label].tolist()
        if area * grid.mm2_per_pixel >= options.smallest_mm2 / 2:
            box = _padded(x, y, width, height, labels.shape)
            outlines += _outlined(
                probability.values[box], labels[box] == label, (box[1].start, box[0].start), grid, options
            )
    return sorted(outlines, key=lambda one: -one.area_mm2)


def in_glands(outlines: list[Outline], glands: list[Polygon], options: LesionOptions) -> list[Outline]:
    """Keep the outlines that lie in the glands, as far as `options` ask."""
    glandular = unary_union(glands)
    return [
        one for one in outlines
        if glandular.intersection(one.polygon).area >= options.least_in_gland * one.polygon.area
    ]  # fmt: skip


def _padded(x: int, y: int, width: int, height: int, shape: tuple[int, ...]) -> tuple[slice, slice]:
    return slice(max(0, y - 2), min(shape[0], y + height + 2)), slice(max(0, x - 2), min(shape[1], x + width + 2))


def _outlined(
    values: NDArray[np.uint16], inside: NDArray[np.bool_], corner: tuple[int, int], grid: Grid, options: LesionOptions
) -> list[Outline]:
    """Contour one component between the pixels of the map, where the probability crosses the threshold."""
    probability = values.astype(np.float32) / _ONE
    closed = inside & (probability <= options.threshold)  # gaps that merging filled
    own = cv2.dilate(inside.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    just_inside = np.float32(options.threshold + 0.05)  # so that filled gaps have no blocky rim
    level = np.where(closed, just_inside, np.where(own, probability, 0))
    size = level.shape[1] * _FINER, level.shape[0] * _FINER
    fine = np.asarray(cv2.resize(level, size, interpolation=cv2.INTER_LINEAR) > options.threshold)
    fx, fy = grid.level0_per_pixel
    polygons = polygons_of_mask(fine, (fx / _FINER, fy / _FINER), (corner[0] * fx, corner[1] * fy))
    mm2 = grid.mpp_xy[0] * grid.mpp_xy[1] / 1e6
    confidence = float(probability[inside].mean())
    tolerance = options.simplify_um / grid.mpp_xy[0]
    return [
        Outline(part, part.area * mm2, confidence)
        for part in (simplified(one, tolerance) for one in polygons)
        if part.area * mm2 >= options.smallest_mm2
    ]
