"""Where there is tissue, and of which kind: a coarse map of lobules on glass."""

from dataclasses import dataclass
from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from backend.phantom.noise import smooth

MAP_UM = 8.0
"""Side of one map pixel."""


class Tissue(IntEnum):
    """The kind of a lobule; the number is its label in a layout."""

    GLASS = 0
    STROMA = 1
    GLAND = 2
    FAT = 3
    MUSCLE = 4
    MUCOSA = 5
    EPITHELIUM = 6


@dataclass(frozen=True, slots=True)
class Layout:
    """Maps at `MAP_UM` per pixel, (rows, columns).

    `tissue` holds `Tissue` labels; `lobule` numbers the lobules from 1 inside glands and is 0 elsewhere; `serous` is
    smooth noise that decides between serous and mucous acini. Fibres run along the lines of equal `grain`, a height in
    micrometres; in mucosa it is the depth below the surface. `atrophy` says per lobule, from index 1, how far its
    acini are lost (0 to 1), `diffuse` how many times more single inflammatory cells it holds.
    """

    tissue: NDArray[np.uint8]
    lobule: NDArray[np.uint16]
    serous: NDArray[np.float32]
    grain: NDArray[np.float32]
    atrophy: NDArray[np.float32]
    diffuse: NDArray[np.float32]

    @property
    def gland(self) -> NDArray[np.bool_]:
        """The glandular tissue: true inside gland lobules."""
        return np.asarray(self.tissue == Tissue.GLAND)


def lay_out(rng: np.random.Generator, width_um: float, height_um: float) -> Layout:
    """Scatter ragged lobules, most of them gland, separated by septa, over a slide of this size."""
    shape = round(height_um / MAP_UM), round(width_um / MAP_UM)
    nearest = np.full(shape, 9.0, np.float32)
    second = np.full(shape, 9.0, np.float32)
    owner = np.zeros(shape, np.uint16)
    centres, radii = _scatter_lobules(rng, width_um, height_um)
    ragged = 0.09 * smooth(rng, shape, 500 / MAP_UM) + 0.03 * smooth(rng, shape, 120 / MAP_UM)
    for number, (centre, radius) in enumerate(zip(centres, radii, strict=True), 1):
        _claim(rng, number, centre / MAP_UM, radius / MAP_UM, ragged, nearest, second, owner)
    kinds = np.array([Tissue.GLASS, *_kinds(rng, len(centres))], np.uint8)
    septum = 0.05 + 0.03 * smooth(rng, shape, 800 / MAP_UM)
    inside = (nearest < 1) & (second - nearest > np.maximum(septum, 0.015))
    around = nearest < 1.06 + 0.05 * smooth(rng, shape, 900 / MAP_UM)
    tissue = np.where(inside, kinds[owner], np.where(around, Tissue.STROMA, Tissue.GLASS)).astype(np.uint8)
    tissue = np.asarray(cv2.medianBlur(tissue, 5), np.uint8)
    count = len(centres) + 1
    atrophy = np.where(rng.random(count) < rng.uniform(0.1, 0.6), rng.beta(1.2, 1.8, count), 0.04)
    diffuse = np.where(rng.random(count) < 0.2, rng.uniform(4, 14, count), rng.lognormal(0, 0.5, count))
    serous = smooth(rng, shape, 900 / MAP_UM)
    tissue = invaded(tissue, (atrophy[owner] > 0.55) & (serous < -0.9))
    return Layout(
        tissue, np.where(tissue == Tissue.GLAND, owner, 0).astype(np.uint16), serous, _grain(rng, tissue, owner),
        atrophy.astype(np.float32), diffuse.astype(np.float32),
    )  # fmt: skip


def invaded(tissue: NDArray[np.uint8], lost: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Put sheets of fat where atrophic glands are `lost`, from their edge inwards.

    Such a sheet looks like the fat between lobules and is not counted as gland. What is lost inside a lobule, with
    parenchyma all round, stays gland.
    """
    gland = tissue == Tissue.GLAND
    left = (gland & ~lost).astype(np.uint8)
    outlines, _ = cv2.findContours(left, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    filled = cv2.drawContours(np.zeros_like(left), outlines, -1, 1, cv2.FILLED)
    return np.where(gland & (filled == 0), Tissue.FAT, tissue).astype(np.uint8)


def _grain(rng: np.random.Generator, tissue: NDArray[np.uint8], owner: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Return the height along whose contours fibres run: round the lobules in septa, in bundles in muscle."""
    shape = tissue.shape
    solid = (tissue > Tissue.STROMA).astype(np.uint8)
    outside, within = (cv2.distanceTransform(one, cv2.DIST_L2, 3) for one in (1 - solid, solid))
    grain = np.asarray(cv2.GaussianBlur(cv2.subtract(outside, within), (0, 0), 1.5), np.float32) * np.float32(MAP_UM)
    grain += 30 * smooth(rng, shape, 260 / MAP_UM) + 7 * smooth(rng, shape, 80 / MAP_UM)
    if (tissue == Tissue.MUSCLE).any():
        bundle = (smooth(rng, shape, 700 / MAP_UM) * 1.2).astype(int) + 7 * (owner % 5).astype(int)
        angle = (bundle * 2.4).astype(np.float32)
        rows, columns = np.ogrid[: shape[0], : shape[1]]
        along = (columns * np.cos(angle) + rows * np.sin(angle)) * MAP_UM + 14 * smooth(rng, shape, 300 / MAP_UM)
        grain = np.where(tissue == Tissue.MUSCLE, along, grain)
    if (mucosa := tissue == Tissue.MUCOSA).any():
        depth = cv2.distanceTransform(mucosa.astype(np.uint8), cv2.DIST_L2, 5) * np.float32(MAP_UM)
        grain = np.where(mucosa, cv2.GaussianBlur(depth, (0, 0), 1), grain)
    return np.asarray(grain, np.float32)


def _scatter_lobules(
    rng: np.random.Generator, width_um: float, height_um: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Place lobules that overlap a little, so that septa form, and leave glass between groups of them."""
    wanted = max(2, round(width_um * height_um / 1e6 * 0.30))
    largest = min(width_um, height_um) * 0.30
    centres: list[NDArray[np.float64]] = []
    radii: list[float] = []
    for _ in range(wanted * 30):
        if len(centres) == wanted:
            break
        radius = min(rng.uniform(600, 1100), largest)
        low = np.array([radius * 1.15, radius * 1.15])
        high = np.maximum(np.array([width_um, height_um]) - low, low + 1)
        centre = rng.uniform(low, high)
        gaps = [np.hypot(*(centre - other)) / (radius + r) for other, r in zip(centres, radii, strict=True)]
        if not gaps or min(gaps) > 0.80:
            centres.append(centre)
            radii.append(radius)
    return np.array(centres), np.array(radii)


def _kinds(rng: np.random.Generator, count: int) -> NDArray[np.uint8]:
    """Most lobules are gland; a slide of some size also has fat, muscle, mucosa or other epithelium."""
    sorts = [Tissue.FAT, Tissue.MUSCLE, Tissue.MUCOSA, Tissue.EPITHELIUM]
    others = rng.choice(sorts, 4, replace=False, p=(0.2, 0.2, 0.2, 0.4))
    kinds = np.full(count, Tissue.GLAND, np.uint8)
    kinds[: min(4, count // 3)] = others[: min(4, count // 3)]
    extra = np.arange(count) >= 12
    kinds[extra & (rng.random(count) < 0.22)] = rng.choice(others)
    return kinds


def _claim(
    rng: np.random.Generator, number: int, centre: NDArray[np.float64], radius: float, ragged: NDArray[np.float32],
    nearest: NDArray[np.float32], second: NDArray[np.float32], owner: NDArray[np.uint16],
) -> None:  # fmt: skip
    """Give lobule `number` the map pixels that it is nearest to, within a window around it."""
    reach = int(radius * 1.9)
    x0, y0 = max(0, int(centre[0]) - reach), max(0, int(centre[1]) - reach)
    window = np.s_[y0 : int(centre[1]) + reach, x0 : int(centre[0]) + reach]
    rows, columns = np.ogrid[window]
    turn, stretch = rng.uniform(0, np.pi), rng.uniform(0.85, 1.18)
    dx, dy = columns - centre[0], rows - centre[1]
    along, across = dx * np.cos(turn) + dy * np.sin(turn), dy * np.cos(turn) - dx * np.sin(turn)
    near, far, own = nearest[window], second[window], owner[window]
    rows_used, columns_used = near.shape
    distance = np.hypot(along / stretch, across * stretch)[:rows_used, :columns_used] / radius + ragged[window]
    closer = distance < near
    far[...] = np.where(closer, near, np.minimum(far, distance))
    own[closer] = number
    near[closer] = distance[closer]
