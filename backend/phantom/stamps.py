"""Small pictures of nuclei, drawn once per pixel size and stamped wherever a cell lies."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from backend.phantom.shapes import CellKind

HAEMATOXYLIN_UNIT = 0.01
"""One grey level of a stamp's first channel, as haematoxylin concentration."""

TURNS, VARIANTS = 16, 8


@dataclass(frozen=True, slots=True)
class Nucleus:
    """Half axes in micrometres, mean haematoxylin, spread of both, and how clumped the chromatin is.

    `halo` is the half width of basophilic cytoplasm round it, 0 for none.
    """

    long_um: float
    short_um: float
    haematoxylin: float
    spread: float = 0.08
    clumps: float = 0.18
    halo_um: float = 0.0


NUCLEI: dict[CellKind, Nucleus] = {
    CellKind.LYMPHOCYTE: Nucleus(3.15, 2.9, 1.45, clumps=0.16),
    CellKind.PLASMA: Nucleus(3.3, 3.0, 1.25, clumps=0.35, halo_um=3.4),
    CellKind.BASAL_FLAT: Nucleus(4.2, 1.5, 1.15),
    CellKind.ACINAR_ROUND: Nucleus(3.1, 2.9, 0.95, clumps=0.3),
    CellKind.DUCTAL: Nucleus(3.9, 3.0, 0.90, clumps=0.25),
    CellKind.SPINDLE: Nucleus(6.5, 1.3, 1.10),
    CellKind.EPITHELIAL: Nucleus(4.0, 3.3, 0.85, clumps=0.3),
}

Stamp = NDArray[np.uint8]


@lru_cache(maxsize=8)
def stamps(um_per_pixel: float) -> list[list[list[Stamp]]]:
    """Return stamps[kind][turn][variant], each (h, w, 2): haematoxylin and cytoplasm, 0 to 255."""
    rng = np.random.default_rng(20240607)
    return [
        [
            [_draw(rng, NUCLEI[kind], np.pi * turn / TURNS, um_per_pixel) for _ in range(VARIANTS)]
            for turn in range(TURNS)
        ]
        for kind in CellKind
    ]


def _draw(rng: np.random.Generator, nucleus: Nucleus, turn: float, um_per_pixel: float) -> Stamp:
    """Draw one nucleus at four times the resolution and average down."""
    fine = um_per_pixel / 4
    grow = 1 + nucleus.spread * rng.normal(0, 1)
    half_px = int(np.ceil((max(nucleus.long_um, nucleus.short_um) * 1.25 + nucleus.halo_um) / um_per_pixel)) + 1
    axis = (np.arange(-half_px * 4 - 2, half_px * 4 + 2) + 0.5) * fine
    x, y = axis[None] + rng.uniform(-0.3, 0.3) * um_per_pixel, axis[:, None] + rng.uniform(-0.3, 0.3) * um_per_pixel
    u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    bump = 1 + 0.05 * np.cos(3 * np.arctan2(v, u) + rng.uniform(0, 6.3))
    depth = np.hypot(u / (nucleus.long_um * grow), v / (nucleus.short_um * grow)) / bump
    edge = 1 / (1 + np.exp((depth - 1) * 14))
    chromatin = cv2.GaussianBlur(rng.standard_normal(depth.shape), (0, 0), 0.55 / fine)
    texture = (
        1 + nucleus.clumps * chromatin / (chromatin.std() + 1e-9) * 0.6 + 0.12 * np.exp(-(((depth - 0.9) / 0.15) ** 2))
    )
    level = nucleus.haematoxylin * (1 + nucleus.spread * rng.normal(0, 1)) / HAEMATOXYLIN_UNIT
    nuclear = edge * texture * level
    halo = np.zeros_like(depth)
    if nucleus.halo_um:
        away = np.hypot(u - nucleus.halo_um * 0.45, v) / (nucleus.long_um + nucleus.halo_um * 0.8)
        halo = 200 / (1 + np.exp((away - 1) * 10))
    stacked = np.stack((nuclear, halo), axis=-1).clip(0, 255).astype(np.float32)
    side = stacked.shape[0] // 4
    return np.asarray(cv2.resize(stacked, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
