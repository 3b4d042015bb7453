"""What runs through the tissue: ducts, vessels, nerves, and the single cells between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.phantom.layout import Layout, Tissue
from backend.phantom.materials import Material
from backend.phantom.occupancy import Occupancy
from backend.phantom.places import atrophy_at, fibre_direction, sampled, scatter
from backend.phantom.shapes import BLOB, CellKind, around, blobs, cells, filling, mean_radius, shrunk

PER_MM2 = {"duct": 3.0, "excretory": 1.8, "vessel": 3.5, "capillary": 70, "nerve": 0.5, "spindle_stroma": 3200,
           "spindle_muscle": 3200, "plasma": 150, "lymphocyte": 120, "epithelial": 9000}  # fmt: skip
SQUAMOUS_UM = 210.0
"""Thickness of the squamous epithelium of mucosa; lamina propria lies below."""


@dataclass(frozen=True, slots=True)
class Anatomy:
    """Blobs in drawing order and the cells that go with them; `hollow` are those no infiltrate enters."""

    blobs: NDArray[np.void]
    cells: NDArray[np.void]
    hollow: NDArray[np.void]


def ducts(rng: np.random.Generator, layout: Layout) -> Anatomy:
    """Draw intralobular and striated ducts in glands and excretory ducts in septa, each in its collagen."""
    x, y = scatter(rng, layout, PER_MM2["duct"], (Tissue.GLAND,))
    striated = rng.random(len(x)) < 0.4
    radius = np.where(striated, rng.uniform(24, 44, len(x)), rng.uniform(14, 26, len(x)))
    wide_x, wide_y = scatter(rng, layout, PER_MM2["excretory"], (Tissue.STROMA,))
    kind = np.concatenate((striated, np.zeros(len(wide_x), bool)))
    radius = np.concatenate((radius, rng.uniform(32, 90, len(wide_x))))
    x, y = np.concatenate((x, wide_x)), np.concatenate((y, wide_y))
    lost = atrophy_at(layout, x, y)
    dilated = rng.random(len(x)) < lost
    radius = radius * np.where(dilated, rng.uniform(1.2, 2.2, len(x)), 1)
    fibrosis = radius * rng.uniform(0.06, 0.35, len(x)) * (1 + lost) + 2
    cuff = blobs(rng, x, y, radius + fibrosis, Material.COLLAGEN, bump=0.05, stretch=1.35)
    wall = shrunk(cuff, fibrosis, Material.DUCT_EPITHELIUM)
    wall["material"][kind] = Material.STRIATED_EPITHELIUM
    height = np.where(kind, rng.uniform(14, 19, len(x)), rng.uniform(8, 14, len(x))) * np.where(dilated, 0.55, 1)
    height = np.minimum(height, radius * 0.8)
    lumen = shrunk(wall, height, Material.LUMEN)
    lumen["material"][rng.random(len(x)) < np.where(dilated, 0.7, 0.3)] = Material.SECRETION
    layers = np.concatenate((cuff, wall, lumen))
    return Anatomy(layers, _epithelium(rng, wall, height), lumen)


def _epithelium(rng: np.random.Generator, wall: NDArray[np.void], height: NDArray[np.floating]) -> NDArray[np.void]:
    """Line the wall with a row of nuclei across it, and in tall epithelium a row of basal ones."""
    circumference = 2 * np.pi * mean_radius(wall)
    rows = []
    for depth, spacing, least in ((0.42, 6.6, 0.0), (0.78, 9.0, 12.0)):
        tall = height > least
        for low in range(0, 20, 4):  # ducts of like height share one inset
            these = tall & (height >= low) & (height < low + 4)
            inset = (low + 2) * (1 - depth)
            x, y, along = around(rng, wall[these], (circumference[these] / spacing).astype(int), inset, jitter=0.3)
            rows.append(cells(rng, CellKind.DUCTAL, x, y, along + np.pi / 2 * (low >= 8)))
    return np.concatenate(rows)


def vessels(rng: np.random.Generator, layout: Layout, between: Occupancy) -> Anatomy:
    """Draw arterioles, venules and, between what is drawn already, capillaries; most hold red cells."""
    where = (Tissue.STROMA, Tissue.MUSCLE, Tissue.GLAND, Tissue.MUCOSA)
    x, y = scatter(rng, layout, PER_MM2["vessel"], where)
    arterial = rng.random(len(x)) < 0.4
    outer = blobs(rng, x, y, rng.uniform(10, 42, len(x)), Material.VESSEL_WALL, stretch=1.7)
    wall_um = mean_radius(outer) * np.where(arterial, rng.uniform(0.4, 0.65, len(x)), rng.uniform(0.08, 0.22, len(x)))
    lumen = shrunk(outer, wall_um + 1.5, Material.BLOOD)
    lumen["material"][rng.random(len(x)) < 0.3] = Material.LUMEN
    small_x, small_y = scatter(rng, layout, PER_MM2["capillary"], (Tissue.STROMA, Tissue.GLAND, Tissue.MUSCLE))
    tube = blobs(rng, small_x, small_y, rng.uniform(4.5, 8, len(small_x)), Material.VESSEL_WALL, stretch=1.8)
    tube = tube[between.free(tube)]
    bore = shrunk(tube, 1.6, Material.BLOOD)
    hollow = np.concatenate((lumen, bore))
    full = hollow[(hollow["material"] == Material.BLOOD) & (rng.random(len(hollow)) < 0.75)]
    inner = around(rng, outer, np.maximum(4, (mean_radius(outer) * 0.3).astype(int)), 1.6)
    muscle = around(rng, outer[arterial], (mean_radius(outer[arterial]) * 0.5).astype(int), 5.0)
    lining = around(rng, tube, rng.integers(1, 3, len(tube)), 0.8)
    drawn = [cells(rng, CellKind.SPINDLE, *ring) for ring in (inner, muscle, lining)]
    drawn.append(cells(rng, CellKind.RED_CELL, *filling(rng, full, 1 / 34)))
    return Anatomy(np.concatenate((tube, bore, outer, lumen)), np.concatenate(drawn), np.concatenate((outer, bore)))


def nerves(rng: np.random.Generator, layout: Layout) -> Anatomy:
    """Draw nerve bundles: pale wavy fibres in a sheath."""
    x, y = scatter(rng, layout, PER_MM2["nerve"], (Tissue.STROMA, Tissue.MUSCLE))
    sheath = blobs(rng, x, y, rng.uniform(20, 65, len(x)), Material.COLLAGEN, bump=0.04, stretch=1.6)
    bundle = shrunk(sheath, 3.5, Material.NERVE)
    inside = filling(rng, bundle, 1 / 420)
    rim = around(rng, sheath, (mean_radius(sheath) * 0.25).astype(int), 1.8)
    drawn = cells(rng, CellKind.SPINDLE, *inside, fibre_direction(layout, *inside))
    return Anatomy(
        np.concatenate((sheath, bundle)), np.concatenate((drawn, cells(rng, CellKind.SPINDLE, *rim))),
        np.zeros(0, BLOB),
    )  # fmt: skip


def loose_cells(rng: np.random.Generator, layout: Layout) -> NDArray[np.void]:
    """Scatter fibroblasts and muscle nuclei along the fibres, and single inflammatory cells, more in some lobules."""
    drawn = [_mucosal_cells(rng, layout)]
    for density, factor, where in (
        ("spindle_stroma", rng.uniform(0.6, 1.3), (Tissue.STROMA,)),
        ("spindle_stroma", 0.7, (Tissue.GLAND,)),
        ("spindle_muscle", 1.0, (Tissue.MUSCLE,)),
    ):
        x, y = scatter(rng, layout, PER_MM2[density] * factor, where)
        turn = fibre_direction(layout, x, y) + rng.normal(0, 0.2, len(x))
        drawn.append(cells(rng, CellKind.SPINDLE, x, y, turn))
    for kind, density in ((CellKind.PLASMA, "plasma"), (CellKind.LYMPHOCYTE, "lymphocyte")):
        most = float(layout.diffuse.max())
        rate = PER_MM2[density] * rng.uniform(0.3, 2.0)
        x, y = scatter(rng, layout, rate * most, (Tissue.STROMA, Tissue.GLAND))
        lobule = sampled(layout.lobule, x, y)
        keep = rng.random(len(x)) < np.where(lobule > 0, layout.diffuse[lobule], 1.0) / most
        drawn.append(cells(rng, kind, x[keep], y[keep]))
    return np.concatenate(drawn)


def _mucosal_cells(rng: np.random.Generator, layout: Layout) -> NDArray[np.void]:
    """Fill squamous epithelium: crowded at its base, sparse and flat towards the surface; fibroblasts below."""
    x, y = scatter(rng, layout, PER_MM2["epithelial"], (Tissue.MUCOSA,))
    depth = sampled(layout.grain, x, y).astype(float) / SQUAMOUS_UM
    share = np.where(depth < 0.85, 0.12 + 0.35 * depth, np.where(depth < 1.05, 1.0, 0.1))
    keep = rng.random(len(x)) < share
    x, y, depth = x[keep], y[keep], depth[keep]
    along = fibre_direction(layout, x, y)
    parts = (
        (CellKind.SQUAMOUS_FLAT, depth < 0.35), (CellKind.EPITHELIAL, (depth >= 0.35) & (depth < 1.05)),
        (CellKind.SPINDLE, depth >= 1.05),
    )  # fmt: skip
    drawn = [cells(rng, kind, x[here], y[here], along[here] + np.pi / 2 * (kind == CellKind.EPITHELIAL))
             for kind, here in parts]  # fmt: skip
    return np.concatenate(drawn)
