"""MSNet: what neighbouring scales disagree on, level by level (Zhao 2021, MICCAI, "subtraction network").

A Res2Net-50 v1b encoder (Gao 2019, arXiv 1904.01169) yields five scales. Subtraction units take the absolute difference
of neighbours; differences of differences follow, up to the fourth order. Each level adds up its own, and a decoder
sums the levels from coarse to fine.

Departures: trained with the same loss as every network here, without the paper's fixed loss network; the encoder starts
without ImageNet weights and has no classifier. A single-resolution baseline: of a patch stack it sees the target patch
only.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.blocks import ConvNormAct
from models.encoders import EXPANSION, Res2NetEncoder


@dataclass(frozen=True, slots=True)
class MSNetConfig:
    """`reduced` is the width of the stem and of everything after the encoder; `planes` and `blocks` are per stage."""

    reduced: int
    planes: tuple[int, ...]
    blocks: tuple[int, ...]


PRESETS = {
    "res2net50": MSNetConfig(reduced=64, planes=(64, 128, 256, 512), blocks=(3, 4, 6, 3)),
    "small": MSNetConfig(reduced=32, planes=(20, 40, 80, 160), blocks=(1, 2, 2, 2)),
}


class SubtractionUnit(nn.Module):
    """Convolve the absolute difference between a map and the next deeper one."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.convolve = ConvNormAct(width, width)

    def forward(self, shallow: Tensor, deep: Tensor) -> Tensor:
        """`shallow` (N, C, H, W), `deep` (N, C, h, w) with h ≤ H → (N, C, H, W)."""
        return self.convolve((_resized(deep, shallow) - shallow).abs())  # type: ignore[no-any-return]


def _resized(x: Tensor, like: Tensor) -> Tensor:
    if x.shape[-2:] == like.shape[-2:]:
        return x
    return F.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=False)


class MSNet(nn.Module):
    """Segment lesions in the target patch, seen at one resolution."""

    def __init__(self, config: MSNetConfig) -> None:
        super().__init__()
        self.config = config
        width, levels = config.reduced, len(config.planes) + 1
        self.encoder = Res2NetEncoder(width, config.planes, config.blocks)
        self.reduce = nn.ModuleList(ConvNormAct(EXPANSION * planes, width) for planes in config.planes)
        self.subtract = nn.ModuleList(
            nn.ModuleList(SubtractionUnit(width) for _ in range(count)) for count in range(levels - 1, 0, -1)
        )
        self.collect = nn.ModuleList(ConvNormAct(width, width) for _ in range(levels - 1))
        self.deepest = ConvNormAct(EXPANSION * config.planes[-1], width)  # nothing lies deeper to subtract
        self.decode = nn.ModuleList(ConvNormAct(width, width) for _ in range(levels - 1))
        self.head = nn.Conv2d(width, 1, 1)

    def forward(self, stack: Tensor) -> Tensor:
        """(N, branches, 3, S, S), of which branch 0 is used → logits (N, 1, S, S); S divides by 32."""
        stem, *stages = self.encoder(stack[:, 0])
        maps = [stem, *(reduce(x) for reduce, x in zip(self.reduce, stages, strict=True))]
        x = self.deepest(stages[-1])  # (N, reduced, S/32, S/32)
        levels = zip(self.collect, self.decode, self._differences(maps), strict=True)
        for collect, decode, differences in reversed(list(levels)):
            level = collect(torch.stack(differences).sum(0))
            x = decode(_resized(x, level) + level)
        logits = self.head(x)  # (N, 1, S/4, S/4)
        return F.interpolate(logits, scale_factor=4.0, mode="bilinear", align_corners=False)

    def _differences(self, maps: list[Tensor]) -> list[list[Tensor]]:
        """Return the differences of each level but the deepest, first order first: 4, 3, 2 and 1 of them."""
        found: list[list[Tensor]] = [[] for _ in maps[:-1]]
        for units in self.subtract:
            pairs = zip(cast(nn.ModuleList, units), pairwise(maps), strict=True)
            maps = [unit(shallow, deep) for unit, (shallow, deep) in pairs]
            for level, difference in zip(found, maps, strict=False):
                level.append(difference)
        return found
