"""Vahadane stain normalisation: learn a slide's two stains once, then repaint every patch with the reference's.

Structure-preserving colour normalisation (Vahadane 2016): optical densities are factored into a non-negative stain
matrix and sparse non-negative concentrations, min ½‖v − Wᵀh‖² + λ‖h‖₁. With two stains the lasso has a closed form,
so the factorisation is plain array arithmetic and gives the same answer every time.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from backend.core.optics import REFERENCE_STAIN_MATRIX, optical_density, rgb_from_optical_density
from backend.wsi.slide import RGB

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class StainOptions:
    """`sparsity` is Vahadane's λ; tissue is darker than `tissue_lightness` (CIELAB L / 100)."""

    normalise: bool = True
    sparsity: float = 0.02
    tissue_lightness: float = 0.9
    iterations: int = 40
    sample_pixels: int = 60_000
    fewest_pixels: int = 2_000
    farthest_degrees: float = 30.0
    nearest_degrees: float = 10.0
    largest_rescale: float = 3.0


@dataclass(frozen=True, slots=True)
class Stain:
    """A stain matrix (2, 3), haematoxylin first, and the 99th percentile of each stain's concentration.

    `fallback` says why the reference was taken instead of a fit, if it was.
    """

    matrix: Floats
    percentiles: Floats
    fallback: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored with an analysis."""
        return {"matrix": self.matrix.tolist(), "percentiles": self.percentiles.tolist(), "fallback": self.fallback}


REFERENCE = Stain(REFERENCE_STAIN_MATRIX, np.array([1.45, 0.75], np.float32))
"""What every slide is repainted to, in training as in inference."""


def fit_stain(rgb: RGB, options: StainOptions) -> Stain:
    """Learn the stains of a slide from a sample of its tissue, any (…, 3) shape.

    Falls back to the reference, and says so, where there is too little tissue or the fitted vectors cannot be
    haematoxylin and eosin.
    """
    density = _tissue_densities(rgb.reshape(-1, 3), options)
    if len(density) < options.fewest_pixels:
        return Stain(REFERENCE.matrix, REFERENCE.percentiles, "too little stained tissue to fit")
    if len(density) > options.sample_pixels:
        density = density[np.linspace(0, len(density) - 1, options.sample_pixels).astype(int)]
    matrix = _learn(density, options)
    fallback = _implausible(matrix, options)
    matrix = REFERENCE.matrix if fallback else matrix
    percentiles = np.percentile(concentrations(density, matrix, options.sparsity), 99, axis=0).astype(np.float32)
    if percentiles.min() < 0.05:
        return Stain(matrix, REFERENCE.percentiles, fallback or "only one stain is present")
    return Stain(matrix, percentiles, fallback)


def normalise(rgb: RGB, stain: Stain, options: StainOptions) -> RGB:
    """Repaint (…, 3) pixels of a slide stained like `stain` as the reference would look; glass stays as it is."""
    if not options.normalise:
        return rgb
    density = optical_density(rgb).reshape(-1, 3)
    amounts = concentrations(density, stain.matrix, options.sparsity)
    limit = options.largest_rescale
    amounts *= np.clip(REFERENCE.percentiles / stain.percentiles, 1 / limit, limit)
    return rgb_from_optical_density(amounts @ REFERENCE.matrix).reshape(rgb.shape)


def haematoxylin(rgb: RGB, stain: Stain, options: StainOptions) -> Floats:
    """Return the haematoxylin concentration, scaled to the reference's, (…,) for (…, 3)."""
    amounts = concentrations(optical_density(rgb).reshape(-1, 3), stain.matrix, options.sparsity)[:, 0]
    scale = np.clip(
        REFERENCE.percentiles[0] / stain.percentiles[0], 1 / options.largest_rescale, options.largest_rescale
    )
    return np.asarray(amounts * scale, np.float32).reshape(rgb.shape[:-1])


def concentrations(density: Floats, matrix: Floats, sparsity: float) -> Floats:
    """Solve the non-negative lasso for two stains exactly: (pixels, 3) densities → (pixels, 2) amounts.

    Either both amounts are positive and solve the normal equations, or one is 0 and the other is soft-thresholded.
    """
    gram = matrix @ matrix.T
    pull = density @ matrix.T - np.float32(sparsity)
    first, second = pull[:, 0], pull[:, 1]
    determinant = gram[0, 0] * gram[1, 1] - gram[0, 1] ** 2
    both_first = (gram[1, 1] * first - gram[0, 1] * second) / determinant
    both_second = (gram[0, 0] * second - gram[0, 1] * first) / determinant
    alone_first, alone_second = np.maximum(first, 0) / gram[0, 0], np.maximum(second, 0) / gram[1, 1]
    only_second = (both_first <= 0) & (gram[0, 1] * alone_second >= first)
    only_first = ~only_second & (both_second <= 0)
    out = np.empty((len(density), 2), np.float32)
    out[:, 0] = np.where(only_second, 0, np.where(only_first, alone_first, both_first))
    out[:, 1] = np.where(only_first, 0, np.where(only_second, alone_second, both_second))
    return np.maximum(out, 0, out=out)


def _tissue_densities(pixels: RGB, options: StainOptions) -> Floats:
    """Return the densities of pixels that are tissue: neither glass, nor black, nor pen."""
    lightness = cv2.cvtColor(pixels[None], cv2.COLOR_RGB2LAB)[0, :, 0] / np.float32(255)
    red, green, blue = (pixels[:, i].astype(np.int16) for i in range(3))
    ink = (green > red + 8) | (blue > red + 90)
    tissue = (lightness < options.tissue_lightness) & (lightness > 0.12) & ~ink
    return optical_density(np.ascontiguousarray(pixels[tissue]))


def _learn(density: Floats, options: StainOptions) -> Floats:
    """Alternate between exact concentrations and the best unit non-negative stain vectors."""
    matrix = REFERENCE.matrix.copy()
    for _ in range(options.iterations):
        amounts = concentrations(density, matrix, options.sparsity)
        cross, own = amounts.T @ density, amounts.T @ amounts
        for stain in (0, 1):
            if own[stain, stain] > 1e-6:
                other = 1 - stain
                vector = np.maximum(cross[stain] - own[stain, other] * matrix[other], 1e-6)
                matrix[stain] = vector / np.linalg.norm(vector)
    return matrix if matrix[0, 0] >= matrix[1, 0] else matrix[::-1].copy()


def _implausible(matrix: Floats, options: StainOptions) -> str | None:
    """Say why the vectors cannot be haematoxylin and eosin, if they cannot."""
    if _degrees(matrix[0], matrix[1]) < options.nearest_degrees:
        return "the two stains could not be told apart"
    if max(_degrees(*pair) for pair in zip(matrix, REFERENCE.matrix, strict=True)) > options.farthest_degrees:
        return "the stains found are not haematoxylin and eosin"
    return None


def _degrees(one: Floats, other: Floats) -> float:
    return float(np.degrees(np.arccos(np.clip(one @ other, -1, 1))))
