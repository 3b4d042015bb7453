"""Count the lymphocytes inside a lesion: the counter's density, summed over the outline.

Cells are counted on a grid of `counter mpp × STRIDE` (2 µm with the shipped weights) laid from the outline's corner.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from shapely import Polygon

from backend.core.geometry import rings_of
from backend.pipeline.stain import Stain, StainOptions, normalise
from backend.wsi.slide import Slide
from models.lymphocyte_counter import STRIDE, LymphocyteCounter
from models.registry import Weights, as_input

_SUBPIXEL_BITS = 4
_FINER = 4


@dataclass(frozen=True, slots=True)
class LymphocyteOptions:
    """Blocks of `block_px` are read at the counter's mpp with `margin_px` of surroundings; both divide by `STRIDE`."""

    block_px: int = 1024
    margin_px: int = 48


def count_lymphocytes(
    slide: Slide, polygon: Polygon, stain: Stain, stains: StainOptions, counter: LymphocyteCounter, weights: Weights,
    options: LymphocyteOptions,
) -> int:  # fmt: skip
    """Count the lymphocytes that lie in the polygon (level-0 pixels)."""
    mpp, um = slide.required_mpp, weights.mpp[0]
    scale = um / mpp.x, um / mpp.y  # level-0 pixels per pixel of the counter
    x0, y0, x1, y1 = polygon.bounds
    cells = int(np.ceil((x1 - x0) / scale[0] / STRIDE)), int(np.ceil((y1 - y0) / scale[1] / STRIDE))
    inside = _share_inside(polygon, (x0, y0), (scale[0] * STRIDE, scale[1] * STRIDE), cells)
    side, total = options.block_px // STRIDE, 0.0
    for row in range(0, cells[1], side):
        for column in range(0, cells[0], side):
            wanted = inside[row : row + side, column : column + side]
            if wanted.any():
                corner = x0 / scale[0] + column * STRIDE, y0 / scale[1] + row * STRIDE
                density = _density(slide, corner, wanted.shape, scale, stain, stains, counter, options)
                total += float((density * wanted).sum())
    return round(total)


def _density(
    slide: Slide, corner: tuple[float, float], cells: tuple[int, ...], scale: tuple[float, float], stain: Stain,
    stains: StainOptions, counter: LymphocyteCounter, options: LymphocyteOptions,
) -> NDArray[np.float32]:  # fmt: skip
    """Return the expected lymphocytes of `cells` (rows, columns) from `corner`, in pixels of the counter."""
    margin = options.margin_px
    width, height = cells[1] * STRIDE + 2 * margin, cells[0] * STRIDE + 2 * margin
    box = ((corner[0] - margin) * scale[0], (corner[1] - margin) * scale[1], width * scale[0], height * scale[1])
    rgb = normalise(slide.region(box, (width, height)), stain, stains)
    with torch.inference_mode():
        density = counter(as_input(counter, rgb).permute(2, 0, 1)[None])[0, 0]
    edge = margin // STRIDE
    return np.asarray(density[edge:-edge, edge:-edge].cpu().numpy(), np.float32)


def _share_inside(
    polygon: Polygon, corner: tuple[float, float], scale: tuple[float, float], cells: tuple[int, int]
) -> NDArray[np.float32]:
    """Return how much of each cell lies in the polygon, (rows, columns) of 0 to 1."""
    fine = np.zeros((cells[1] * _FINER, cells[0] * _FINER), np.uint8)
    unit = np.array(scale) / _FINER
    rings = [((np.array(ring) - corner) / unit - 0.5) * (1 << _SUBPIXEL_BITS) for ring in rings_of(polygon)]
    cv2.fillPoly(fine, [np.rint(ring).astype(np.int32) for ring in rings], 1, cv2.LINE_8, _SUBPIXEL_BITS)
    return np.asarray(cv2.resize(fine.astype(np.float32), cells, interpolation=cv2.INTER_AREA), np.float32)
