"""What the lobules are full of: mucous acini, serous ones, and mucous ones with serous demilunes."""

import numpy as np
from numpy.typing import NDArray

from backend.phantom.layout import Layout, Tissue
from backend.phantom.materials import Material
from backend.phantom.packing import Packing, packed
from backend.phantom.places import atrophy_at, extent_um, sampled, scatter, tissue_at
from backend.phantom.shapes import CellKind, around, blobs, cells, mean_radius, outlined, scaled

Drawn = tuple[NDArray[np.void], NDArray[np.void]]
"""Blobs in drawing order, and cells."""

DENSE_PER_MM2 = 0.12


def acini(rng: np.random.Generator, layout: Layout) -> Drawn:
    """Pack glands with acini of unequal size; atrophic lobules have lost some and shrunk the rest."""
    packing = Packing(
        rng.uniform(38, 52),
        jitter=rng.uniform(0.18, 0.30),
        spread=rng.uniform(0.1, 0.24),
        gap_um=rng.uniform(1.2, 4.5),
        largest=rng.uniform(1.12, 1.5),
    )
    density = rng.uniform(0.90, 1.0)

    def wanted(x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.bool_]:
        survives = density - 0.8 * atrophy_at(layout, x, y)
        return np.asarray((tissue_at(layout, x, y) == Tissue.GLAND) & (rng.random(len(x)) < survives))

    x, y, profile = packed(rng, extent_um(layout), packing, wanted)
    shrinkage = 1 - 0.35 * atrophy_at(layout, x, y) * rng.random(len(x))
    profile *= shrinkage.astype(np.float32)[:, None]
    dense = _near_dense_spots(rng, layout, x, y)
    serous = sampled(layout.serous, x, y) + rng.normal(0, 0.3, len(x)) > rng.uniform(0.3, 1.7)
    demilune = ~serous & (rng.random(len(x)) < rng.uniform(0.05, 0.35))
    mucous = ~serous & ~demilune & ~dense
    parts = [
        _mucous(rng, x[mucous], y[mucous], profile[mucous]),
        _serous(rng, x[serous | dense], y[serous | dense], profile[serous | dense], 3 + 5 * dense[serous | dense]),
        _demilunes(rng, *(one[demilune & ~dense] for one in (x, y, profile))),
    ]
    return np.concatenate([one[0] for one in parts]), np.concatenate([one[1] for one in parts])


def _mucous(
    rng: np.random.Generator, x: NDArray[np.floating], y: NDArray[np.floating], profile: NDArray[np.floating]
) -> Drawn:
    """Pale foamy cells with thin borders, nuclei pressed flat against the base, hardly a lumen."""
    rim = outlined(rng, x, y, profile + 0.9, Material.BASEMENT)
    body = outlined(rng, x, y, profile, Material.MUCOUS)
    body["spokes"] = (mean_radius(body) * 0.30 + rng.uniform(1, 4, len(body))).astype(int).clip(4, 14)
    lumen = scaled(body, rng.uniform(0.06, 0.30, len(body)), Material.LUMEN)[rng.random(len(body)) < 0.6]
    nuclei = around(rng, body, rng.binomial(body["spokes"].astype(int), 0.75), 1.7)
    sheath = around(rng, body, rng.poisson(0.6, len(body)), -1.0)
    flat = (cells(rng, CellKind.BASAL_FLAT, *ring) for ring in (nuclei, sheath))
    return np.concatenate((rim, body, lumen)), np.concatenate(tuple(flat))


def _serous(
    rng: np.random.Generator, x: NDArray[np.floating], y: NDArray[np.floating], profile: NDArray[np.floating],
    extra: NDArray[np.integer],
) -> Drawn:  # fmt: skip
    """Basophilic base, granular eosinophilic apex, round nuclei a third of the way in."""
    body = outlined(rng, x, y, profile * 0.97, Material.SEROUS)
    apex = scaled(body, rng.uniform(0.4, 0.62, len(body)), Material.SEROUS_APICAL)
    lumen = scaled(body, rng.uniform(0.05, 0.12, len(body)), Material.LUMEN)[rng.random(len(body)) < 0.5]
    count = (mean_radius(body) * 0.22 + extra + rng.uniform(0, 3, len(body))).astype(int)
    nuclei = around(rng, body, count, 5.6, jitter=0.35)
    return np.concatenate((body, apex, lumen)), cells(rng, CellKind.ACINAR_ROUND, *nuclei)


def _demilunes(
    rng: np.random.Generator, x: NDArray[np.floating], y: NDArray[np.floating], profile: NDArray[np.floating]
) -> Drawn:
    """A mucous acinus pushed to one side, capped by a crescent of serous cells."""
    cap = outlined(rng, x, y, profile, Material.SEROUS)
    away, shift = rng.uniform(0, 2 * np.pi, len(x)), 0.2 * mean_radius(cap)
    moved_x, moved_y = x + shift * np.cos(away), y + shift * np.sin(away)
    blob, cell = _mucous(rng, moved_x, moved_y, profile * 0.78)
    turn = away + np.pi + rng.normal(0, 0.5, (3, len(x)))
    reach = mean_radius(cap) - 5
    nuclei = (x + reach * np.cos(turn)).ravel(), (y + reach * np.sin(turn)).ravel()
    return np.concatenate((cap, blob)), np.concatenate((cell, cells(rng, CellKind.ACINAR_ROUND, *nuclei)))


def _near_dense_spots(
    rng: np.random.Generator, layout: Layout, x: NDArray[np.floating], y: NDArray[np.floating]
) -> NDArray[np.bool_]:
    """Say which acini lie in a crowd of dark serous ones: a look-alike of a focus."""
    near = np.zeros(len(x), bool)
    for cx, cy in zip(*scatter(rng, layout, DENSE_PER_MM2, (Tissue.GLAND,)), strict=True):
        near |= np.hypot(x - cx, y - cy) < rng.uniform(50, 140)
    return near


def fat(rng: np.random.Generator, layout: Layout) -> Drawn:
    """Pack fat with vacuoles that leave thin rims; in atrophic lobules single ones lie between the acini."""

    def wanted(x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.bool_]:
        scattered = rng.random(len(x)) < 0.5 * (atrophy_at(layout, x, y) - 0.3)
        return np.asarray((tissue_at(layout, x, y) == Tissue.FAT) | scattered)

    packing = Packing(rng.uniform(70, 110), 0.24, 0.16, gap_um=rng.uniform(1.4, 3.2), largest=1.5, rounding=0)
    x, y, profile = packed(rng, extent_um(layout), packing, wanted)
    vacuoles = outlined(rng, x, y, profile, Material.FAT_VACUOLE)
    nuclei = around(rng, vacuoles, rng.poisson(0.7, len(x)).astype(int), -0.6)
    return vacuoles, cells(rng, CellKind.SPINDLE, *nuclei)


def scars(rng: np.random.Generator, layout: Layout) -> NDArray[np.void]:
    """Return the collagen that replaces lost acini in atrophic lobules."""
    x, y = scatter(rng, layout, 400, (Tissue.GLAND,))
    fibrotic = rng.random(len(x)) < (atrophy_at(layout, x, y) - 0.1).clip(0) ** 1.5
    x, y = x[fibrotic], y[fibrotic]
    return blobs(rng, x, y, rng.uniform(15, 45, len(x)), Material.SCAR, bump=0.12, stretch=1.5)
