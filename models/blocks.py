"""Parts that several networks share, from small to large."""

from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class ConvNormAct(nn.Sequential):
    """3×3 (or other) convolution, batch normalisation, ReLU; a `valid` one has no padding and loses its margin."""

    def __init__(self, inputs: int, outputs: int, *, kernel: int = 3, stride: int = 1, valid: bool = False) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, 0 if valid else kernel // 2, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        )


class DoubleConv(nn.Sequential):
    """Two 3×3 convolutions, each with normalisation and ReLU: what a U-Net has at every level (Ronneberger 2015)."""

    def __init__(self, inputs: int, outputs: int, *, valid: bool = False) -> None:
        super().__init__(ConvNormAct(inputs, outputs, valid=valid), ConvNormAct(outputs, outputs, valid=valid))


class DilatedBlock(nn.Module):
    """A residual 3×3 convolution with gaps; it changes nothing until it is trained (Goyal 2017)."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.convolve = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation, bias=False), nn.BatchNorm2d(width)
        )
        nn.init.zeros_(cast(nn.BatchNorm2d, self.convolve[1]).weight)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, H, W) → the same shape."""
        return F.relu(x + self.convolve(x), inplace=True)


class SpatialAttention(nn.Module):
    """Weigh each place by a 7×7 convolution over the mean and maximum across channels (Woo 2018, CBAM)."""

    def __init__(self) -> None:
        super().__init__()
        self.weigh = nn.Conv2d(2, 1, 7, padding=3)

    def attention(self, x: Tensor) -> Tensor:
        """(N, C, H, W) → (N, 1, H, W) in (0, 1)."""
        pooled = torch.cat((x.mean(1, keepdim=True), x.amax(1, keepdim=True)), dim=1)
        return torch.sigmoid(self.weigh(pooled))

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` weighed, of its own shape."""
        return x * self.attention(x)


class ChannelAttention(nn.Module):
    """Weigh each channel by what is pooled from the map and, if there is any, from a wider context (CBAM)."""

    def __init__(self, channels: int, context: int = 0, reduction: int = 8) -> None:
        super().__init__()
        hidden = max(8, channels // reduction)
        self.weigh = nn.Sequential(
            nn.Linear(2 * channels + context, hidden), nn.ReLU(inplace=True), nn.Linear(hidden, channels)
        )

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        """`x` (N, C, H, W) and `context` (N, context) → `x` weighed."""
        pooled = [x.mean((2, 3)), x.amax((2, 3))]
        if context is not None:
            pooled.append(context.to(x.dtype))
        return x * torch.sigmoid(self.weigh(torch.cat(pooled, dim=1)))[:, :, None, None]


def centre_enlarged(x: Tensor, factor: int) -> Tensor:
    """Cut the centre 1/factor out of a map and enlarge it to the map's own size.

    A context patch with `factor` times the mpp of the target shows the target in its centre: afterwards both maps
    show the same tissue, pixel for pixel.
    """
    height, width = x.shape[-2:]
    return enlarged_over_target(x, factor, (height, width), (height, width))


def enlarged_over_target(x: Tensor, factor: int, patch: tuple[int, int], target: tuple[int, int]) -> Tensor:
    """Enlarge what a context map shows of the target, to the target map's (height, width), `target`.

    The map begins where the context of the first patch begins, half of (factor - 1) patches before the target, with
    `patch` the (height, width) of one patch's map. Enlarging comes before the exact cut, so sides need not divide.
    """
    if factor == 1:
        return x
    (first_y, last_y, top), (first_x, last_x, left) = (
        _needed(side, length, factor) for side, length in zip(patch, target, strict=True)
    )
    seen = x[..., first_y:last_y, first_x:last_x]
    big = F.interpolate(seen, scale_factor=factor, mode="bilinear", align_corners=False)
    return big[..., top : top + target[0], left : left + target[1]]


def _needed(side: int, length: int, factor: int) -> tuple[int, int, int]:
    """Return from where to where to enlarge, a pixel more on each side, and how much to cut off before the target."""
    skipped = side * (factor - 1) // 2
    first = max(0, skipped // factor - 1)
    return first, (skipped + length - 1) // factor + 2, skipped - factor * first


def window_means(x: Tensor, corners: Tensor, side: float) -> Tensor:
    """Average a map (1, C, H, W) over squares with (x, y) `corners` (N, 2), in fractions of a pixel → (N, C)."""
    height, width = x.shape[-2:]
    rows, columns = _shares(corners[:, 1], side, height), _shares(corners[:, 0], side, width)
    return torch.einsum("nh,chw,nw->nc", rows, x[0].float(), columns)


def _shares(starts: Tensor, side: float, length: int) -> Tensor:
    """Return by how much each of `length` pixels belongs to [start, start + side): (N, length), each row 1 in all."""
    pixels = torch.arange(length, device=starts.device, dtype=torch.float32)
    low, high = torch.maximum(starts[:, None], pixels), torch.minimum(starts[:, None] + side, pixels + 1)
    return (high - low).clamp(min=0) / side
