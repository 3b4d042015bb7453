"""How much of a slide is out of focus, and how much is pen: facts to be shown, which refuse nothing."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from backend.core.optics import optical_density
from backend.wsi.slide import RGB, Box, Slide

_THUMBNAIL_PX = 1024
_PATCH_PX = 256
_FOCUS_MPP = 0.5
_PATCHES = 64
_LEAST_TISSUE = 0.5
_BLURRED_ABOVE = 0.5
"""Sharp tissue scores 0.2 to 0.4 at 0.5 µm per pixel; blurred by a Gaussian of 1 µm, 0.5 to 0.7."""
_SMALLEST_PEN_SHARE = 2e-4
_LOWEST_DENSITY = 0.12


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares of 0 to 1: `blur_share` of the tissue, None where there is none to judge by; `pen_share` of the slide."""

    blur_share: float | None
    pen_share: float


def quality_of(slide: Slide) -> Quality:
    """Look for pen on a thumbnail, and for blur at 0.5 µm per pixel, or in full, at up to 64 places of the tissue."""
    thumbnail = slide.thumbnail(_THUMBNAIL_PX)
    pen = pen_mask(thumbnail)
    density = optical_density(thumbnail).mean(axis=2)
    tissue = (density > _LOWEST_DENSITY) & ~cv2.dilate(pen.astype(np.uint8), np.ones((5, 5))).astype(bool)
    scores = [blur_score(slide.region(box, (_PATCH_PX, _PATCH_PX))) for box in _places(slide, tissue)]
    blurred = float(np.mean([score > _BLURRED_ABOVE for score in scores])) if scores else None
    return Quality(blurred, float(pen.mean()))


def _places(slide: Slide, tissue: NDArray[np.bool_]) -> list[Box]:
    """Return boxes of level-0 pixels spread over the tissue, the same ones each time."""
    scale = slide.size[0] / tissue.shape[1]
    side = _PATCH_PX * max(1.0, _FOCUS_MPP / slide.mpp.mean if slide.mpp else 1.0)
    window = max(1, round(side / scale))
    share = cv2.blur(tissue.astype(np.float32), (window, window))
    rows, columns = np.nonzero(share >= _LEAST_TISSUE)
    chosen = np.random.default_rng(0).permutation(len(rows))[:_PATCHES]
    corners = ((columns[i] * scale - side / 2, rows[i] * scale - side / 2) for i in chosen)
    return [(max(0.0, x), max(0.0, y), side, side) for x, y in corners]


def blur_score(rgb: RGB) -> float:
    """Return how little a further blur would change the patch: near 0 sharp, near 1 blurred (Crete et al. 2007)."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    scores = []
    for axis, kernel in ((0, (1, 9)), (1, (9, 1))):
        before = np.abs(np.diff(grey, axis=axis))
        after = np.abs(np.diff(cv2.blur(grey, kernel), axis=axis))
        total = float(before.sum())
        lost = float(np.maximum(before - after, 0).sum())
        scores.append((total - lost) / total if total else 1.0)
    return max(scores)


def pen_mask(thumbnail: RGB) -> NDArray[np.bool_]:
    """Return where a thumbnail is painted in what no mixture of haematoxylin and eosin looks like: inks and black."""
    red, green, blue = np.moveaxis(optical_density(thumbnail), 2, 0)
    density = (red + green + blue) / 3
    ink = (density > _LOWEST_DENSITY) & ((red > 1.3 * green + 0.05) | (blue > 1.2 * green + 0.05))
    black = (density > 1.4) & (np.ptp(np.stack([red, green, blue]), axis=0) < 0.25 * density)
    painted = cv2.morphologyEx((ink | black).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(painted)
    large = statistics[:, cv2.CC_STAT_AREA] >= _SMALLEST_PEN_SHARE * painted.size
    large[0] = False
    return np.asarray(large[labels], bool)
