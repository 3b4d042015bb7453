"""The ROI classifier: which tissue lies at each place of a low-resolution slide.

A small fully convolutional network, trained on tiles and run on regions of any size. Dilated convolutions give each
output pixel a view of about 1.3 mm: gland is told from fat or muscle by its texture, not by one cell, and a sheet of
lymphocytes inside a gland from the crowded nuclei of another organ by what lies around it.
"""

from dataclasses import dataclass
from enum import IntEnum

from torch import Tensor, nn

from models.blocks import ConvNormAct, DilatedBlock


class RoiClass(IntEnum):
    """What the classifier tells apart; the number is its channel."""

    GLASS = 0
    GLAND = 1
    OTHER_TISSUE = 2
    ARTEFACT = 3


STRIDE = 4
"""Input pixels per output pixel."""


@dataclass(frozen=True, slots=True)
class RoiClassifierConfig:
    """Widths of the full, half and quarter resolution, and the dilations of the context stage."""

    widths: tuple[int, int, int]
    dilations: tuple[int, ...]


PRESETS = {"small": RoiClassifierConfig(widths=(16, 32, 64), dilations=(1, 2, 4, 8, 1, 16, 8, 1))}


class RoiClassifier(nn.Module):
    """Classify each place of a region into the four `RoiClass`es."""

    def __init__(self, config: RoiClassifierConfig) -> None:
        super().__init__()
        full, half, quarter = config.widths
        self.encode = nn.Sequential(
            ConvNormAct(3, full, stride=2),  # (N, full, H/2, W/2)
            ConvNormAct(full, half),
            ConvNormAct(half, quarter, stride=2),  # (N, quarter, H/4, W/4)
        )
        self.context = nn.Sequential(*(DilatedBlock(quarter, dilation) for dilation in config.dilations))
        self.head = nn.Conv2d(quarter, len(RoiClass), 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) → logits (N, 4, H/4, W/4)."""
        return self.head(self.context(self.encode(x)))  # type: ignore[no-any-return]
