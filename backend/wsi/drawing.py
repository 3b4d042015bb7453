"""Outlines drawn over rasters that were read from a slide."""

import cv2
import numpy as np
from numpy.typing import NDArray

from backend.core.findings import Rings
from backend.wsi.slide import RGB

Colour = tuple[int, int, int]

_PAPER: Colour = (255, 255, 255)
_SUBPIXEL_BITS = 3


def draw_rings(
    picture: RGB, rings: Rings, colour: Colour, width: int, *,
    per_level0: tuple[float, float], corner: tuple[float, float] = (0, 0),
) -> None:  # fmt: skip
    """Outline a polygon; a line of more than one pixel has a light edge, to be seen on dark tissue.

    `corner` is the picture's origin in level-0 pixels, `per_level0` its pixels per level-0 one.
    """
    for ring in rings:
        exact: NDArray[np.float64] = (np.array(ring) - corner) * per_level0 * 2**_SUBPIXEL_BITS
        points = [np.rint(exact).astype(np.int32)]
        if width > 1:
            cv2.polylines(picture, points, True, _PAPER, width + 2, cv2.LINE_AA, _SUBPIXEL_BITS)
        cv2.polylines(picture, points, True, colour, width, cv2.LINE_AA, _SUBPIXEL_BITS)
