"""Epithelium that is no salivary gland: solid nests, crypts with goblet cells, and dying tissue.

A biopsy can hold surface epithelium cut aslant, a tumour or another organ's tissue, all crowded with dark nuclei. They
are here so that the networks learn to leave them alone.
"""

import numpy as np
from numpy.typing import NDArray

from backend.phantom.layout import Layout, Tissue
from backend.phantom.materials import Material
from backend.phantom.occupancy import Occupancy
from backend.phantom.packing import Packing, Wanted, packed
from backend.phantom.places import extent_um, scatter, tissue_at
from backend.phantom.shapes import THETA, CellKind, around, cells, jittered_grid, mean_radius, outlined, scaled, shrunk

Drawn = tuple[NDArray[np.void], NDArray[np.void]]
"""Blobs in drawing order, and cells."""

_HERE = (Tissue.EPITHELIUM,)
_INFLAMED_PER_MM2 = (100, 2600)


def epithelium(rng: np.random.Generator, layout: Layout) -> Drawn:
    """Fill the slide's epithelial lobules, all of one sort, and the stroma between with some inflammatory cells."""
    sort = (_nests, _crypts, _necrosis)[rng.choice(3, p=(0.45, 0.35, 0.2))]
    blobs, drawn = sort(rng, layout)
    rate = rng.uniform(*_INFLAMED_PER_MM2)
    taken = Occupancy(layout)
    taken.take(blobs)
    for kind, share in ((CellKind.PLASMA, 0.45), (CellKind.LYMPHOCYTE, 0.25), (CellKind.SPINDLE, 0.3)):
        some = cells(rng, kind, *scatter(rng, layout, rate * share + 300 * (kind == CellKind.SPINDLE), _HERE))
        drawn = np.concatenate((drawn, some[taken.free(some)]))
    return blobs, drawn


def _packed(rng: np.random.Generator, layout: Layout, packing: Packing, material: Material) -> NDArray[np.void]:
    """Pack the epithelial lobules with blobs of a material, which end where their lobule does."""

    def wanted(x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.bool_]:
        return np.asarray(tissue_at(layout, x, y) == Tissue.EPITHELIUM)

    x, y, outlines = packed(rng, extent_um(layout), packing, wanted)
    return outlined(rng, x, y, _cut_to(wanted, x, y, outlines), material)


def _cut_to(
    wanted: Wanted, x: NDArray[np.floating], y: NDArray[np.floating], outlines: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Shorten the radii (blobs, vertices) of outlines round x and y to the tenth before they leave what is wanted."""
    inside, kept = np.ones(outlines.shape, bool), np.zeros(outlines.shape, np.float32)
    for share in np.linspace(0.1, 1, 10, dtype=np.float32):
        reach = outlines * share
        inside &= wanted(x[:, None] + reach * np.cos(THETA), y[:, None] + reach * np.sin(THETA))
        kept[inside] = share
    return np.asarray(np.maximum(outlines * kept, 1), np.float32)


def _nests(rng: np.random.Generator, layout: Layout) -> Drawn:
    """Solid islands of large cells with pale, crowded nuclei, palisaded at the border; some with a dead middle."""
    spacing = rng.uniform(70, 320)
    packing = Packing(spacing, 0.3, 0.24, gap_um=spacing * rng.uniform(0.03, 0.35), largest=1.4, rounding=2)
    ground = Material.SQUAMOUS if rng.random() < 0.6 else Material.DUCT_EPITHELIUM
    body = _packed(rng, layout, packing, ground)
    middle = scaled(body, rng.uniform(0.1, 0.5, len(body)), Material.KERATIN)[rng.random(len(body)) < 0.2]
    rim = around(rng, body, (mean_radius(body) * 2 * np.pi / rng.uniform(5.5, 9)).astype(int), 4.5)
    inner = _crowd(rng, layout, shrunk(body, 8.0, ground), rng.uniform(7.0, 12.0))
    kind = CellKind.EPITHELIAL if rng.random() < 0.5 else CellKind.DUCTAL
    parts = (cells(rng, CellKind.DUCTAL, *rim), cells(rng, kind, *inner))
    return np.concatenate((body, middle)), np.concatenate(parts)


def _crypts(rng: np.random.Generator, layout: Layout) -> Drawn:
    """Round tubules of tall cells, goblets full of mucus between dark basal nuclei, round a narrow lumen."""
    packing = Packing(rng.uniform(75, 150), 0.2, 0.15, gap_um=rng.uniform(6, 40), largest=1.1, rounding=3)
    body = _packed(rng, layout, packing, Material.DUCT_EPITHELIUM)
    apex = shrunk(body, rng.uniform(10, 15), Material.MUCOUS if rng.random() < 0.7 else Material.STRIATED_EPITHELIUM)
    apex["spokes"] = (mean_radius(body) * 0.35).astype(int).clip(5, 30)
    lumen = scaled(body, rng.uniform(0.08, 0.35, len(body)), Material.LUMEN)
    circumference = mean_radius(body) * 2 * np.pi
    drawn = []
    for inset in (5.0, 10.0)[: int(rng.integers(1, 3))]:
        x, y, along = around(rng, body, (circumference / rng.uniform(5, 8)).astype(int), inset, jitter=0.3)
        drawn.append(cells(rng, CellKind.DUCTAL, x, y, along + np.pi / 2))
    return np.concatenate((body, apex, lumen)), np.concatenate(drawn)


def _necrosis(rng: np.random.Generator, layout: Layout) -> Drawn:
    """Smudged, granular remains of cells with scattered nuclear dust."""
    packing = Packing(rng.uniform(14, 30), 0.3, 0.2, gap_um=rng.uniform(0, 2), largest=1.4)
    ground = (Material.SEROUS, Material.SECRETION, Material.COLLAGEN)
    body = _packed(rng, layout, packing, ground[rng.integers(3)])
    x, y = scatter(rng, layout, rng.uniform(500, 5000), _HERE)
    kinds = rng.choice([CellKind.CRUSHED, CellKind.BASAL_FLAT, CellKind.PLASMA, CellKind.RED_CELL], len(x))
    dust = cells(rng, CellKind.CRUSHED, x, y)
    dust["kind"] = kinds
    return body, dust


def _crowd(
    rng: np.random.Generator, layout: Layout, within: NDArray[np.void], spacing_um: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return points about `spacing_um` apart inside the blobs."""
    x, y = (one.ravel() for one in jittered_grid(rng, extent_um(layout), spacing_um, 0.28))
    here = tissue_at(layout, x, y) == Tissue.EPITHELIUM
    x, y = x[here], y[here]
    inside = Occupancy(layout)
    inside.take(within)
    kept = ~inside.free(cells(rng, CellKind.EPITHELIAL, x, y))
    return x[kept], y[kept]
