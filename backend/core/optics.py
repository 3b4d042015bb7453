"""Beer–Lambert: how stain in the tissue becomes colour in the raster, and back.

Optical density is natural-log absorbance per channel as Vahadane (2016) writes it: ln 255 − ln(I + 1). A stain matrix
is (2, 3), haematoxylin first, unit rows; concentrations are amounts of each stain per pixel.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

REFERENCE_STAIN_MATRIX: Floats = np.array([[0.65, 0.70, 0.29], [0.07, 0.99, 0.11]], np.float32)
REFERENCE_STAIN_MATRIX /= np.linalg.norm(REFERENCE_STAIN_MATRIX, axis=1, keepdims=True)
"""Ruifrok and Johnston's haematoxylin and eosin, normalised."""

PUBLISHED_STAINS = np.array(
    [[[0.65, 0.70, 0.29], [0.56, 0.72, 0.41], [0.49, 0.77, 0.41]],
     [[0.07, 0.99, 0.11], [0.23, 0.86, 0.45], [0.16, 0.88, 0.44]]]
)  # fmt: skip
"""Haematoxylins, then eosins (Ruifrok; Macenko; fitted to colorectal H&E): laboratories lie between them. (2, 3, 3)."""

_DENSITY_OF_VALUE: Floats = np.maximum(0, np.log(255) - np.log(np.arange(256) + 1.0)).astype(np.float32)


def optical_density(rgb: NDArray[np.uint8]) -> Floats:
    """Return the optical density of each channel, ≥ 0, shape of `rgb`."""
    if not rgb.size:
        return np.zeros(rgb.shape, np.float32)
    return np.asarray(cv2.LUT(rgb, _DENSITY_OF_VALUE), np.float32).reshape(rgb.shape)


def rgb_from_optical_density(density: Floats) -> NDArray[np.uint8]:
    """Invert `optical_density`, rounding to the nearest value."""
    value = np.negative(density)
    np.exp(value, out=value)
    value *= 255
    value -= 0.5  # less the 1 that `optical_density` adds, plus the half that makes truncation round
    return np.asarray(np.clip(value, 0, 255, out=value), np.uint8)
