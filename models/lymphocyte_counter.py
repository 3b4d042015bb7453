"""The lymphocyte counter: how many lymphocytes are expected at each place of a lesion.

Nuclei in a focus touch and overlap, so peaks or outlines of single nuclei count too few. This network predicts a
density instead, whose sum over any area is the count: Lempitsky & Zisserman 2010 state the idea, the network is ours.
It looks at 0.5 µm/px, sees about 40 µm, and so also learns which nuclei are not lymphocytes.
"""

from dataclasses import dataclass
from typing import cast

import torch.nn.functional as F
from torch import Tensor, nn

from models.blocks import ConvNormAct, DilatedBlock

STRIDE = 4
"""Input pixels per output pixel."""


@dataclass(frozen=True, slots=True)
class LymphocyteCounterConfig:
    """Widths at half and quarter resolution, and the dilations of the blocks at quarter resolution."""

    half: int
    quarter: int
    dilations: tuple[int, ...]


PRESETS = {"small": LymphocyteCounterConfig(half=24, quarter=48, dilations=(1, 2, 3, 1))}


class LymphocyteCounter(nn.Module):
    """Predict the expected number of lymphocytes in each square of `STRIDE` × `STRIDE` pixels."""

    def __init__(self, config: LymphocyteCounterConfig) -> None:
        super().__init__()
        self.encode = nn.Sequential(
            ConvNormAct(3, config.half, stride=2),  # (N, half, H/2, W/2)
            ConvNormAct(config.half, config.half),
            ConvNormAct(config.half, config.quarter, stride=2),  # (N, quarter, H/4, W/4)
        )
        self.context = nn.Sequential(*(DilatedBlock(config.quarter, dilation) for dilation in config.dilations))
        self.head = nn.Conv2d(config.quarter, 1, 1)
        nn.init.constant_(cast(Tensor, self.head.bias), -4.0)  # most places hold no lymphocyte

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) → expected lymphocytes (N, 1, H/4, W/4), each at least 0."""
        density: Tensor = F.softplus(self.head(self.context(self.encode(x))))
        return density
