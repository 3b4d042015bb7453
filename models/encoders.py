"""Encoders that several networks share: residual (ResNet) and multi-scale within a block (Res2Net)."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.blocks import ConvNormAct

SPLITS = 4
"""Parts into which a Res2Net block cuts its channels."""
EXPANSION = 4
"""Output channels of a Res2Net block per plane."""


class ResidualBlock(nn.Module):
    """Two 3×3 convolutions round a shortcut (He 2016, basic block)."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.first = ConvNormAct(inputs, outputs, stride=stride)
        self.second = nn.Sequential(nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) → (N, outputs, H/stride, W/stride)."""
        return F.relu(self.second(self.first(x)).add_(self.shortcut(x)), inplace=True)


class ResidualEncoder(nn.Module):
    """A stem to 1/4, then residual stages at 1/4, 1/8, …: ResNet-18 for widths 64 to 512 and two blocks each.

    ResNet's stem is one 7×7 convolution and a pool, which leave less than two pixels of a lymphocyte 7 px wide. A
    `fine` stem looks at every pixel first and comes down by two convolutions with stride.
    """

    def __init__(self, stem: int, widths: tuple[int, ...], blocks: int, *, fine: bool = False) -> None:
        super().__init__()
        self.stem: nn.Module
        if fine:
            self.stem = nn.Sequential(
                ConvNormAct(3, stem // 2),
                ConvNormAct(stem // 2, stem, stride=2),
                ConvNormAct(stem, stem),
                ConvNormAct(stem, stem, stride=2),
            )
        else:
            self.stem = nn.Sequential(*ConvNormAct(3, stem, kernel=7, stride=2), nn.MaxPool2d(3, 2, 1))
        stages, inputs = [], stem
        for index, width in enumerate(widths):
            first = ResidualBlock(inputs, width, stride=1 if index == 0 else 2)
            stages.append(nn.Sequential(first, *(ResidualBlock(width, width) for _ in range(blocks - 1))))
            inputs = width
        self.stages = nn.ModuleList(stages)

    def forward(self, x: Tensor) -> list[Tensor]:
        """(N, 3, H, W) → one map per stage, finest first: (N, widths[i], H / 2^(i+2), W / 2^(i+2))."""
        x = self.stem(x)  # (N, stem, H/4, W/4)
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return maps


class Res2Block(nn.Module):
    """A bottleneck whose 3×3 convolution runs on quarters of the channels, each quarter seeing the one before."""

    def __init__(self, inputs: int, planes: int, *, stride: int, first: bool) -> None:
        super().__init__()
        self.stride, self.first = stride, first
        width = planes * 26 // 64  # "26w": 26 channels a part where there are 64 planes
        self.spread = ConvNormAct(inputs, SPLITS * width, kernel=1)
        self.convolve = nn.ModuleList(ConvNormAct(width, width, stride=stride) for _ in range(SPLITS - 1))
        self.gather = _conv1x1(SPLITS * width, EXPANSION * planes)
        self.shortcut: nn.Module = nn.Identity()
        if first:
            pool = nn.AvgPool2d(stride, ceil_mode=True)  # "v1b": pooled before, so that no pixel is thrown away
            self.shortcut = nn.Sequential(pool, *_conv1x1(inputs, EXPANSION * planes))

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) → (N, 4 · planes, H/stride, W/stride)."""
        parts = self.spread(x).chunk(SPLITS, dim=1)
        done: list[Tensor] = []
        for part, convolve in zip(parts[:-1], self.convolve, strict=True):
            # the first block of a stage changes resolution, so its parts cannot be added
            done.append(convolve(part + done[-1] if done and not self.first else part))
        done.append(F.avg_pool2d(parts[-1], 3, self.stride, 1) if self.first else parts[-1])
        return F.relu(self.gather(torch.cat(done, dim=1)).add_(self.shortcut(x)), inplace=True)


def _conv1x1(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs))


class Res2NetEncoder(nn.Module):
    """A stem of three 3×3 convolutions, a pool, then stages of `Res2Block`s."""

    def __init__(self, stem: int, planes: tuple[int, ...], blocks: tuple[int, ...]) -> None:
        super().__init__()
        half = stem // 2
        self.stem = nn.Sequential(ConvNormAct(3, half, stride=2), ConvNormAct(half, half), ConvNormAct(half, stem))
        stages, inputs = [], stem
        for index, (width, count) in enumerate(zip(planes, blocks, strict=True)):
            first = Res2Block(inputs, width, stride=2 if index else 1, first=True)
            inputs = EXPANSION * width
            rest = (Res2Block(inputs, width, stride=1, first=False) for _ in range(count - 1))
            stages.append(nn.Sequential(first, *rest))
        self.stages = nn.ModuleList(stages)

    def forward(self, x: Tensor) -> list[Tensor]:
        """(N, 3, S, S) → the pooled stem (N, stem, S/4, S/4), then a map per stage at 1/4, 1/8, … of 4 · planes[i]."""
        maps = [F.max_pool2d(self.stem(x), 3, 2, 1)]  # (N, stem, S/4, S/4)
        for stage in self.stages:
            maps.append(stage(maps[-1]))
        return maps
