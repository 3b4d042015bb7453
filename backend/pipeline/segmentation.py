"""Run M2CF-Net over the ROI and blend the overlapping patches into one probability map."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from time import sleep

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import avg_pool2d

from backend.core.geometry import Grid
from backend.pipeline.kept import LOOK_EVERY_S, NOTHING_KEPT, Kept
from backend.pipeline.patches import (
    Corner,
    PatchOptions,
    Region,
    blending_window,
    corners_in,
    read_region,
    stacks_of,
    target_grid,
)
from backend.pipeline.roi import Roi
from backend.pipeline.side_by_side import side_by_side
from backend.pipeline.stain import Stain, StainOptions
from backend.wsi.slide import Slide
from models.m2cf_net import M2CFNet
from models.registry import as_input

PART_BLOCKS = 32
"""What is kept, or made by another worker, at once: some 15 mm² of gland."""

_ONE = 65535
_SHRINK = 4


@dataclass(frozen=True, slots=True)
class SegmentationOptions:
    """Patches fed to the network at once, on a GPU at least a block's.

    `flips` averages over the four mirror images (slower, a little better).

    With `by_region` neighbouring patches are encoded together, which differs from patch by patch only where a lone
    patch would be padded with zeros; `tests/benchmarks/speed.py` says by how much.
    """

    batch: int = 8
    flips: bool = False
    by_region: bool = True


@dataclass(frozen=True, slots=True)
class ProbabilityMap:
    """The probability of lesion, 0 to 65535 for 0 to 1, on a grid of four target pixels; 0 outside the ROI."""

    values: NDArray[np.uint16]
    grid: Grid

    def as_uint8(self, rows: slice) -> NDArray[np.uint8]:
        """Return some rows scaled to 0 to 255."""
        return np.asarray(self.values[rows] >> 8, np.uint8)


def probability_map(
    slide: Slide, roi: Roi, stain: Stain, network: M2CFNet, *, patches: PatchOptions, stains: StainOptions,
    options: SegmentationOptions, on_progress: Callable[[float], None], kept: Kept = NOTHING_KEPT,
) -> ProbabilityMap:  # fmt: skip
    """Segment every patch that touches the ROI, part by part; parts that others make are taken from them.

    A map is the sum of its parts in whole numbers, so it is the same whoever made them, in whatever order.
    Memory: the map takes two bytes for 16 µm² of slide; patches stream through.
    """
    grid, parts = _parts(slide, roi, stain, network, patches, stains, options)
    values = np.zeros(grid.shape, np.uint16)
    done, total = 0, sum(part.patches for part in parts)
    while parts:
        made_elsewhere = []
        for part in parts:

            def told(count: int, before: int = done) -> None:
                on_progress((before + count) / total)

            found = kept.array_if_free(part.name, partial(part.make, told))
            if found is None:
                made_elsewhere.append(part)
            else:
                values[part.place] += found
                done += part.patches
                on_progress(done / total)
        if parts := made_elsewhere:
            sleep(LOOK_EVERY_S)
            on_progress(done / total)
    return ProbabilityMap(values, grid)


def make_parts(
    slide: Slide, roi: Roi, stain: Stain, network: M2CFNet, *, patches: PatchOptions, stains: StainOptions,
    options: SegmentationOptions, on_progress: Callable[[float], None], kept: Kept,
) -> None:  # fmt: skip
    """Make parts of a map that another process makes, from the last towards the first, until none is left."""
    _grid, parts = _parts(slide, roi, stain, network, patches, stains, options)
    for part in reversed(parts):
        on_progress(0.0)
        if not kept.has(part.name):
            kept.array_if_free(part.name, partial(part.make, lambda _count: on_progress(0.0)))


@dataclass(frozen=True, slots=True)
class _Part:
    """Some patches, where on the map they are, and how to segment them; `make` takes whom to tell of patches done."""

    name: str
    patches: int
    place: tuple[slice, slice]
    make: Callable[[Callable[[int], None]], NDArray[np.uint16]]


def _parts(
    slide: Slide, roi: Roi, stain: Stain, network: M2CFNet, patches: PatchOptions, stains: StainOptions,
    options: SegmentationOptions,
) -> tuple[Grid, list[_Part]]:  # fmt: skip
    """Return the grid of the map and its parts, top to bottom."""
    grid = Grid(target_grid(slide, patches).mpp_xy, slide.size, patches.mpp[0] * _SHRINK)
    blocks = corners_in(roi.gland, roi.grid.um_per_pixel, patches)
    device, parts = next(network.parameters()).device, []
    if device.type == "cuda":
        options = replace(options, batch=max(options.batch, patches.block**2))

    def read(block: list[Corner]) -> Region:
        return read_region(slide, block, stain, stains, patches)

    predict = partial(_predict_region if options.by_region else _predict_stacks, network, patches, options)

    for start in range(0, len(blocks), PART_BLOCKS):
        some = blocks[start : start + PART_BLOCKS]
        place = _place_of(some, patches, grid)
        make = partial(_segmented, some, read, predict, place, patches, device)
        parts.append(_Part(f"map-{start}", sum(map(len, some)), place, make))
    return grid, parts


def _segmented(
    blocks: list[list[Corner]], read: Callable[[list[Corner]], Region],
    predict: Callable[[Region], NDArray[np.float32]], place: tuple[slice, slice], patches: PatchOptions,
    device: torch.device, told: Callable[[int], None],
) -> NDArray[np.uint16]:  # fmt: skip
    """Return what some blocks add to the map, in their place of it."""
    rows, columns = place
    values = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint16)
    window, done = blending_window(patches, _SHRINK), 0
    for corners, probabilities in zip(blocks, side_by_side(read, predict, blocks, device), strict=True):
        for (x, y), probability in zip(corners, probabilities, strict=True):
            _blend(values, probability * window, (x // _SHRINK - columns.start, y // _SHRINK - rows.start))
        done += len(corners)
        told(done)
    return values


def _place_of(blocks: list[list[Corner]], patches: PatchOptions, grid: Grid) -> tuple[slice, slice]:
    """Return the rows and columns of the map that the patches of some blocks reach."""
    corners = np.array([corner for block in blocks for corner in block]) // _SHRINK
    low, high = np.maximum(corners.min(axis=0), 0), corners.max(axis=0) + patches.patch_px // _SHRINK
    height, width = grid.shape
    return slice(int(low[1]), min(int(high[1]), height)), slice(int(low[0]), min(int(high[0]), width))


def _predict_stacks(
    network: M2CFNet, patches: PatchOptions, options: SegmentationOptions, region: Region
) -> NDArray[np.float32]:
    """Run the network over each patch on its own: probabilities (N, side / 4, side / 4)."""
    stacks, found = stacks_of(region, patches).stacks, []
    for start in range(0, len(stacks), options.batch):
        x = as_input(network, stacks[start : start + options.batch]).permute(0, 1, 4, 2, 3)
        with torch.inference_mode():
            mirrored = [network(x.flip(axes)).sigmoid().flip(axes) for axes in _mirrors(options)]
        found.append(_shrunk(mirrored))
    return np.concatenate(found)


def _predict_region(
    network: M2CFNet, patches: PatchOptions, options: SegmentationOptions, region: Region
) -> NDArray[np.float32]:
    """Encode the region once, then fuse patch by patch: probabilities (N, side / 4, side / 4)."""
    side, found = patches.patch_px, []
    rasters = [as_input(network, one).permute(2, 0, 1)[None] for one in region.rasters]
    with torch.inference_mode():
        encoded = [network.encode([one.flip(axes) for one in rasters], side) for axes in _mirrors(options)]
    height, width = region.rasters[0].shape[:2]
    for start in range(0, len(region.corners), options.batch):
        batch, mirrored = region.places[start : start + options.batch], []
        for axes, one in zip(_mirrors(options), encoded, strict=True):
            places = [
                (width - side - x if -1 in axes else x, height - side - y if -2 in axes else y) for x, y in batch
            ]  # fmt: skip
            with torch.inference_mode():
                mirrored.append(network.fuse(one, places).sigmoid().flip(axes))
        found.append(_shrunk(mirrored))
    return np.concatenate(found)


def _mirrors(options: SegmentationOptions) -> list[list[int]]:
    return [[], [-1], [-2], [-2, -1]] if options.flips else [[]]


def _shrunk(mirrored: list[Tensor]) -> NDArray[np.float32]:
    """Return the mean probability of the mirror images at the map's pixel size."""
    probability = torch.stack(mirrored).float().mean(0)
    return np.asarray(avg_pool2d(probability, _SHRINK)[:, 0].cpu().numpy(), np.float32)


def _blend(values: NDArray[np.uint16], weighted: NDArray[np.float32], corner: tuple[int, int]) -> None:
    """Add one weighted patch to the map; what lies beyond it is dropped."""
    x, y = corner
    top, left = max(0, -y), max(0, -x)
    place = values[max(0, y) : y + len(weighted), max(0, x) : x + len(weighted)]
    part = weighted[top : top + place.shape[0], left : left + place.shape[1]]
    place += (part * _ONE).astype(np.uint16)
