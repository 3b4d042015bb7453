"""How one laboratory stains and one scanner sees: everything that varies between slides of the same tissue."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from backend.core.optics import PUBLISHED_STAINS, REFERENCE_STAIN_MATRIX


@dataclass(frozen=True, slots=True)
class Staining:
    """Stain matrix, strength of each stain, white point, and what scanner and file do to them.

    `noise` is in grey levels, `focus_um` the blur, `sharpening` the scanner's unsharp mask; `uneven` and
    `illumination` are standard deviations across the slide; `quality` is that of the JPEG.
    """

    matrix: NDArray[np.float32] = field(default_factory=lambda: REFERENCE_STAIN_MATRIX)
    strength: tuple[float, float] = (1.0, 1.0)
    white: tuple[float, float, float] = (243, 242, 244)
    noise: float = 1.5
    focus_um: float = 0.35
    sharpening: float = 0.0
    uneven: float = 0.0
    illumination: float = 0.0
    quality: int = 85


def unfamiliar_staining(rng: np.random.Generator) -> Staining:
    """Stain and scan as no training phantom is: beyond the vectors, strengths and faults of `staining_of`.

    Vectors lie outside the triangle of the published ones, on the side away from its middle.
    """
    matrix = np.stack([_beyond(rng, vectors) for vectors in PUBLISHED_STAINS])
    weak = rng.random() < 0.5
    strength = rng.uniform(0.42, 0.58, 2) if weak else rng.uniform(1.45, 1.7, 2)
    white = rng.uniform(222, 233, 3)
    return Staining(
        matrix.astype(np.float32), (float(strength[0]), float(strength[1])),
        (float(white[0]), float(white[1]), float(white[2])),
        noise=float(rng.uniform(3.0, 4.0)), focus_um=float(rng.uniform(0.4, 0.6)), uneven=float(rng.uniform(0.1, 0.16)),
        illumination=float(rng.uniform(0.02, 0.035)), quality=int(rng.integers(50, 68)),
    )  # fmt: skip


def _beyond(rng: np.random.Generator, vectors: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return a unit vector past one of the given ones."""
    middle = vectors.mean(axis=0)
    vector = middle + rng.uniform(1.15, 1.5) * (vectors[rng.integers(len(vectors))] - middle)
    vector = np.maximum(vector, 0.01)
    return np.asarray(vector / np.linalg.norm(vector))


def staining_of(rng: np.random.Generator) -> Staining:
    """Vary stain vectors, section thickness, stain strengths, white point, noise, focus and file as slides do."""
    matrix = np.stack([rng.dirichlet((1, 1, 1)) @ vectors for vectors in PUBLISHED_STAINS])
    matrix = np.maximum(matrix + rng.normal(0, 0.025, (2, 3)), 0.01)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    thickness = rng.uniform(0.8, 1.3)
    white = rng.uniform(234, 251) + rng.normal(0, 2.0, 3) - np.array([0, 0, rng.exponential(2.0)])
    return Staining(
        matrix.astype(np.float32),
        (float(thickness * rng.uniform(0.75, 1.2)), float(thickness * rng.uniform(0.65, 1.3))),
        (float(min(white[0], 255)), float(min(white[1], 255)), float(min(white[2], 255))),
        noise=float(rng.uniform(0.8, 3.0)),
        focus_um=float(rng.uniform(0.12, 0.30) + rng.exponential(0.07)),
        sharpening=float(rng.uniform(0, 1.1) * (rng.random() < 0.6)),
        uneven=float(rng.uniform(0.02, 0.13)),
        illumination=float(rng.uniform(0.0, 0.025)),
        quality=int(rng.integers(68, 96)),
    )
