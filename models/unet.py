"""U-Net: one encoder, one decoder, a skip at every level (Ronneberger 2015, arXiv 1505.04597).

Departures, all of them usual today: padded convolutions, so that the output covers the patch; batch normalisation after
each convolution; one output channel. A single-resolution baseline: of a patch stack it sees the target patch only.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from models.blocks import DoubleConv


@dataclass(frozen=True, slots=True)
class UNetConfig:
    """`base` is the width at full resolution; it doubles at each of `depth` halvings."""

    base: int
    depth: int = 4


PRESETS = {
    "base64": UNetConfig(base=64),  # 31.04 M parameters, the paper's widths
    "base32": UNetConfig(base=32),  # 7.76 M
    "base16": UNetConfig(base=16),  # 1.94 M
    "small": UNetConfig(base=8),
}


class UpBlock(nn.Module):
    """Double the resolution, join the skip of that level, convolve twice."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(inputs, outputs, 2, stride=2)
        self.convolve = DoubleConv(2 * outputs, outputs)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        """`x` (N, inputs, H, W) and `skip` (N, outputs, 2H, 2W) → (N, outputs, 2H, 2W)."""
        return self.convolve(torch.cat((skip, self.up(x)), dim=1))  # type: ignore[no-any-return]


class UNet(nn.Module):
    """Segment lesions in the target patch, seen at one resolution."""

    def __init__(self, config: UNetConfig) -> None:
        super().__init__()
        self.config = config
        widths = [config.base * 2**level for level in range(config.depth + 1)]
        self.down = nn.ModuleList(DoubleConv(inputs, outputs) for inputs, outputs in pairwise([3, *widths]))
        self.up = nn.ModuleList(UpBlock(inputs, outputs) for inputs, outputs in pairwise(reversed(widths)))
        self.halve = nn.MaxPool2d(2)
        self.head = nn.Conv2d(config.base, 1, 1)

    def forward(self, stack: Tensor) -> Tensor:
        """(N, branches, 3, S, S), of which branch 0 is used → logits (N, 1, S, S); S divides by 16."""
        x = stack[:, 0]
        skips = []
        for level, convolve in enumerate(self.down):
            x = convolve(self.halve(x) if level else x)  # (N, base · 2^level, S / 2^level, S / 2^level)
            skips.append(x)
        for up, skip in zip(self.up, reversed(skips[:-1]), strict=True):
            x = up(x, skip)
        return self.head(x)  # type: ignore[no-any-return]
