"""Where the fusion blocks of M2CF-Net look: their spatial attention about proposed lesions, to be shown."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import ceil

import numpy as np
import torch
from numpy.typing import NDArray
from shapely import Polygon, box
from shapely.affinity import scale
from torch import Tensor
from torch.nn.functional import interpolate

from backend.core.geometry import Grid
from backend.pipeline.lesions import Outline
from backend.pipeline.patches import Corner, PatchOptions, read_stacks, target_grid
from backend.pipeline.side_by_side import side_by_side
from backend.pipeline.stain import Stain, StainOptions
from backend.wsi.slide import RGB, Slide
from models.blocks import centre_enlarged
from models.m2cf_net import M2CFNet
from models.registry import as_input

_SHRINK = 8
_READ_TOGETHER = 16


@dataclass(frozen=True, slots=True)
class AttentionOptions:
    """Patches reach at least `margin_px` beyond a lesion, in target pixels; `batch` of them go through at once."""

    margin_px: int = 16
    batch: int = 8


@dataclass(frozen=True, slots=True)
class AttentionMaps:
    """One map per fusion block, finest first: (blocks, rows, columns), 0 to 255 for 0 to 1, 8 target pixels apart.

    Each is the mean over the branches, aligned with the target patch. It is 0 where it was not asked for: away from
    proposed lesions.
    """

    values: NDArray[np.uint8]
    grid: Grid


def attention_maps(
    slide: Slide, outlines: list[Outline], stain: Stain, network: M2CFNet, *, patches: PatchOptions,
    stains: StainOptions, options: AttentionOptions, on_progress: Callable[[float], None],
) -> AttentionMaps:  # fmt: skip
    """Run the encoders once more over patches centred on the lesions, and keep what the fusion blocks attend to."""
    target = target_grid(slide, patches)
    grid = Grid(target.mpp_xy, slide.size, target.um_per_pixel * _SHRINK)
    values = np.zeros((len(network.config.fused), *grid.shape), np.uint8)  # pages that stay empty cost no memory
    blocks = covering(outlines, target, patches.patch_px, options.margin_px)
    done, total = 0, sum(map(len, blocks))

    def read(block: list[Corner]) -> RGB:
        return read_stacks(slide, block, stain, stains, patches).stacks

    attended = partial(_attended, network, options.batch)
    found_in = side_by_side(read, attended, blocks, next(network.parameters()).device)
    for block, found in zip(blocks, found_in, strict=True):
        for corner, attention in zip(block, found, strict=True):
            _place(values, attention, corner)
        done += len(block)
        on_progress(done / total)
    return AttentionMaps(values, grid)


def covering(outlines: list[Outline], target: Grid, side: int, margin: int) -> list[list[Corner]]:
    """Return the corners of target patches that together hold all lesions; one, centred, where it is enough."""
    x, y = target.level0_per_pixel
    blocks: list[list[Corner]] = []
    covered: list[Polygon] = []
    for outline in outlines:
        lesion = scale(outline.polygon, 1 / x, 1 / y, origin=(0, 0))
        if any(patch.contains(lesion) for patch in covered):
            continue
        patches = {corner: box(*corner, corner[0] + side, corner[1] + side) for corner in _tiled(lesion, side, margin)}
        corners = [corner for corner, patch in patches.items() if patch.intersects(lesion)]
        covered += [patches[corner] for corner in corners]
        blocks += [corners[i : i + _READ_TOGETHER] for i in range(0, len(corners), _READ_TOGETHER)]
    return blocks


def _tiled(lesion: Polygon, side: int, margin: int) -> list[Corner]:
    """Lay patches side by side over a lesion, centred, with corners on whole pixels of the maps; target pixels."""
    left, top, right, bottom = lesion.bounds
    columns, rows = (ceil((size + 2 * margin) / side) for size in (right - left, bottom - top))
    x, y = (left + right - columns * side) / 2, (top + bottom - rows * side) / 2
    x, y = (round(value / _SHRINK) * _SHRINK for value in (x, y))
    return [(x + column * side, y + row * side) for row in range(rows) for column in range(columns)]


def _attended(network: M2CFNet, batch: int, stacks: RGB) -> NDArray[np.float32]:
    """Return what the fusion blocks attend to in each patch: (N, blocks, side / 8, side / 8), 0 to 1."""
    side, found = stacks.shape[-2] // _SHRINK, []
    for start in range(0, len(stacks), batch):
        scales = network.spatial_attention(as_input(network, stacks[start : start + batch]).permute(0, 1, 4, 2, 3))
        maps = [_resized(_aligned(branches, network.config.factors), side) for branches in scales]
        found.append(torch.cat(maps, dim=1).float().cpu().numpy())
    return np.concatenate(found)


def _aligned(branches: list[Tensor], factors: tuple[int, ...]) -> Tensor:
    """Average the branches' maps (N, 1, h, w) of one scale once all show the target patch."""
    return torch.stack([centre_enlarged(one, factor) for one, factor in zip(branches, factors, strict=True)]).mean(0)


def _resized(x: Tensor, side: int) -> Tensor:
    if x.shape[-1] > side:
        return interpolate(x, size=(side, side), mode="area")
    return interpolate(x, size=(side, side), mode="bilinear", align_corners=False)


def _place(values: NDArray[np.uint8], attention: NDArray[np.float32], corner: Corner) -> None:
    """Write one patch (blocks, side, side) into the maps; what lies beyond the slide is dropped."""
    x, y, side = corner[0] // _SHRINK, corner[1] // _SHRINK, attention.shape[-1]
    top, left = max(0, -y), max(0, -x)
    place = values[:, max(0, y) : y + side, max(0, x) : x + side]
    place[...] = np.rint(255 * attention[:, top : top + place.shape[1], left : left + place.shape[2]])
