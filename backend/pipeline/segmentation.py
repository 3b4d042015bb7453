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
from backend.pipeline.patches import PatchOptions, PatchStacks, blending_window, corners_in, patch_stacks, target_grid
from backend.pipeline.roi import Roi
from backend.pipeline.stain import Stain, StainOptions
from backend.wsi.slide import Slide
from models.m2cf_net import M2CFNet

_ONE = 65535
_SHRINK = 4


@dataclass(frozen=True, slots=True)
class SegmentationOptions:
    """Patches fed to the network at once; `flips` averages over the four mirror images (slower, a little better)."""

    batch: int = 8
    flips: bool = False


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
    for stacks in patch_stacks(slide, blocks, stain, stains, patches):
        for start, probabilities in _predict(network, stacks, options):
            for corner, probability in zip(stacks.corners[start:], probabilities, strict=False):
                _blend(values, probability * window, corner)
            done += len(probabilities)
            on_progress(done / total)
    return ProbabilityMap(values, grid)


def _predict(
    network: M2CFNet, stacks: PatchStacks, options: SegmentationOptions
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Yield, batch by batch, the index of its first patch and probabilities (N, side / 4, side / 4)."""
    device = next(network.parameters()).device
    for start in range(0, len(stacks.corners), options.batch):
        batch = torch.from_numpy(stacks.stacks[start : start + options.batch])
        if device.type == "cuda":
            batch = batch.pin_memory()
        x = batch.to(device, non_blocking=True).permute(0, 1, 4, 2, 3).float() / 255
        with torch.inference_mode(), _autocast(device):
            probability = _mirrored(network, x) if options.flips else network(x).sigmoid()
        yield start, avg_pool2d(probability.float(), _SHRINK)[:, 0].cpu().numpy()


def _mirrored(network: M2CFNet, x: Tensor) -> Tensor:
    mirrors: list[list[int]] = [[], [-1], [-2], [-2, -1]]
    return torch.stack([network(x.flip(axes)).sigmoid().flip(axes) for axes in mirrors]).mean(0)


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
