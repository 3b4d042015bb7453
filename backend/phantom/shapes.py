"""The two primitives of a phantom, in micrometres: blobs of a material and cells of a kind."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from backend.phantom.materials import Material

OUTLINE_VERTICES = 24

BLOB = np.dtype(
    [("x", "f4"), ("y", "f4"), ("profile", "f2", (OUTLINE_VERTICES,)), ("material", "u1"), ("spokes", "u1"),
     ("phase", "u1")]
)  # fmt: skip
"""A closed outline by its distance from (x, y) in `OUTLINE_VERTICES` directions.

`spokes` cell borders run from the middle to the outline; `phase` turns them, in 256ths of their spacing.
"""

CELL = np.dtype([("x", "f4"), ("y", "f4"), ("turn", "f4"), ("kind", "u1"), ("variant", "u1")])

THETA = np.linspace(0, 2 * np.pi, OUTLINE_VERTICES, endpoint=False, dtype=np.float32)


class CellKind(IntEnum):
    """What nucleus (or red cell) is drawn; the number is stored in `CELL`."""

    LYMPHOCYTE = 0
    PLASMA = 1
    BASAL_FLAT = 2
    ACINAR_ROUND = 3
    DUCTAL = 4
    SPINDLE = 5
    EPITHELIAL = 6
    GERMINAL = 7
    CRUSHED = 8
    RED_CELL = 9
    SQUAMOUS_FLAT = 10


LYMPHOID = (CellKind.LYMPHOCYTE, CellKind.GERMINAL)
"""The kinds that count as lymphocytes."""


def blobs(
    rng: np.random.Generator, x: NDArray[np.floating], y: NDArray[np.floating], radius: NDArray[np.floating],
    material: Material, *, bump: float = 0.07, stretch: float = 1.2,
) -> NDArray[np.void]:  # fmt: skip
    """Make one blob of `material` at each (x, y): a stretched disc with a few bumps, each a little different."""
    count = (len(x), 1)
    turn, long = rng.uniform(0, 2 * np.pi, count), rng.uniform(1, stretch, count)
    bumps, depth = rng.integers(2, 6, count), rng.uniform(0, 2 * bump, count)
    ellipse = 1 / np.hypot(np.cos(THETA - turn) / long, np.sin(THETA - turn) * long)
    ripple = 1 + depth * np.cos(bumps * THETA + rng.uniform(0, 2 * np.pi, count))
    return outlined(rng, x, y, np.asarray(radius)[:, None] * ellipse * ripple, material)


def outlined(
    rng: np.random.Generator, x: NDArray[np.floating], y: NDArray[np.floating], profile: NDArray[np.floating],
    material: Material,
) -> NDArray[np.void]:  # fmt: skip
    """Make blobs of given outlines, (blobs, vertices)."""
    out = np.zeros(len(x), BLOB)
    out["x"], out["y"], out["profile"], out["material"] = x, y, profile, material
    out["phase"] = rng.integers(0, 256, len(x))
    return out


def shrunk(outer: NDArray[np.void], by_um: NDArray[np.floating] | float, material: Material) -> NDArray[np.void]:
    """Return the same outlines moved inwards, of another material: a wall becomes its lumen."""
    inner = outer.copy()
    by = np.broadcast_to(np.asarray(by_um, np.float32), len(outer))[:, None]
    inner["profile"] = np.maximum(outer["profile"] - by, 0.6)
    inner["material"], inner["spokes"] = material, 0
    return inner


def scaled(outer: NDArray[np.void], factor: NDArray[np.floating] | float, material: Material) -> NDArray[np.void]:
    """Return the same outlines, `factor` times as large, of another material."""
    inner = outer.copy()
    inner["profile"] = outer["profile"] * np.broadcast_to(np.asarray(factor, np.float32), len(outer))[:, None]
    inner["material"], inner["spokes"] = material, 0
    return inner


def mean_radius(these: NDArray[np.void]) -> NDArray[np.float32]:
    """Return the mean distance of each outline from its middle."""
    return np.asarray(these["profile"].astype(np.float32).mean(axis=1))


def outlines(these: NDArray[np.void]) -> NDArray[np.float32]:
    """Return the vertices of each blob, (blobs, vertices, 2), x and y in micrometres."""
    radius = these["profile"].astype(np.float32)
    return np.stack(
        (these["x"][:, None] + radius * np.cos(THETA), these["y"][:, None] + radius * np.sin(THETA)), axis=-1
    )


def spokes_of(these: NDArray[np.void]) -> NDArray[np.float32]:
    """Return the cell borders of blobs as lines, (lines, 2, 2), from near the middle to the outline."""
    owner, theta = _spread(these, these["spokes"].astype(int), 0.5)
    reach = reach_at(these, owner, theta)
    direction = np.stack((np.cos(theta), np.sin(theta)), axis=-1)
    centre = np.stack((these["x"][owner], these["y"][owner]), axis=-1)
    ends = (centre + direction * (reach * at)[:, None] for at in (0.28, 0.97))
    return np.stack(tuple(ends), axis=1).astype(np.float32)


def around(
    rng: np.random.Generator, these: NDArray[np.void], count: NDArray[np.integer], inset_um: float, jitter: float = 0.25
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Spread `count` points evenly round each blob, `inset_um` inside its outline; halfway between its spokes.

    Returns x, y and the direction of the outline there, in radians.
    """
    owner, theta = _spread(these, count, 0.0)
    theta = theta + rng.uniform(-jitter, jitter, len(owner)) * 2 * np.pi / count[owner]
    outer = reach_at(these, owner, theta)
    slope = (reach_at(these, owner, theta + 0.1) - outer) / 0.1
    radius = np.maximum(outer - inset_um, 0)
    x, y = these["x"][owner] + radius * np.cos(theta), these["y"][owner] + radius * np.sin(theta)
    direction = theta + np.arctan2(outer, slope)
    return x.astype(np.float32), y.astype(np.float32), direction.astype(np.float32)


def filling(
    rng: np.random.Generator, these: NDArray[np.void], per_um2: NDArray[np.floating] | float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scatter points over the inside of each blob."""
    count = rng.poisson(np.pi * mean_radius(these) ** 2 * per_um2)
    owner = np.repeat(np.arange(len(these)), count)
    theta = rng.uniform(0, 2 * np.pi, len(owner))
    radius = np.sqrt(rng.random(len(owner))) * reach_at(these, owner, theta) * 0.94
    return these["x"][owner] + radius * np.cos(theta), these["y"][owner] + radius * np.sin(theta)


def covered(these: NDArray[np.void], x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Say which points lie inside any of a few blobs."""
    inside = np.zeros(len(x), bool)
    for index in range(len(these)):
        dx, dy = x - these["x"][index], y - these["y"][index]
        owner = np.full(len(x), index)
        inside |= np.hypot(dx, dy) < reach_at(these, owner, np.arctan2(dy, dx))
    return inside


def reach_at(these: NDArray[np.void], owner: NDArray[np.integer], theta: NDArray[np.floating]) -> NDArray[np.float32]:
    """Interpolate the outline of blob `owner` in direction `theta`."""
    at = (theta / (2 * np.pi) * OUTLINE_VERTICES) % OUTLINE_VERTICES
    low = at.astype(int) % OUTLINE_VERTICES
    part = at - np.floor(at)
    profile = these["profile"]
    after = profile[owner, (low + 1) % OUTLINE_VERTICES]
    return np.asarray(profile[owner, low] * (1 - part) + after * part, np.float32)


def _spread(
    these: NDArray[np.void], count: NDArray[np.integer], offset: float
) -> tuple[NDArray[np.int_], NDArray[np.floating]]:
    """Return the owner and angle of `count` evenly spread directions per blob."""
    owner = np.repeat(np.arange(len(these)), count)
    index = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    return owner, 2 * np.pi * (index + offset + these["phase"][owner] / 256) / np.maximum(count[owner], 1)


def cells(
    rng: np.random.Generator, kind: CellKind, x: NDArray[np.floating], y: NDArray[np.floating],
    turn: NDArray[np.floating] | None = None,
) -> NDArray[np.void]:  # fmt: skip
    """Make one cell of `kind` at each (x, y); `turn` is the direction of its long axis, random unless given."""
    out = np.zeros(len(x), CELL)
    out["x"], out["y"], out["kind"] = x, y, kind
    out["turn"] = rng.uniform(0, 2 * np.pi, len(x)) if turn is None else turn
    out["variant"] = rng.integers(0, 256, len(x))
    return out


def jittered_grid(
    rng: np.random.Generator, box_um: tuple[float, float, float, float], spacing_um: float, jitter: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x and y, (rows, columns), of a hexagonal packing over a box, each moved by `jitter` spacings."""
    x0, y0, width, height = box_um
    rise = spacing_um * np.sqrt(3) / 2
    rows, columns = np.mgrid[0 : int(height / rise) + 2, 0 : int(width / spacing_um) + 2]
    x = x0 + (columns + 0.5 * (rows % 2)) * spacing_um
    y = y0 + rows * rise
    noise = rng.normal(0, jitter * spacing_um, (2, *x.shape)).clip(-0.45 * spacing_um, 0.45 * spacing_um)
    return x + noise[0], y + noise[1]
