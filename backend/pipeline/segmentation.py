"""Run M2CF-Net over the ROI and blend the overlapping patches into one probability map."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import avg_pool2d

from backend.core.geometry import Grid
from backend.pipeline.patches import PatchOptions, Region, blending_window, corners_in, regions, stacks_of, target_grid
from backend.pipeline.roi import Roi
from backend.pipeline.stain import Stain, StainOptions
from backend.wsi.slide import RGB, Slide
from models.m2cf_net import M2CFNet

_ONE = 65535
_SHRINK = 4


@dataclass(frozen=True, slots=True)
class SegmentationOptions:
    """Patches fed to the network at once; `flips` averages over the four mirror images (slower, a little better).

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
    options: SegmentationOptions, on_progress: Callable[[float], None],
) -> ProbabilityMap:  # fmt: skip
    """Segment every patch that touches the ROI.

    Memory: the map takes two bytes for 16 µm² of slide; patches stream through.
    """
    grid = Grid(target_grid(slide, patches).mpp_xy, slide.size, patches.mpp[0] * _SHRINK)
    values = np.zeros(grid.shape, np.uint16)
    window = blending_window(patches, _SHRINK)
    blocks = corners_in(roi.gland, roi.grid.um_per_pixel, patches)
    done, total = 0, sum(map(len, blocks))
    predict = _predict_region if options.by_region else _predict_stacks
    for region in regions(slide, blocks, stain, stains, patches):
        for start, probabilities in predict(network, region, patches, options):
            for corner, probability in zip(region.corners[start:], probabilities, strict=False):
                _blend(values, probability * window, corner)
            done += len(probabilities)
            on_progress(done / total)
    return ProbabilityMap(values, grid)


Batches = Iterator[tuple[int, NDArray[np.float32]]]
"""Batch by batch, the index of its first patch and probabilities (N, side / 4, side / 4)."""


def _predict_stacks(network: M2CFNet, region: Region, patches: PatchOptions, options: SegmentationOptions) -> Batches:
    """Run the network over each patch on its own."""
    device = next(network.parameters()).device
    stacks = stacks_of(region, patches).stacks
    for start in range(0, len(stacks), options.batch):
        x = _on(device, stacks[start : start + options.batch]).permute(0, 1, 4, 2, 3)
        with torch.inference_mode(), _autocast(device):
            mirrored = [network(x.flip(axes)).sigmoid().flip(axes) for axes in _mirrors(options)]
        yield start, _shrunk(mirrored)


def _predict_region(network: M2CFNet, region: Region, patches: PatchOptions, options: SegmentationOptions) -> Batches:
    """Encode the region once, then fuse patch by patch."""
    device, side = next(network.parameters()).device, patches.patch_px
    rasters = [_on(device, one).permute(2, 0, 1)[None] for one in region.rasters]
    with torch.inference_mode(), _autocast(device):
        encoded = [network.encode([one.flip(axes) for one in rasters], side) for axes in _mirrors(options)]
    height, width = region.rasters[0].shape[:2]
    for start in range(0, len(region.corners), options.batch):
        batch, mirrored = region.places[start : start + options.batch], []
        for axes, one in zip(_mirrors(options), encoded, strict=True):
            places = [
                (width - side - x if -1 in axes else x, height - side - y if -2 in axes else y) for x, y in batch
            ]  # fmt: skip
            with torch.inference_mode(), _autocast(device):
                mirrored.append(network.fuse(one, places).sigmoid().flip(axes))
        yield start, _shrunk(mirrored)


def _on(device: torch.device, pixels: RGB) -> Tensor:
    """Return pixels as 0 to 1 on the device."""
    tensor = torch.from_numpy(pixels)
    if device.type == "cuda":
        tensor = tensor.pin_memory()
    return tensor.to(device, non_blocking=True).float() / 255


def _mirrors(options: SegmentationOptions) -> list[list[int]]:
    return [[], [-1], [-2], [-2, -1]] if options.flips else [[]]


def _shrunk(mirrored: list[Tensor]) -> NDArray[np.float32]:
    """Return the mean probability of the mirror images at the map's pixel size."""
    probability = torch.stack(mirrored).float().mean(0)
    return np.asarray(avg_pool2d(probability, _SHRINK)[:, 0].cpu().numpy(), np.float32)


def _autocast(device: torch.device) -> AbstractContextManager[object]:
    """Half precision on a GPU; on a CPU it is slower than float32."""
    return torch.autocast("cuda", torch.float16) if device.type == "cuda" else nullcontext()


def _blend(values: NDArray[np.uint16], weighted: NDArray[np.float32], corner: tuple[int, int]) -> None:
    """Add one weighted patch to the map; what lies beyond the slide is dropped."""
    x, y = corner[0] // _SHRINK, corner[1] // _SHRINK
    top, left = max(0, -y), max(0, -x)
    place = values[max(0, y) : y + len(weighted), max(0, x) : x + len(weighted)]
    part = weighted[top : top + place.shape[0], left : left + place.shape[1]]
    place += (part * _ONE).astype(np.uint16)
