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


def interpolated(
    values: NDArray[np.generic], start: tuple[int, int], shape: tuple[int, int], scale: float, weigh: Weights
) -> NDArray[np.float32]:
    """Interpolate a map over `shape` pixels (rows, columns) from `start` (row, column); its edge goes on outside.

    `scale` is map pixels per pixel, pixel centre to pixel centre.
    """
    rows, down = _taps(start[0], shape[0], scale, values.shape[0], weigh)
    columns, right = _taps(start[1], shape[1], scale, values.shape[1], weigh)
    top, left = rows.min(), columns.min()
    part = values[top : rows.max() + 1, left : columns.max() + 1].astype(np.float32)
    wide = sum(part[:, index - left] * weight for index, weight in zip(columns, right, strict=True))
    wide = np.asarray(wide, np.float32)
    out = wide[rows[0] - top] * down[0][:, None]
    for index, weight in zip(rows[1:], down[1:], strict=True):
        out += wide[index - top] * weight[:, None]
    return np.asarray(out, np.float32)


def _taps(
    start: int, count: int, scale: float, size: int, weigh: Weights
) -> tuple[NDArray[np.int_], NDArray[np.float32]]:
    """Return the neighbouring map pixels along one axis and their weights, each (taps, count)."""
    at = (np.arange(start, start + count) + 0.5) * scale - 0.5
    steps = (0, 1) if weigh is linear else (-1, 0, 1, 2)
    index = np.stack([np.floor(at).astype(int) + step for step in steps])
    return index.clip(0, size - 1), weigh(np.abs(at - index)).astype(np.float32)
