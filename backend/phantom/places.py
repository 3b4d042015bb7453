"""Where things are: which tissue lies at a point, which way its fibres run, and points scattered over tissues."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from backend.phantom.layout import MAP_UM, Layout, Tissue

_Number = TypeVar("_Number", np.uint8, np.uint16, np.float32)


def sampled(values: NDArray[_Number], x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[_Number]:
    """Look up a layout map at points in micrometres; outside, its nearest edge."""
    height, width = values.shape
    rows, columns = (y / MAP_UM).astype(int), (x / MAP_UM).astype(int)
    return np.asarray(values[rows.clip(0, height - 1), columns.clip(0, width - 1)])


def tissue_at(layout: Layout, x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Look up the tissue at points in micrometres; glass outside the map."""
    height, width = layout.tissue.shape
    inside = (x >= 0) & (y >= 0) & (x < width * MAP_UM) & (y < height * MAP_UM)
    return np.where(inside, sampled(layout.tissue, x, y), Tissue.GLASS).astype(np.uint8)


def atrophy_at(layout: Layout, x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return how atrophic the lobule at each point is; 0 outside lobules."""
    return np.asarray(np.where(sampled(layout.lobule, x, y) > 0, layout.atrophy[sampled(layout.lobule, x, y)], 0))


def fibre_direction(layout: Layout, x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the angle at which fibres run at each point."""
    step = 1.5 * MAP_UM
    slope_x = sampled(layout.grain, x + step, y).astype(float) - sampled(layout.grain, x - step, y)
    slope_y = sampled(layout.grain, x, y + step).astype(float) - sampled(layout.grain, x, y - step)
    return np.asarray(np.arctan2(slope_y, slope_x) + np.pi / 2)


def scatter(
    rng: np.random.Generator, layout: Layout, per_mm2: float, kinds: tuple[Tissue, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scatter points evenly over the tissues named."""
    height, width = layout.tissue.shape
    count = rng.poisson(per_mm2 * height * width * MAP_UM**2 / 1e6)
    x, y = rng.uniform(0, width * MAP_UM, count), rng.uniform(0, height * MAP_UM, count)
    keep = np.isin(tissue_at(layout, x, y), kinds)
    return x[keep], y[keep]


def extent_um(layout: Layout) -> tuple[float, float, float, float]:
    """Return the box (x, y, width, height) that the layout covers."""
    height, width = layout.tissue.shape
    return 0.0, 0.0, width * MAP_UM, height * MAP_UM
