"""What goes wrong between the knife and the scanner: pen, bubbles, folds, dust, fragments and blur."""

from dataclasses import dataclass
from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from backend.phantom.layout import MAP_UM, Layout, Tissue


class ArtefactKind(IntEnum):
    """What spoils a place on the slide."""

    PEN = 0
    BUBBLE = 1
    FOLD = 2
    DUST = 3
    BLUR = 4
    PIGMENT = 5


HIDING = (ArtefactKind.PEN, ArtefactKind.BUBBLE)
"""Artefacts under which no tissue can be judged: they are taken out of the true glandular area."""

_PEN_COLOURS = ((28, 60, 140), (20, 110, 60), (30, 30, 36), (150, 30, 40))


@dataclass(frozen=True, slots=True)
class Artefact:
    """One artefact: a thick line through `points_um`, a disc where there is one point, a grain at each for pigment.

    `colour` is that of pen, dust or pigment; `strength` is the blur radius in micrometres or the factor of a fold.
    """

    kind: ArtefactKind
    points_um: NDArray[np.float32]
    width_um: float
    colour: tuple[int, int, int] = (0, 0, 0)
    strength: float = 1.0

    def mask(self, box_um: tuple[float, float, float, float], um_per_pixel: float) -> NDArray[np.uint8]:
        """Return where it lies in a box (x, y, width, height), 0 or 255."""
        mask = np.zeros((round(box_um[3] / um_per_pixel), round(box_um[2] / um_per_pixel)), np.uint8)
        points = ((self.points_um - np.array(box_um[:2])) / um_per_pixel * 16).round().astype(np.int32)
        width = max(1, round(self.width_um / um_per_pixel))
        if len(points) == 1 or self.kind is ArtefactKind.PIGMENT:
            for x, y in points.tolist():
                cv2.circle(mask, (x, y), width * 8, 255, -1, cv2.LINE_AA, 4)
        else:
            cv2.polylines(mask, [points], False, 255, min(width, 32000), cv2.LINE_AA, 4)
        return mask

    @property
    def reach_um(self) -> float:
        """How far its blur or rim looks beyond a pixel."""
        return {ArtefactKind.BLUR: 3 * self.strength, ArtefactKind.BUBBLE: 24.0}.get(self.kind, 6.0)

    def touches(self, box_um: tuple[float, float, float, float]) -> bool:
        """Say whether it may reach into the box."""
        x, y, width, height = box_um
        low, high = self.points_um.min(axis=0) - self.width_um, self.points_um.max(axis=0) + self.width_um
        return bool(low[0] < x + width and low[1] < y + height and high[0] > x and high[1] > y)


def spoil(rng: np.random.Generator, layout: Layout) -> list[Artefact]:
    """Draw the artefacts of one slide; a good slide has few."""
    height, width = layout.tissue.shape
    size = np.array([width, height]) * MAP_UM
    area_mm2 = float(size.prod()) / 1e6
    made: list[Artefact] = []
    if rng.random() < 0.35:
        colour = _PEN_COLOURS[rng.integers(len(_PEN_COLOURS))]
        widest = min(400.0, 0.1 * float(min(size)))
        made += [
            _stroke(rng, size, ArtefactKind.PEN, widest * rng.uniform(0.4, 1), colour)
            for _ in range(rng.integers(1, 4))
        ]
    for _ in range(rng.poisson(0.03 * area_mm2)):
        made.append(_disc(rng, size, ArtefactKind.BUBBLE, float(rng.uniform(120, 700))))
    for _ in range(rng.poisson(0.03 * area_mm2)):
        made.append(_stroke(rng, size, ArtefactKind.FOLD, rng.uniform(10, 70), strength=float(rng.uniform(1.4, 2.2))))
    for _ in range(rng.poisson(0.3 * area_mm2)):
        made.append(
            _stroke(rng, size / 60, ArtefactKind.DUST, rng.uniform(2, 12), (60, 55, 60), at=rng.uniform(0, size))
        )
    for _ in range(rng.poisson(0.02 * area_mm2)):
        made.append(_disc(rng, size, ArtefactKind.BLUR, rng.uniform(400, 1200), strength=float(rng.uniform(1.5, 4))))
    return made


def add_fragments(rng: np.random.Generator, layout: Layout) -> None:
    """Strew small shreds of stroma over the glass of `layout`, in place."""
    height, width = layout.tissue.shape
    for _ in range(rng.poisson(0.15 * height * width * MAP_UM**2 / 1e6)):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        if layout.tissue[y, x] == Tissue.GLASS:
            axes = int(rng.integers(2, 14)), int(rng.integers(1, 7))
            box = np.s_[max(0, y - 16) : y + 16, max(0, x - 16) : x + 16]
            shred = np.zeros_like(layout.tissue[box])
            centre = x - max(0, x - 16), y - max(0, y - 16)
            cv2.ellipse(shred, centre, axes, float(rng.uniform(0, 180)), 0, 360, 1, -1)
            layout.tissue[box][(shred > 0) & (layout.tissue[box] == Tissue.GLASS)] = Tissue.STROMA


def hidden(artefacts: list[Artefact], layout: Layout) -> NDArray[np.bool_]:
    """Return where tissue cannot be judged, on the layout's grid."""
    height, width = layout.tissue.shape
    box = (0.0, 0.0, width * MAP_UM, height * MAP_UM)
    out = np.zeros((height, width), bool)
    for one in artefacts:
        if one.kind in HIDING:
            out |= one.mask(box, MAP_UM) > 127
    return out


def _disc(
    rng: np.random.Generator, size: NDArray[np.floating], kind: ArtefactKind, diameter_um: float, strength: float = 1.0
) -> Artefact:
    return Artefact(kind, rng.uniform(0, size, (1, 2)).astype(np.float32), float(diameter_um), strength=strength)


def _stroke(
    rng: np.random.Generator, size: NDArray[np.floating], kind: ArtefactKind, width_um: float,
    colour: tuple[int, int, int] = (0, 0, 0), strength: float = 1.0, at: NDArray[np.floating] | None = None,
) -> Artefact:  # fmt: skip
    """Draw a smooth curve about a quarter of `size` long, anywhere or from `at`."""
    start = rng.uniform(0, size) if at is None else at
    heading = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.normal(0, 0.15, 24))
    step = float(min(size)) / 4 / 24 * rng.uniform(0.5, 2)
    points = start + np.cumsum(np.stack((np.cos(heading), np.sin(heading)), axis=1) * step, axis=0)
    return Artefact(kind, points.astype(np.float32), float(width_um), colour, strength)
