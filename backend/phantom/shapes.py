"""The two primitives of a phantom, in micrometres: blobs of a material and cells of a kind."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from backend.phantom.materials import Material

BLOB = np.dtype(
    [("x", "f4"), ("y", "f4"), ("radius", "f4"), ("turn", "f4"), ("stretch", "f4"), ("bump", "f4"), ("bumps", "u1"),
     ("material", "u1")]
)  # fmt: skip
"""A closed outline r(θ) = radius · (1 + bump · cos(bumps · θ + turn)), stretched along `turn`."""

CELL = np.dtype([("x", "f4"), ("y", "f4"), ("turn", "f4"), ("kind", "u1"), ("variant", "u1")])

OUTLINE_VERTICES = 24


class CellKind(IntEnum):
    """What nucleus is drawn; the number is stored in `CELL`."""

    LYMPHOCYTE = 0
    PLASMA = 1
    BASAL_FLAT = 2
    ACINAR_ROUND = 3
    DUCTAL = 4
    SPINDLE = 5
    EPITHELIAL = 6


def blobs(
    rng: np.random.Generator, x: NDArray[np.floating], y: NDArray[np.floating], radius: NDArray[np.floating],
    material: Material, *, bump: float = 0.07, stretch: float = 1.2,
) -> NDArray[np.void]:  # fmt: skip
    """Make one blob of `material` at each (x, y), each a little different."""
    out = np.zeros(len(x), BLOB)
    out["x"], out["y"], out["radius"], out["material"] = x, y, radius, material
    out["turn"] = rng.uniform(0, 2 * np.pi, len(x))
    out["stretch"] = rng.uniform(1, stretch, len(x))
    out["bump"] = rng.uniform(0, 2 * bump, len(x))
    out["bumps"] = rng.integers(2, 6, len(x))
    return out


def shrunk(outer: NDArray[np.void], by_um: NDArray[np.floating] | float, material: Material) -> NDArray[np.void]:
    """Return the same outlines moved inwards, of another material: a wall becomes its lumen."""
    inner = outer.copy()
    inner["radius"] = np.maximum(outer["radius"] - by_um, 1.0)
    inner["material"] = material
    return inner


def outlines(these: NDArray[np.void]) -> NDArray[np.float32]:
    """Return the vertices of each blob, (blobs, vertices, 2), x and y in micrometres."""
    theta = np.linspace(0, 2 * np.pi, OUTLINE_VERTICES, endpoint=False, dtype=np.float32)[None]
    column = {name: these[name].astype(np.float32)[:, None] for name in ("x", "y", "radius", "turn", "stretch", "bump")}
    radius = column["radius"] * (1 + column["bump"] * np.cos(theta * these["bumps"][:, None] + column["turn"]))
    along, across = radius * np.cos(theta) * column["stretch"], radius * np.sin(theta) / column["stretch"]
    cos, sin = np.cos(column["turn"]), np.sin(column["turn"])
    return np.stack((column["x"] + along * cos - across * sin, column["y"] + along * sin + across * cos), axis=-1)


def around(these: NDArray[np.void], count: NDArray[np.integer], at: float, rng: np.random.Generator) -> tuple[
    NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]
]:  # fmt: skip
    """Spread `count` points evenly round each blob, at `at` times its outline.

    Returns x, y and the direction of the outline there, in radians.
    """
    owner = np.repeat(np.arange(len(these)), count)
    index = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    of = these[owner]
    theta = 2 * np.pi * (index + rng.uniform(-0.25, 0.25, len(owner))) / count[owner]
    radius = of["radius"] * (1 + of["bump"] * np.cos(theta * of["bumps"] + of["turn"])) * at
    along, across = radius * np.cos(theta) * of["stretch"], radius * np.sin(theta) / of["stretch"]
    cos, sin = np.cos(of["turn"]), np.sin(of["turn"])
    direction = theta + of["turn"] + np.pi / 2
    return (
        np.asarray(of["x"] + along * cos - across * sin, np.float32),
        np.asarray(of["y"] + along * sin + across * cos, np.float32),
        np.asarray(direction, np.float32),
    )


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
    """Return x and y of a hexagonal packing over (x, y, width, height), each point moved by `jitter` spacings."""
    x0, y0, width, height = box_um
    rise = spacing_um * np.sqrt(3) / 2
    rows, columns = np.mgrid[0 : int(height / rise) + 2, 0 : int(width / spacing_um) + 2]
    x = x0 + (columns + 0.5 * (rows % 2)) * spacing_um
    y = y0 + rows * rise
    noise = rng.normal(0, jitter * spacing_um, (2, *x.shape)).clip(-0.4 * spacing_um, 0.4 * spacing_um)
    return (x + noise[0]).ravel(), (y + noise[1]).ravel()
