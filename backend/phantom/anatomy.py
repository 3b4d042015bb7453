"""What fills the lobules: acini, ducts, vessels, fat, and the nuclei of all of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.phantom.layout import MAP_UM, Layout, Tissue
from backend.phantom.materials import Material
from backend.phantom.shapes import CellKind, around, blobs, cells, jittered_grid, shrunk

ACINUS_SPACING_UM = 46.0
FAT_SPACING_UM = 74.0
PER_MM2 = {"duct": 2.2, "vessel": 1.6, "spindle_stroma": 1100, "spindle_muscle": 750, "plasma": 90, "lymphocyte": 45,
           "epithelial": 5200}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Anatomy:
    """Blobs in drawing order and the cells that go with them, of one kind of structure."""

    blobs: NDArray[np.void]
    cells: NDArray[np.void]


def tissue_at(layout: Layout, x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Look up the tissue at points in micrometres; glass outside the map."""
    rows, columns = (y / MAP_UM).astype(int), (x / MAP_UM).astype(int)
    height, width = layout.tissue.shape
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    return np.where(inside, layout.tissue[rows.clip(0, height - 1), columns.clip(0, width - 1)], Tissue.GLASS)


def scatter(
    rng: np.random.Generator, layout: Layout, per_mm2: float, kinds: tuple[Tissue, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scatter points evenly over the tissues named."""
    height, width = layout.tissue.shape
    count = rng.poisson(per_mm2 * height * width * MAP_UM**2 / 1e6)
    x, y = rng.uniform(0, width * MAP_UM, count), rng.uniform(0, height * MAP_UM, count)
    keep = np.isin(tissue_at(layout, x, y), kinds)
    return x[keep], y[keep]


def acini(rng: np.random.Generator, layout: Layout) -> Anatomy:
    """Pack glands with mucous acini (pale, flat basal nuclei) and serous ones (darker, round nuclei)."""
    height, width = layout.tissue.shape
    x, y = jittered_grid(rng, (0, 0, width * MAP_UM, height * MAP_UM), ACINUS_SPACING_UM, 0.13)
    keep = (tissue_at(layout, x, y) == Tissue.GLAND) & (rng.random(len(x)) < rng.uniform(0.88, 1.0))
    x, y = x[keep], y[keep]
    noise = layout.serous[(y / MAP_UM).astype(int).clip(0, height - 1), (x / MAP_UM).astype(int).clip(0, width - 1)]
    serous = noise + rng.normal(0, 0.25, len(x)) > rng.uniform(0.5, 1.3)
    size = rng.uniform(0.90, 1.12, len(x)) * ACINUS_SPACING_UM / 2
    mucous_blobs = blobs(rng, x[~serous], y[~serous], size[~serous], Material.MUCOUS)
    serous_blobs = blobs(rng, x[serous], y[serous], size[serous] * 0.95, Material.SEROUS)
    lumens = shrunk(mucous_blobs, mucous_blobs["radius"] * 0.86, Material.LUMEN)
    return Anatomy(
        np.concatenate((mucous_blobs, serous_blobs, lumens)),
        np.concatenate((acinar_cells(rng, mucous_blobs), acinar_cells(rng, serous_blobs))),
    )


def acinar_cells(rng: np.random.Generator, these: NDArray[np.void]) -> NDArray[np.void]:
    """Put the basal nuclei into acini of one material."""
    flat = len(these) == 0 or these["material"][0] == Material.MUCOUS
    count = rng.integers(6, 10, len(these))
    x, y, direction = around(these, count, 0.87 if flat else 0.66, rng)
    return cells(rng, CellKind.BASAL_FLAT if flat else CellKind.ACINAR_ROUND, x, y, direction)


def ducts(rng: np.random.Generator, layout: Layout) -> Anatomy:
    """Draw intralobular and striated ducts in glands and larger excretory ducts in septa, each in a collagen cuff."""
    x, y = scatter(rng, layout, PER_MM2["duct"], (Tissue.GLAND,))
    wide_x, wide_y = scatter(rng, layout, PER_MM2["duct"] * 0.8, (Tissue.STROMA,))
    radius = np.concatenate((rng.uniform(20, 42, len(x)), rng.uniform(35, 80, len(wide_x))))
    x, y = np.concatenate((x, wide_x)), np.concatenate((y, wide_y))
    cuff = blobs(rng, x, y, radius * 1.25, Material.COLLAGEN, bump=0.05)
    striated = rng.random(len(x)) < 0.35
    wall = shrunk(cuff, radius * 0.25, Material.DUCT_EPITHELIUM)
    wall["material"][striated] = Material.STRIATED_EPITHELIUM
    lumen = shrunk(wall, rng.uniform(11, 18, len(x)), Material.LUMEN)
    lumen["material"][rng.random(len(x)) < 0.3] = Material.SECRETION
    circumference = 2 * np.pi * wall["radius"]
    inner = around(wall, (circumference / 8).astype(int), 0.80, rng)
    outer = around(wall, (circumference / 16).astype(int), 0.93, rng)
    nuclei = [cells(rng, CellKind.DUCTAL, ring[0], ring[1], ring[2] + np.pi / 2) for ring in (inner, outer)]
    return Anatomy(np.concatenate((cuff, wall, lumen)), np.concatenate(nuclei))


def vessels(rng: np.random.Generator, layout: Layout) -> Anatomy:
    """Draw arterioles and venules with red cells in septa, muscle and glands."""
    x, y = scatter(rng, layout, PER_MM2["vessel"], (Tissue.STROMA, Tissue.MUSCLE, Tissue.GLAND))
    wall = blobs(rng, x, y, rng.uniform(14, 45, len(x)), Material.VESSEL_WALL, stretch=1.6)
    lumen = shrunk(wall, wall["radius"] * rng.uniform(0.25, 0.5, len(x)), Material.BLOOD)
    lumen["material"][rng.random(len(x)) < 0.35] = Material.LUMEN
    ring = around(wall, np.maximum(4, (wall["radius"] * 0.35).astype(int)), 0.85, rng)
    return Anatomy(np.concatenate((wall, lumen)), cells(rng, CellKind.SPINDLE, *ring))


def fat(rng: np.random.Generator, layout: Layout) -> Anatomy:
    """Pack fat lobules with adipocytes; a thin rim stays between the vacuoles."""
    height, width = layout.tissue.shape
    x, y = jittered_grid(rng, (0, 0, width * MAP_UM, height * MAP_UM), FAT_SPACING_UM, 0.12)
    keep = tissue_at(layout, x, y) == Tissue.FAT
    x, y = x[keep], y[keep]
    vacuoles = blobs(rng, x, y, rng.uniform(0.47, 0.56, len(x)) * FAT_SPACING_UM, Material.FAT_VACUOLE, bump=0.03)
    edge = around(vacuoles, (rng.random(len(x)) < 0.5).astype(int), 1.0, rng)
    return Anatomy(vacuoles, cells(rng, CellKind.SPINDLE, *edge))


def loose_cells(rng: np.random.Generator, layout: Layout) -> NDArray[np.void]:
    """Scatter fibroblasts, muscle nuclei, mucosal epithelium and single inflammatory cells."""
    stroma, gland = (Tissue.STROMA, Tissue.GLAND), Tissue.GLAND
    sets: list[tuple[CellKind, str, float, tuple[Tissue, ...]]] = [
        (CellKind.SPINDLE, "spindle_stroma", 1.0, (Tissue.STROMA,)),
        (CellKind.SPINDLE, "spindle_stroma", 0.25, (gland,)),
        (CellKind.SPINDLE, "spindle_muscle", 1.0, (Tissue.MUSCLE,)),
        (CellKind.EPITHELIAL, "epithelial", 1.0, (Tissue.MUCOSA,)),
        (CellKind.PLASMA, "plasma", rng.uniform(0.3, 2.0), stroma),
        (CellKind.LYMPHOCYTE, "lymphocyte", rng.uniform(0.3, 2.0), stroma),
    ]
    drawn = []
    for kind, density, factor, where in sets:
        x, y = scatter(rng, layout, PER_MM2[density] * factor, where)
        drawn.append(cells(rng, kind, x, y, rng.normal(0.3, 0.5, len(x))))
    return np.concatenate(drawn)
