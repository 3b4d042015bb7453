"""Where there is tissue at all: a cheap mask that spares the networks the glass."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from backend.core.geometry import Grid
from backend.core.optics import optical_density
from backend.wsi.slide import RGB, Slide


@dataclass(frozen=True, slots=True)
class TissueOptions:
    """`um_per_pixel` of the mask; Otsu's threshold is kept within these optical densities; specks are dropped.

    The colour of the glass is measured in an overview of `overview_px`, of which `least_glass` must show any.
    """

    um_per_pixel: float = 16.0
    lowest_density: float = 0.04
    highest_density: float = 0.15
    smallest_mm2: float = 0.01
    overview_px: int = 1024
    least_glass: float = 0.02
    darkest_glass: int = 180


def tissue_mask(slide: Slide, options: TissueOptions) -> tuple[NDArray[np.bool_], Grid]:
    """Return the mask and its grid.

    Raises:
        MppUnknown: where the slide has no pixel size.
    """
    mpp = slide.required_mpp
    grid = Grid((mpp.x, mpp.y), slide.size, options.um_per_pixel)
    rows, columns = grid.shape
    mask = np.zeros((rows, columns), bool)
    band = max(1, 2**24 // columns)
    densities = np.concatenate(
        [_density(slide, grid, row, min(band, rows - row)) for row in range(0, rows, band)]
    )  # fmt: skip
    threshold = np.clip(_otsu(densities), options.lowest_density, options.highest_density)
    mask = _cleaned(densities > threshold, round(options.smallest_mm2 / grid.mm2_per_pixel))
    return mask, grid


def glass_colour(slide: Slide, tissue: NDArray[np.bool_], grid: Grid, options: TissueOptions) -> NDArray[np.float32]:
    """Return the colour of the glass (3,), from an overview of the slide: white where hardly any glass is seen.

    What is exactly white was filled in by the scanner's software and tells nothing of its light.
    """
    scale = max(1, max(grid.shape) / options.overview_px)
    size = max(1, round(grid.shape[1] / scale)), max(1, round(grid.shape[0] / scale))
    overview = slide.region((0, 0, *slide.size), size)
    near = cv2.dilate(
        cv2.resize(tissue.astype(np.uint8), size, interpolation=cv2.INTER_AREA), np.ones((3, 3), np.uint8)
    )
    glass = overview[(near == 0) & (overview < 255).any(axis=2)]
    seen = len(glass) >= options.least_glass * overview.shape[0] * overview.shape[1]
    colour = np.median(glass, axis=0) if seen else np.zeros(3)
    return np.asarray(colour if colour.min() >= options.darkest_glass else np.full(3, 255), np.float32)


def _density(slide: Slide, grid: Grid, row: int, rows: int) -> NDArray[np.float32]:
    columns = grid.shape[1]
    rgb = slide.region(grid.slide_box(0, row, columns, rows), (columns, rows))
    return _relative_to_glass(rgb)


def _relative_to_glass(rgb: RGB) -> NDArray[np.float32]:
    """Return the mean optical density over that of the glass, which is rarely quite white."""
    density = optical_density(rgb).mean(axis=2)
    return np.asarray(np.maximum(density - np.percentile(density, 2), 0), np.float32)


def _otsu(densities: NDArray[np.float32]) -> float:
    scaled = np.clip(densities * 255, 0, 255).astype(np.uint8)
    threshold, _ = cv2.threshold(scaled, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return float(threshold) / 255


def _cleaned(mask: NDArray[np.bool_], smallest_px: int) -> NDArray[np.bool_]:
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= max(1, smallest_px)
    keep[0] = False
    return np.asarray(keep[labels])
