"""Count the lymphocytes inside a lesion."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from shapely import Polygon, contains_xy

from backend.pipeline.stain import Stain, StainOptions, haematoxylin
from backend.wsi.slide import Slide


@dataclass(frozen=True, slots=True)
class NucleiOptions:
    """A lymphocyte is a peak of the haematoxylin concentration, smoothed to `sigma_um`, of at least `least`.

    `least` is in the reference's haematoxylin; peaks nearer than `apart_um` are one nucleus.
    """

    um_per_pixel: float = 0.5
    sigma_um: float = 0.8
    least: float = 0.6
    apart_um: float = 3.0
    block_px: int = 2048


def count_lymphocytes(
    slide: Slide, polygon: Polygon, stain: Stain, stains: StainOptions, options: NucleiOptions
) -> int:
    """Count the nuclei that lie in the polygon (level-0 pixels)."""
    peaks = find_nuclei(slide, polygon.bounds, stain, stains, options)
    return int(contains_xy(polygon, peaks[:, 0], peaks[:, 1]).sum())


def find_nuclei(
    slide: Slide, bounds: tuple[float, float, float, float], stain: Stain, stains: StainOptions, options: NucleiOptions
) -> NDArray[np.float64]:
    """Return the centres of nuclei within (x0, y0, x1, y1), (N, 2) in level-0 pixels.

    Large bounds are read block by block, with a margin, and each nucleus is taken from the block that it lies in.
    """
    mpp = slide.required_mpp
    fx, fy = options.um_per_pixel / mpp.x, options.um_per_pixel / mpp.y
    x0, y0, x1, y1 = bounds[0] / fx, bounds[1] / fy, bounds[2] / fx, bounds[3] / fy
    margin, block = 16, options.block_px
    found = [np.zeros((0, 2))]
    for top in np.arange(y0, y1, block):
        for left in np.arange(x0, x1, block):
            width, height = int(np.ceil(min(block, x1 - left))), int(np.ceil(min(block, y1 - top)))
            side = width + 2 * margin, height + 2 * margin
            box = ((left - margin) * fx, (top - margin) * fy, side[0] * fx, side[1] * fy)
            peaks = _peaks(haematoxylin(slide.region(box, side), stain, stains), options)
            own = ((peaks >= margin) & (peaks < (margin + width, margin + height))).all(axis=1)
            found.append((peaks[own] + 0.5 - margin + (left, top)) * (fx, fy))
    return np.concatenate(found)


def _peaks(amount: NDArray[np.float32], options: NucleiOptions) -> NDArray[np.int64]:
    """Return (x, y) of the local maxima of the smoothed haematoxylin."""
    smooth = cv2.GaussianBlur(amount, (0, 0), options.sigma_um / options.um_per_pixel)
    reach = round(options.apart_um / options.um_per_pixel / 2)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    highest = (smooth >= cv2.dilate(smooth, disc)) & (smooth > options.least)
    _, _, _, centres = cv2.connectedComponentsWithStats(highest.astype(np.uint8), connectivity=8)
    return np.rint(centres[1:]).astype(np.int64)
