"""Small pictures of nuclei, drawn once per pixel size and stamped wherever a cell lies."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from backend.phantom.shapes import CellKind

STAIN_UNIT = 0.01
"""One grey level of a stamp's first and last channel, as concentration."""

TURNS, VARIANTS = 12, 12
_FINER = 2


@dataclass(frozen=True, slots=True)
class Nucleus:
    """Half axes in micrometres, mean haematoxylin, and how much individuals differ in each.

    `clumps` is how lumpy the chromatin is; `vesicular` how often its middle is pale within a dark membrane; `halo_um`
    the half width of basophilic cytoplasm beside it. A red cell is all `eosin`.
    """

    long_um: float
    short_um: float
    haematoxylin: float
    spread: float = 0.09
    clumps: float = 0.18
    vesicular: float = 0.3
    halo_um: float = 0.0
    eosin: float = 0.0


NUCLEI: dict[CellKind, Nucleus] = {
    CellKind.LYMPHOCYTE: Nucleus(2.6, 2.35, 1.38, spread=0.10, clumps=0.3, vesicular=0.4),
    CellKind.PLASMA: Nucleus(3.3, 3.0, 1.35, clumps=0.4, vesicular=0.5, halo_um=3.6),
    CellKind.BASAL_FLAT: Nucleus(3.8, 1.35, 1.30, spread=0.18),
    CellKind.ACINAR_ROUND: Nucleus(2.95, 2.65, 1.20, clumps=0.34, vesicular=0.5),
    CellKind.DUCTAL: Nucleus(3.8, 2.75, 1.15, clumps=0.33, vesicular=0.6),
    CellKind.SPINDLE: Nucleus(6.2, 1.25, 1.25, spread=0.25, clumps=0.28),
    CellKind.EPITHELIAL: Nucleus(4.2, 3.2, 0.95, clumps=0.3, vesicular=0.7),
    CellKind.GERMINAL: Nucleus(4.3, 3.9, 0.95, spread=0.12, clumps=0.35, vesicular=0.9),
    CellKind.CRUSHED: Nucleus(9.0, 1.5, 1.45, spread=0.35, clumps=0.1),
    CellKind.RED_CELL: Nucleus(3.4, 3.1, 0.0, spread=0.12, eosin=1.15),
    CellKind.SQUAMOUS_FLAT: Nucleus(4.2, 1.5, 1.05, spread=0.15),
}

Stamp = NDArray[np.uint8]


@lru_cache(maxsize=8)
def stamps(um_per_pixel: float) -> list[list[list[Stamp]]]:
    """Return stamps[kind][turn][variant], each (h, w, 3): nuclear haematoxylin, cytoplasm, red-cell eosin."""
    rng = np.random.default_rng(20240607)
    return [
        [
            [_draw(rng, NUCLEI[kind], np.pi * turn / TURNS, um_per_pixel) for _ in range(VARIANTS)]
            for turn in range(TURNS)
        ]
        for kind in CellKind
    ]


def _draw(rng: np.random.Generator, nucleus: Nucleus, turn: float, um_per_pixel: float) -> Stamp:
    """Draw one nucleus at a higher resolution and average down."""
    fine = um_per_pixel / _FINER
    grow = np.clip(1 + nucleus.spread * rng.normal(0, 1), 0.6, 1.35)
    half_px = int(np.ceil((max(nucleus.long_um, nucleus.short_um) * 1.4 + nucleus.halo_um) / um_per_pixel)) + 1
    axis = (np.arange(-half_px * _FINER - 1, half_px * _FINER + 1) + 0.5) * fine
    x, y = axis[None] + rng.uniform(-0.3, 0.3) * um_per_pixel, axis[:, None] + rng.uniform(-0.3, 0.3) * um_per_pixel
    u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    v = v + rng.normal(0, 0.012) * u**2  # long nuclei bend
    theta = np.arctan2(v, u)
    bump = 1 + 0.06 * np.cos(3 * theta + rng.uniform(0, 6.3)) + 0.04 * np.cos(2 * theta + rng.uniform(0, 6.3))
    slim = 1 + 0.5 * nucleus.spread * rng.normal(0, 1)
    depth = np.hypot(u / (nucleus.long_um * grow), v / (nucleus.short_um * grow * slim)) / bump
    edge = 1 / (1 + np.exp(((depth - 1) * 14).clip(-30, 30)))
    if nucleus.eosin:
        red = edge * (0.75 + 0.25 * depth**2) * nucleus.eosin * rng.uniform(0.8, 1.2) / STAIN_UNIT
        return _averaged(np.zeros_like(depth), np.zeros_like(depth), red)
    chromatin = cv2.GaussianBlur(rng.standard_normal(depth.shape), (0, 0), 0.5 / fine)
    pale = rng.uniform(0.2, 0.6) if rng.random() < nucleus.vesicular else 0.05
    texture = (1 - pale * np.exp(-((depth / 0.75) ** 4))) * (
        1 + nucleus.clumps * chromatin / (chromatin.std() + 1e-9) * 0.7 + 0.15 * np.exp(-(((depth - 0.88) / 0.15) ** 2))
    )
    level = nucleus.haematoxylin * np.clip(1 + 1.3 * nucleus.spread * rng.normal(0, 1), 0.6, 1.4) / STAIN_UNIT
    halo = np.zeros_like(depth)
    if nucleus.halo_um:
        away = np.hypot(u - nucleus.halo_um * 0.45, v) / (nucleus.long_um + nucleus.halo_um * 0.8)
        halo = 200 / (1 + np.exp(((away - 1) * 10).clip(-30, 30)))
    return _averaged(edge * texture * level, halo, np.zeros_like(depth))


def _averaged(*channels: NDArray[np.floating]) -> Stamp:
    stacked = np.stack(channels, axis=-1).clip(0, 255).astype(np.float32)
    side = stacked.shape[0] // _FINER
    return np.asarray(cv2.resize(stacked, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
