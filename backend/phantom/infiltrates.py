"""Lymphocytes in aggregates: foci of every size and shape, and aggregates too small to count."""

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from shapely import Polygon, STRtree, area, contains_xy, points

from backend.core.focus_score import LYMPHOCYTES_PER_FOCUS
from backend.core.geometry import parts_of, simplified
from backend.phantom.layout import MAP_UM
from backend.phantom.materials import Material
from backend.phantom.shapes import BLOB, blobs, covered, jittered_grid

HALO_UM = 9.0
"""A truth outline runs this far outside the outermost nuclei."""

APART_UM = 60.0
"""Lesions nearer than this are one."""

FEWEST = 6
"""Fewer lymphocytes are no aggregate."""

_OUTLINE_UM = 2.0
_ATTEMPTS = 400
_CHUNK = 100_000


@dataclass(frozen=True, slots=True)
class TrueLesion:
    """One aggregate as it really is; its outline in micrometres, and where each of its lymphocytes lies.

    `germinal` marks the lymphocytes of a germinal-centre-like core. `strays_um` belong to the blurred border: they lie
    outside the outline and are not counted.
    """

    outline_um: Polygon
    lymphocytes_um: NDArray[np.float32]
    germinal: NDArray[np.bool_]
    strays_um: NDArray[np.float32]

    @property
    def lymphocyte_count(self) -> int:
        """The lymphocytes inside the outline."""
        return len(self.lymphocytes_um)


@dataclass(frozen=True, slots=True)
class _Habit:
    """How one aggregate grows: cell spacing, lobes, and the width of its border and of its core in radii."""

    spacing_um: float
    border: float
    lobes: int
    core: float


def aggregates(
    rng: np.random.Generator, gland: NDArray[np.bool_], foci: int, anchors: NDArray[np.void], hollow: NDArray[np.void],
    *, sheets: bool = False,
) -> list[TrueLesion]:  # fmt: skip
    """Grow exactly `foci` foci, and some smaller aggregates, around ducts and vessels or free in the gland.

    `gland` is where gland can be seen, on the layout's grid; no lymphocyte lies in a `hollow` blob. With `sheets`
    most foci replace a large part of a lobule. Fewer are returned only where the glands have no more room.
    """
    grown: list[TrueLesion] = []
    if not gland.any():
        return grown
    rows, columns = np.nonzero(gland)
    free = np.stack((columns, rows), axis=1).astype(np.int32)
    for index in range(foci + int(rng.integers(1, 2 + foci // 2 + 1))):
        wanted = (_sheet_size if sheets else _focus_size)(rng) if index < foci else float(rng.integers(8, 49))
        habit = _habit(rng, wanted)
        for attempt in range(_ATTEMPTS):
            if index < foci and attempt > _ATTEMPTS // 4:
                wanted = max(wanted * 0.985, 56)
            centre = _centre(rng, free, anchors)
            if not _roomy(centre, _radius(wanted, habit), gland):
                continue
            lesion = _grow(rng, wanted, centre, habit, hollow)
            is_focus = lesion.lymphocyte_count >= LYMPHOCYTES_PER_FOCUS
            right_size = is_focus == (index < foci) and lesion.lymphocyte_count >= FEWEST
            if right_size and _fits(lesion.outline_um, gland) and all(
                lesion.outline_um.distance(other.outline_um) > APART_UM for other in grown
            ):  # fmt: skip
                grown.append(lesion)
                break
    return grown


def _focus_size(rng: np.random.Generator) -> float:
    """Lymphocytes of a focus: some just above 50, most 80 to 400, confluent ones thousands, up to most of a lobule."""
    if rng.random() < 0.15:
        return float(rng.integers(52, 66))
    if rng.random() < 0.06:
        return float(rng.uniform(5000, 18000))
    return float(np.clip(rng.lognormal(np.log(190), 0.95), 56, 6000))


def _sheet_size(rng: np.random.Generator) -> float:
    """Lymphocytes of a focus where infiltrates grow to sheets, as in lymphoma: most 6,000 to 60,000."""
    if rng.random() < 0.6:
        return float(np.exp(rng.uniform(np.log(6000), np.log(60_000))))
    return _focus_size(rng)


def _habit(rng: np.random.Generator, wanted: float) -> _Habit:
    lobes = int(rng.integers(2, 5)) if wanted > 250 and rng.random() < 0.5 else 1
    core = float(rng.uniform(0.35, 0.6)) if wanted > 350 and rng.random() < 0.35 else 0.0
    return _Habit(float(rng.uniform(4.9, 8.0)), float(rng.uniform(0.03, 0.24)), lobes, core)


def _radius(wanted: float, habit: _Habit) -> float:
    return float(habit.spacing_um * np.sqrt(wanted * np.sqrt(3) / 2 / np.pi))


def _centre(rng: np.random.Generator, free: NDArray[np.int32], anchors: NDArray[np.void]) -> NDArray[np.floating]:
    """Pick a place beside a duct or vessel, or anywhere in the gland."""
    if len(anchors) and rng.random() < 0.75:
        one = anchors[rng.integers(len(anchors))]
        away, turn = float(np.mean(one["profile"])) * rng.uniform(0.2, 1.6), rng.uniform(0, 2 * np.pi)
        return np.array([one["x"] + away * np.cos(turn), one["y"] + away * np.sin(turn)])
    return np.asarray(free[rng.integers(len(free))] * MAP_UM)


def _roomy(centre: NDArray[np.floating], radius: float, gland: NDArray[np.bool_]) -> bool:
    """Say whether a disc of this radius about `centre` is mostly gland, before anything is grown there."""
    x0, y0, x1, y1 = (np.array([*(centre - radius), *(centre + radius)]) / MAP_UM).astype(int)
    if x0 < 2 or y0 < 2 or x1 >= gland.shape[1] - 2 or y1 >= gland.shape[0] - 2:
        return False
    return bool(gland[y0 : y1 + 1, x0 : x1 + 1].mean() > 0.8)


def _grow(
    rng: np.random.Generator, wanted: float, centre: NDArray[np.floating], habit: _Habit, hollow: NDArray[np.void]
) -> TrueLesion:
    """Pack about `wanted` lymphocytes into a ragged shape with a blurred border, clear of ducts' lumens and vessels."""
    radius = _radius(wanted, habit)
    reach = radius * 2.4 + 30
    box = (-reach, -reach, 2 * reach, 2 * reach)
    x, y = (one.ravel() for one in jittered_grid(rng, box, habit.spacing_um, rng.uniform(0.16, 0.3)))
    depth = _depth(rng, x, y, radius, habit.lobes)
    keep = rng.random(len(x)) < 1 / (1 + np.exp(((depth - 1) / habit.border).clip(-30, 30)))
    if habit.core:
        core_um = radius / np.sqrt(habit.lobes) * habit.core
        keep &= np.hypot(x, y) > core_um
        core_x, core_y = (one.ravel() for one in jittered_grid(rng, box, habit.spacing_um * 1.35, 0.2))
        inside = np.hypot(core_x, core_y) < 0.97 * core_um
        x, y = np.concatenate((x[keep], core_x[inside])), np.concatenate((y[keep], core_y[inside]))
        germinal = np.repeat((False, True), (int(keep.sum()), int(inside.sum())))
    else:
        x, y, germinal = x[keep], y[keep], np.zeros(int(keep.sum()), bool)
    where = np.stack((x, y), axis=1) + centre
    near = hollow[np.hypot(hollow["x"] - centre[0], hollow["y"] - centre[1]) < reach + 130]
    clear = ~covered(near, where[:, 0], where[:, 1])
    return _outlined(where[clear], germinal[clear])


def _depth(
    rng: np.random.Generator, x: NDArray[np.floating], y: NDArray[np.floating], radius: float, lobes: int
) -> NDArray[np.floating]:
    """Return how far out each point lies: 1 at the border of one ragged lobe, or of several that flow together."""
    depth = np.full(len(x), np.inf)
    for lobe in range(lobes):
        away = rng.uniform(0.5, 1.1) * radius * (lobe > 0)
        turn = rng.uniform(0, 2 * np.pi)
        dx, dy = x - away * np.cos(turn), y - away * np.sin(turn)
        theta = np.arctan2(dy, dx)
        bumps = sum(rng.uniform(0, 0.24) / k**0.5 * np.cos(k * theta + rng.uniform(0, 6.3)) for k in range(2, 9))
        stretch, turn = rng.uniform(1, 1.55), rng.uniform(0, np.pi)
        along, across = dx * np.cos(turn) + dy * np.sin(turn), dy * np.cos(turn) - dx * np.sin(turn)
        size = radius / np.sqrt(lobes) * rng.uniform(0.75, 1.25) ** (lobe > 0)
        depth = np.minimum(depth, np.hypot(along / stretch, across * stretch) / (size * np.maximum(1 + bumps, 0.3)))
    return depth


def _outlined(where_um: NDArray[np.floating], germinal: NDArray[np.bool_]) -> TrueLesion:
    """Close the halo of the lymphocytes into one outline and keep the lymphocytes inside it."""
    nothing = TrueLesion(Polygon(), np.zeros((0, 2), np.float32), np.zeros(0, bool), np.zeros((0, 2), np.float32))
    if not len(where_um):
        return nothing
    low = where_um.min(axis=0) - 4 * HALO_UM
    size = np.ceil((where_um.max(axis=0) + 4 * HALO_UM - low) / _OUTLINE_UM).astype(int)
    mask = np.zeros((size[1], size[0]), np.uint8)
    columns, rows = ((where_um - low) / _OUTLINE_UM).round().astype(int).T
    mask[rows, columns] = 255
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    mask = np.asarray(cv2.dilate(mask, disc), np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, disc), np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, disc), np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return nothing
    largest = max(contours, key=cv2.contourArea)[:, 0].astype(float)
    if len(largest) < 4:
        return nothing
    outline = simplified(max(parts_of(Polygon((largest + 0.5) * _OUTLINE_UM + low).buffer(0)), key=area), 0.7)
    inside = contains_xy(outline, where_um[:, 0], where_um[:, 1])
    points_um = where_um.astype(np.float32)
    return TrueLesion(outline, points_um[inside], germinal[inside], points_um[~inside])


def _fits(outline_um: Polygon, gland: NDArray[np.bool_]) -> bool:
    """Say whether the outline lies on the slide and mostly in gland."""
    if outline_um.is_empty:
        return False
    x0, y0, x1, y1 = (np.array(outline_um.bounds) / MAP_UM).astype(int)
    height, width = gland.shape
    if x0 < 2 or y0 < 2 or x1 >= width - 2 or y1 >= height - 2:
        return False
    return bool(gland[y0 : y1 + 1, x0 : x1 + 1].mean() > 0.8)


def ground_of(rng: np.random.Generator, lesions: list[TrueLesion]) -> NDArray[np.void]:
    """Return the lymphoid stroma under the lesions, paler under germinal centres."""
    made = [np.zeros(0, BLOB)]
    for one in lesions:
        x, y = one.lymphocytes_um.T
        ground = blobs(rng, x, y, rng.uniform(5, 9, len(x)), Material.LYMPHOID_STROMA)
        ground["material"][one.germinal] = Material.GERMINAL_STROMA
        made.append(ground)
    return np.concatenate(made)


def outside(
    rng: np.random.Generator, these: NDArray[np.void], lesions: list[TrueLesion], trapped: NDArray[np.floating] | float
) -> NDArray[np.void]:
    """Return the blobs or cells that survive: those outside every lesion, and a share `trapped` of those inside."""
    keep = np.ones(len(these), bool)
    tree, share = STRtree([one.outline_um for one in lesions]), np.broadcast_to(trapped, len(these))
    for first in range(0, len(these) if lesions else 0, _CHUNK):
        some = these[first : first + _CHUNK]
        where = cast(NDArray[np.object_], points(np.stack((some["x"], some["y"]), axis=1).astype(float)))
        found = first + np.unique(tree.query(where, predicate="intersects")[0])
        keep[found] = rng.random(len(found)) < share[found]
    return these[keep]
