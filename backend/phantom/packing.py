"""Pack a tissue with cells of a Voronoi diagram: acini that press on each other, fat vacuoles with thin rims."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.phantom.shapes import OUTLINE_VERTICES, THETA, jittered_grid

Wanted = Callable[[NDArray[np.floating], NDArray[np.floating]], NDArray[np.bool_]]
"""Says of points, x and y in µm, whether they are to be filled."""

_CHUNK = 20_000
_NEIGHBOURS = [(row, column) for row in range(-2, 3) for column in range(-2, 3) if (row, column) != (0, 0)]


@dataclass(frozen=True, slots=True)
class Packing:
    """How unequal the cells are (`spread` of their log radius), how far apart, and how round their corners."""

    spacing_um: float
    jitter: float = 0.24
    spread: float = 0.16
    gap_um: float = 1.5
    largest: float = 1.15
    rounding: int = 1


def packed(
    rng: np.random.Generator, box_um: tuple[float, float, float, float], packing: Packing, wanted: Wanted
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float32]]:  # fmt: skip
    """Return x, y and outlines (cells, vertices) of the cells whose middle is `wanted`; they do not overlap."""
    x, y = jittered_grid(rng, box_um, packing.spacing_um, packing.jitter)
    weight = packing.spacing_um / 2 * np.exp(rng.normal(0, packing.spread, x.shape)).clip(0.6, 1.5)
    keep = wanted(x.ravel(), y.ravel()).reshape(x.shape)
    padded = [np.pad(one, 2, constant_values=np.nan) for one in (np.where(keep, x, np.nan), y, weight)]
    rows, columns = np.nonzero(keep)
    parts = [
        _profiles(padded, rows[at : at + _CHUNK], columns[at : at + _CHUNK], packing)
        for at in range(0, len(rows), _CHUNK)
    ]
    return x[keep], y[keep], np.concatenate([np.zeros((0, OUTLINE_VERTICES), np.float32), *parts])


def _profiles(
    grids: list[NDArray[np.float64]], rows: NDArray[np.integer], columns: NDArray[np.integer], packing: Packing
) -> NDArray[np.float32]:  # fmt: skip
    """Cut each cell off halfway to its neighbours, further from the heavier one (a power diagram)."""
    own = [one[rows + 2, columns + 2] for one in grids]
    profile = np.repeat((own[2] * packing.largest)[:, None], OUTLINE_VERTICES, axis=1)
    for row, column in _NEIGHBOURS:
        other = [one[rows + 2 + row, columns + 2 + column] for one in grids]
        dx, dy = other[0] - own[0], other[1] - own[1]
        distance = np.maximum(np.hypot(dx, dy), 1.0)
        half = (distance**2 + own[2] ** 2 - other[2] ** 2) / (2 * distance)
        half = np.clip(half, 0.2 * distance, 0.8 * distance) - packing.gap_um / 2
        cosine = np.cos(THETA - np.arctan2(dy, dx)[:, None])
        limit = half[:, None] / np.maximum(cosine, 0.05)
        profile = np.fmin(profile, np.where(cosine > 0.05, limit, np.inf))  # a missing neighbour is NaN: no limit
    for _ in range(packing.rounding):
        profile = 0.25 * np.roll(profile, 1, axis=1) + 0.5 * profile + 0.25 * np.roll(profile, -1, axis=1)
    return np.asarray(np.maximum(profile, 1.0), np.float32)
