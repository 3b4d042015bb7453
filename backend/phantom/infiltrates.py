"""Lymphocytes in aggregates: foci, aggregates too small to count, and look-alikes that are neither."""

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from shapely import Polygon, STRtree, area, contains_xy, points

from backend.core.focus_score import LYMPHOCYTES_PER_FOCUS
from backend.core.geometry import parts_of, simplified
from backend.phantom.anatomy import Anatomy, scatter
from backend.phantom.layout import MAP_UM, Layout, Tissue
from backend.phantom.materials import Material
from backend.phantom.shapes import BLOB, CELL, CellKind, blobs, cells, jittered_grid

HALO_UM = 9.0
"""A truth outline runs this far outside the outermost nuclei."""

_OUTLINE_UM = 2.0


@dataclass(frozen=True, slots=True)
class TrueLesion:
    """One aggregate as it really is; its outline in micrometres, and where each of its lymphocytes lies."""

    outline_um: Polygon
    lymphocytes_um: NDArray[np.float32]

    @property
    def lymphocyte_count(self) -> int:
        """The lymphocytes inside the outline."""
        return len(self.lymphocytes_um)


def aggregates(
    rng: np.random.Generator, gland: NDArray[np.bool_], foci: int, anchors_um: NDArray[np.floating]
) -> list[TrueLesion]:
    """Grow exactly `foci` foci, and some smaller aggregates, around ducts and vessels or free in the gland.

    `gland` is where gland can be seen, on the layout's grid; `anchors_um` are centres of ducts and vessels. Fewer are
    returned only where the glands have no more room.
    """
    grown: list[TrueLesion] = []
    if not gland.any():
        return grown
    small = int(rng.integers(1, 2 + foci // 2 + 1))
    for index in range(foci + small):
        wanted = _focus_size(rng) if index < foci else int(rng.integers(10, 43))
        for _ in range(200):
            lesion = _grow(rng, wanted, _centre(rng, gland, anchors_um))
            right_size = (lesion.lymphocyte_count >= LYMPHOCYTES_PER_FOCUS) == (index < foci)
            if right_size and _fits(lesion.outline_um, gland) and all(
                lesion.outline_um.distance(other.outline_um) > 60 for other in grown
            ):  # fmt: skip
                grown.append(lesion)
                break
    return grown


def _focus_size(rng: np.random.Generator) -> int:
    """Lymphocytes of a focus: a few just above 50, most 100 to 400, some above 1,000."""
    if rng.random() < 0.15:
        return int(rng.integers(54, 64))
    return int(np.clip(rng.lognormal(np.log(190), 0.8), 60, 2600))


def _centre(
    rng: np.random.Generator, gland: NDArray[np.bool_], anchors_um: NDArray[np.floating]
) -> NDArray[np.floating]:
    if len(anchors_um) and rng.random() < 0.7:
        return np.asarray(anchors_um[rng.integers(len(anchors_um))] + rng.normal(0, 25, 2))
    rows, columns = np.nonzero(gland)
    pick = rng.integers(len(rows))
    return np.array([columns[pick], rows[pick]]) * MAP_UM


def _grow(rng: np.random.Generator, wanted: int, centre: NDArray[np.floating]) -> TrueLesion:
    """Pack about `wanted` lymphocytes into a ragged, blurred-edged shape."""
    spacing = rng.uniform(7.0, 9.2)
    radius = spacing * np.sqrt(wanted * np.sqrt(3) / 2 / np.pi)
    reach = radius * 2.2 + 20
    x, y = jittered_grid(rng, (-reach, -reach, 2 * reach, 2 * reach), spacing, 0.15)
    theta = np.arctan2(y, x)
    bumps = sum(rng.uniform(0, 0.22) / k**0.5 * np.cos(k * theta + rng.uniform(0, 6.3)) for k in range(2, 7))
    stretch, turn = rng.uniform(1, 1.5), rng.uniform(0, np.pi)
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    depth = np.hypot(along / stretch, across * stretch) / (radius * (1 + bumps))
    blur = rng.uniform(0.03, 0.16)
    keep = rng.random(len(x)) < 1 / (1 + np.exp(((depth - 1) / blur).clip(-30, 30)))
    where = np.stack((x[keep], y[keep]), axis=1) + centre
    return _outlined(where)


def _outlined(where_um: NDArray[np.floating]) -> TrueLesion:
    """Close the halo of the lymphocytes into one outline and keep the lymphocytes inside it."""
    low = where_um.min(axis=0) - 4 * HALO_UM
    size = np.ceil((where_um.max(axis=0) + 4 * HALO_UM - low) / _OUTLINE_UM).astype(int)
    mask = np.zeros((size[1], size[0]), np.uint8)
    for x, y in ((where_um - low) / _OUTLINE_UM).round().astype(int):
        cv2.circle(mask, (int(x), int(y)), round(HALO_UM / _OUTLINE_UM), 255, -1)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, disc), np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, disc), np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return TrueLesion(Polygon(), np.zeros((0, 2), np.float32))
    largest = max(contours, key=cv2.contourArea)[:, 0].astype(float)
    outline = simplified(max(parts_of(Polygon((largest + 0.5) * _OUTLINE_UM + low).buffer(0)), key=area), 0.7)
    inside = contains_xy(outline, where_um[:, 0], where_um[:, 1])
    return TrueLesion(outline, where_um[inside].astype(np.float32))


def _fits(outline_um: Polygon, gland: NDArray[np.bool_]) -> bool:
    """Say whether the outline lies on the slide and mostly in gland."""
    if outline_um.is_empty:
        return False
    x0, y0, x1, y1 = (np.array(outline_um.bounds) / MAP_UM).astype(int)
    height, width = gland.shape
    if x0 < 2 or y0 < 2 or x1 >= width - 2 or y1 >= height - 2:
        return False
    return bool(gland[y0 : y1 + 1, x0 : x1 + 1].mean() > 0.88)


def ground_of(rng: np.random.Generator, lesions: list[TrueLesion]) -> NDArray[np.void]:
    """Return the pale lymphoid stroma under the lesions."""
    made = [
        blobs(rng, one.lymphocytes_um[:, 0], one.lymphocytes_um[:, 1], np.full(one.lymphocyte_count, 8.0),
              Material.LYMPHOID_STROMA)
        for one in lesions
    ]  # fmt: skip
    return np.concatenate([np.zeros(0, BLOB), *made])


def outside(
    rng: np.random.Generator,
    x: NDArray[np.floating],
    y: NDArray[np.floating],
    lesions: list[TrueLesion],
    trapped: float,
) -> NDArray[np.bool_]:
    """Say which points survive: those outside every lesion, and a share `trapped` of those inside."""
    keep = np.ones(len(x), bool)
    if lesions and len(x):
        found, _ = STRtree(cast(NDArray[np.object_], points(np.stack((x, y), axis=1)))).query(
            [one.outline_um for one in lesions], predicate="contains"
        )[::-1]
        keep[found] = rng.random(len(found)) < trapped
    return keep


def look_alikes(rng: np.random.Generator, layout: Layout) -> Anatomy:
    """Draw what is not a focus: clusters of plasma cells, tangentially cut ducts, crowded stromal nuclei."""
    shapes, drawn = [], []
    gland = (Tissue.GLAND, Tissue.STROMA)
    for kind, spacing, ground, per_mm2 in (
        (CellKind.PLASMA, 13.5, Material.LOOSE_STROMA, 0.35),
        (CellKind.DUCTAL, 8.5, Material.DUCT_EPITHELIUM, 0.30),
        (CellKind.SPINDLE, 9.0, Material.COLLAGEN, 0.20),
    ):
        for cx, cy in zip(*scatter(rng, layout, per_mm2, gland), strict=True):
            radius = rng.uniform(28, 75)
            x, y = jittered_grid(rng, (cx - radius, cy - radius, 2 * radius, 2 * radius), spacing, 0.2)
            inside = np.hypot(x - cx, y - cy) < radius * rng.uniform(0.75, 1.0, len(x))
            shapes.append(blobs(rng, np.array([cx]), np.array([cy]), np.array([radius * 1.05]), ground, bump=0.15))
            drawn.append(cells(rng, kind, x[inside], y[inside], rng.normal(rng.uniform(0, 3), 0.3, int(inside.sum()))))
    return Anatomy(
        np.concatenate([np.zeros(0, BLOB), *shapes]),
        np.concatenate([np.zeros(0, CELL), *drawn]),
    )
