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
    """`um_per_pixel` of the mask; Otsu's threshold is kept within these optical densities; specks are dropped."""

    um_per_pixel: float = 16.0
    lowest_density: float = 0.04
    highest_density: float = 0.15
    smallest_mm2: float = 0.01


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
