"""Interpolate coarse maps exactly, so that regions drawn apart agree; OpenCV's warps round positions to 1/32 pixel."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Weights: TypeAlias = Callable[[NDArray[np.floating]], NDArray[np.floating]]
"""What a map pixel counts at a distance of so many map pixels."""


def linear(distance: NDArray[np.floating]) -> NDArray[np.floating]:
    """Weigh as straight lines between neighbours do."""
    return np.asarray(np.maximum(1 - distance, 0))


def cubic(distance: NDArray[np.floating]) -> NDArray[np.floating]:
    """Weigh as Keys' cubic convolution (a = −0.5) does: smooth, and through every map pixel."""
    near = (1.5 * distance - 2.5) * distance**2 + 1
    far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
    return np.where(distance < 1, near, np.where(distance < 2, far, 0))


def placed(
    start: int, count: int, scale: float, size: int, weigh: Weights
) -> tuple[NDArray[np.int_], NDArray[np.float32]]:
    """Say which map pixels pixels `start`… lie between along one axis, and how much each counts, (count, map pixels).

    `scale` is map pixels per pixel; beyond the map's `size` its edge repeats.
    """
    at = (np.arange(start, start + count) + 0.5) * scale - 0.5
    index = np.arange(int(np.floor(at[0])) - 1, int(np.floor(at[-1])) + 3)
    return index.clip(0, size - 1), weigh(np.abs(at[:, None] - index)).astype(np.float32)
