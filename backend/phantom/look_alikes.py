"""What looks like a focus and is none: plasma cells, tangential ducts, crushed nuclei, haemorrhage, pigment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.phantom.acini import Drawn
from backend.phantom.artefacts import Artefact, ArtefactKind
from backend.phantom.layout import Layout, Tissue
from backend.phantom.materials import Material
from backend.phantom.places import scatter
from backend.phantom.shapes import BLOB, CELL, CellKind, blobs, cells, jittered_grid

PIGMENT_PER_MM2 = 0.10
_BROWN = (104, 66, 34)


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A crowd of one kind of cell on its ground: how close, how many crowds per mm², how wide, how parallel."""

    kind: CellKind
    ground: Material
    spacing_um: tuple[float, float]
    per_mm2: float
    radius_um: tuple[float, float]
    parallel: bool = False


LOOK_ALIKES = (
    LookAlike(CellKind.PLASMA, Material.LOOSE_STROMA, (9.5, 14), 0.40, (28, 110)),
    LookAlike(CellKind.DUCTAL, Material.DUCT_EPITHELIUM, (6.5, 9), 0.35, (22, 70)),
    LookAlike(CellKind.ACINAR_ROUND, Material.SEROUS, (9, 12), 0.15, (30, 80)),
    LookAlike(CellKind.CRUSHED, Material.COLLAGEN, (5, 8), 0.12, (25, 80), parallel=True),
    LookAlike(CellKind.SPINDLE, Material.COLLAGEN, (8, 11), 0.20, (28, 75), parallel=True),
    LookAlike(CellKind.RED_CELL, Material.BLOOD, (5.5, 7), 0.12, (25, 140)),
)


def look_alikes(rng: np.random.Generator, layout: Layout) -> Drawn:
    """Scatter crowds of cells that are not lymphocytes over gland and septa."""
    shapes, drawn = [np.zeros(0, BLOB)], [np.zeros(0, CELL)]
    for one in LOOK_ALIKES:
        for cx, cy in zip(*scatter(rng, layout, one.per_mm2, (Tissue.GLAND, Tissue.STROMA)), strict=True):
            radius = rng.uniform(*one.radius_um)
            x, y = _ragged(rng, cx, cy, radius, rng.uniform(*one.spacing_um))
            turn = rng.normal(rng.uniform(0, 3), 0.25, len(x)) if one.parallel else None
            drawn.append(cells(rng, one.kind, x, y, turn))
            if one.kind is CellKind.DUCTAL:
                shapes.append(blobs(rng, np.array([cx]), np.array([cy]), np.array([radius * 1.1]), one.ground))
            else:
                shapes.append(blobs(rng, x, y, rng.uniform(5, 9, len(x)), one.ground))
    return np.concatenate(shapes), np.concatenate(drawn)


def pigment(rng: np.random.Generator, layout: Layout) -> list[Artefact]:
    """Strew clusters of brown grains over the tissue."""
    made = []
    for cx, cy in zip(*scatter(rng, layout, PIGMENT_PER_MM2, (Tissue.GLAND, Tissue.STROMA)), strict=True):
        grains = rng.normal((cx, cy), rng.uniform(10, 45), (rng.integers(15, 160), 2))
        made.append(Artefact(ArtefactKind.PIGMENT, grains.astype(np.float32), float(rng.uniform(1.2, 4)), _BROWN))
    return made


def _ragged(
    rng: np.random.Generator, cx: float, cy: float, radius: float, spacing_um: float
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return points that fill a stretched disc with an uneven border."""
    box = (cx - 1.5 * radius, cy - 1.5 * radius, 3 * radius, 3 * radius)
    x, y = (one.ravel() for one in jittered_grid(rng, box, spacing_um, 0.24))
    turn, stretch = rng.uniform(0, np.pi), rng.uniform(1, 1.5)
    dx, dy = x - cx, y - cy
    along, across = dx * np.cos(turn) + dy * np.sin(turn), dy * np.cos(turn) - dx * np.sin(turn)
    inside = np.hypot(along / stretch, across * stretch) < radius * rng.uniform(0.7, 1.0, len(x))
    return x[inside], y[inside]
