"""Which tissue is gland: the ROI classifier over the whole slide, and the glandular area that it leaves.

The gland map is the denominator of the focus score.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from shapely import Polygon

from backend.core.geometry import Grid, polygons_of_mask, simplified
from backend.pipeline.kept import NOTHING_KEPT, Kept
from backend.pipeline.side_by_side import side_by_side
from backend.pipeline.stain import Stain, StainOptions, recolour
from backend.wsi.slide import RGB, Slide
from models.registry import Weights, as_input
from models.roi_classifier import STRIDE, RoiClass, RoiClassifier

GLANDS = "roi"
"""The name under which what the classifier said is kept."""


@dataclass(frozen=True, slots=True)
class RoiOptions:
    """Regions of `block_px` are classified with `margin_px` of surroundings, then glands are smoothed and cleaned.

    `gland_margin` is by how much the logit of gland must exceed every other: without it the glandular area comes out
    too large on phantoms that it was not trained on.
    """

    block_px: int = 1024
    margin_px: int = 128
    smallest_gland_mm2: float = 0.05
    largest_hole_mm2: float = 0.03
    smoothing_um: float = 64.0
    gland_margin: float = 0.6


@dataclass(frozen=True, slots=True)
class Roi:
    """The glands: a mask on its grid, their polygons in level-0 pixels, and the area of the mask.

    `classes` are the `RoiClass`es as the network said them, on the same grid, before glands are cleaned.
    """

    gland: NDArray[np.bool_]
    grid: Grid
    polygons: list[Polygon]
    classes: NDArray[np.uint8]

    @property
    def area_mm2(self) -> float:
        """The glandular area."""
        return float(self.gland.sum()) * self.grid.mm2_per_pixel


def find_glands(
    slide: Slide, tissue: NDArray[np.bool_], tissue_grid: Grid, stain: Stain, network: RoiClassifier, weights: Weights,
    *, stains: StainOptions, options: RoiOptions, on_progress: Callable[[float], None], kept: Kept = NOTHING_KEPT,
) -> Roi:  # fmt: skip
    """Classify all tissue, recoloured from `stain`, and return what is gland."""
    grid = Grid(tissue_grid.mpp_xy, tissue_grid.slide_size, weights.mpp[0] * STRIDE)
    classes = kept.array(GLANDS, lambda: classify(
        slide, tissue, tissue_grid, stain, network, weights, stains=stains, options=options, on_progress=on_progress
    )[0])  # fmt: skip
    gland = _cleaned(classes == RoiClass.GLAND, grid, options)
    polygons = polygons_of_mask(gland, grid.level0_per_pixel)
    tolerance = grid.level0_per_pixel[0] / 4
    return Roi(gland, grid, [simplified(one, tolerance) for one in polygons], classes)


def classify(
    slide: Slide, tissue: NDArray[np.bool_], tissue_grid: Grid, stain: Stain, network: RoiClassifier, weights: Weights,
    *, stains: StainOptions, options: RoiOptions, on_progress: Callable[[float], None],
) -> tuple[NDArray[np.uint8], Grid]:  # fmt: skip
    """Return the most likely `RoiClass` at each place, and the grid; glass is not looked at."""
    fine = Grid(tissue_grid.mpp_xy, tissue_grid.slide_size, weights.mpp[0])
    grid = Grid(fine.mpp_xy, fine.slide_size, weights.mpp[0] * STRIDE)
    classes = np.zeros(grid.shape, np.uint8)
    device = next(network.parameters()).device
    rows, columns = fine.shape
    corners = [(x, y) for y in range(0, rows, options.block_px) for x in range(0, columns, options.block_px)]
    corners = [(x, y) for x, y in corners if _any_tissue(tissue, tissue_grid, fine, (x, y, options.block_px))]

    def read(corner: tuple[int, int]) -> RGB:
        return recolour(_read_block(slide, fine, corner, options), stain, stains)

    classified = side_by_side(read, partial(_classify_block, network, options), corners, device)
    for done, ((x, y), block) in enumerate(zip(corners, classified, strict=True), 1):
        place = classes[y // STRIDE :, x // STRIDE :][: block.shape[0], : block.shape[1]]
        place[...] = block[: place.shape[0], : place.shape[1]]
        on_progress(done / len(corners))
    return classes, grid


def _any_tissue(tissue: NDArray[np.bool_], grid: Grid, fine: Grid, square: tuple[int, int, int]) -> bool:
    x, y, side = (value * fine.um_per_pixel / grid.um_per_pixel for value in square)
    return bool(tissue[int(y) : int(y + side) + 1, int(x) : int(x + side) + 1].any())


def _read_block(slide: Slide, fine: Grid, corner: tuple[int, int], options: RoiOptions) -> RGB:
    margin, side = options.margin_px, options.block_px + 2 * options.margin_px
    return slide.region(fine.slide_box(corner[0] - margin, corner[1] - margin, side, side), (side, side))


def _classify_block(network: RoiClassifier, options: RoiOptions, rgb: RGB) -> NDArray[np.uint8]:
    with torch.inference_mode():
        logits = network(as_input(network, rgb).permute(2, 0, 1)[None])
        logits[:, RoiClass.GLAND] -= options.gland_margin
    edge = options.margin_px // STRIDE
    return np.asarray(logits[0].argmax(0)[edge:-edge, edge:-edge].cpu().numpy(), np.uint8)


def _cleaned(gland: NDArray[np.bool_], grid: Grid, options: RoiOptions) -> NDArray[np.bool_]:
    """Take the majority of each neighbourhood, then drop specks and fill small holes."""
    side = max(3, round(options.smoothing_um / grid.um_per_pixel) | 1)
    mask = np.asarray(cv2.medianBlur(gland.astype(np.uint8), min(side, 5)), np.uint8)
    mask = _without_small(mask, options.smallest_gland_mm2 / grid.mm2_per_pixel)
    return np.asarray(_without_small(1 - mask, options.largest_hole_mm2 / grid.mm2_per_pixel) == 0)


def _without_small(mask: NDArray[np.uint8], smallest_px: float) -> NDArray[np.uint8]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    keep = stats[:, cv2.CC_STAT_AREA] >= smallest_px
    keep[0] = False
    return np.asarray(keep[labels], np.uint8)
