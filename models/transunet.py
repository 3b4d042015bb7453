"""TransUNet: a residual trunk, a transformer over its coarsest map, a U-Net's decoder (Chen 2021, arXiv 2102.04306).

R50-ViT-B/16: weight-standardised convolutions with group normalisation to 1/16, an embedding of each place with its
position, twelve transformer layers, then a decoder with three skips from the trunk.

Departures: one output channel; no dropout; the pool pads instead of the map after it; the position embedding is
interpolated where the patch has another size than the preset's. It starts without ImageNet-21k weights, without which
it is under-trained on small data: say so beside any comparison. A single-resolution baseline: of a patch stack it sees
the target patch only.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.blocks import ConvNormAct, DoubleConv

STRIDE = 16
"""Input pixels per token."""


@dataclass(frozen=True, slots=True)
class TransUNetConfig:
    """Widths of the trunk, the transformer and the decoder; positions are learned for patches of `patch_px`."""

    stem: int
    stages: tuple[int, int, int]
    units: tuple[int, int, int]
    groups: int
    hidden: int
    layers: int
    heads: int
    mlp: int
    head_width: int
    decoder: tuple[int, int, int, int]
    patch_px: int = 256


PRESETS = {
    "r50_vit_b16": TransUNetConfig(
        stem=64, stages=(256, 512, 1024), units=(3, 4, 9), groups=32, hidden=768, layers=12, heads=12, mlp=3072,
        head_width=512, decoder=(256, 128, 64, 16), patch_px=224,
    ),
    "small": TransUNetConfig(
        stem=16, stages=(48, 96, 192), units=(1, 2, 2), groups=4, hidden=192, layers=4, heads=6, mlp=384,
        head_width=64, decoder=(64, 32, 16, 8),
    ),
}  # fmt: skip


class StandardisedConv(nn.Conv2d):
    """A convolution without bias whose weights have mean 0 and variance 1 per output channel (Qiao 2019)."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1) -> None:
        super().__init__(inputs, outputs, kernel, stride, kernel // 2, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) → (N, outputs, H/stride, W/stride)."""
        variance, mean = torch.var_mean(self.weight, dim=(1, 2, 3), keepdim=True, correction=0)
        weight = (self.weight - mean) * torch.rsqrt(variance + 1e-5)
        return F.conv2d(x, weight, None, self.stride, self.padding)


class Bottleneck(nn.Module):
    """1×1, 3×3 and 1×1 convolutions round a shortcut, with group normalisation."""

    def __init__(self, inputs: int, outputs: int, *, stride: int, groups: int) -> None:
        super().__init__()
        middle = outputs // 4
        self.convolve = nn.Sequential(
            StandardisedConv(inputs, middle, 1), nn.GroupNorm(groups, middle), nn.ReLU(inplace=True),
            StandardisedConv(middle, middle, 3, stride), nn.GroupNorm(groups, middle), nn.ReLU(inplace=True),
            StandardisedConv(middle, outputs, 1), nn.GroupNorm(groups, outputs),
        )  # fmt: skip
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(StandardisedConv(inputs, outputs, 1, stride), nn.GroupNorm(groups, outputs))

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) → (N, outputs, H/stride, W/stride)."""
        return F.relu(self.convolve(x) + self.shortcut(x), inplace=True)


class Trunk(nn.Module):
    """A stem at 1/2 and three stages of bottlenecks at 1/4, 1/8 and 1/16."""

    def __init__(self, config: TransUNetConfig) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            StandardisedConv(3, config.stem, 7, 2), nn.GroupNorm(config.groups, config.stem), nn.ReLU(inplace=True)
        )
        stages, inputs = [], config.stem
        for index, (width, units) in enumerate(zip(config.stages, config.units, strict=True)):
            first = Bottleneck(inputs, width, stride=2 if index else 1, groups=config.groups)
            rest = (Bottleneck(width, width, stride=1, groups=config.groups) for _ in range(units - 1))
            stages.append(nn.Sequential(first, *rest))
            inputs = width
        self.stages = nn.ModuleList(stages)

    def forward(self, x: Tensor) -> list[Tensor]:
        """(N, 3, S, S) → maps at 1/2, 1/4, 1/8 and 1/16, finest first."""
        maps = [self.stem(x)]  # (N, stem, S/2, S/2)
        x = F.max_pool2d(maps[0], 3, 2, 1)  # (N, stem, S/4, S/4)
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return maps


class TransformerLayer(nn.Module):
    """Attention among all tokens, then a small network on each, both after normalisation and round a shortcut."""

    def __init__(self, hidden: int, heads: int, mlp: int) -> None:
        super().__init__()
        self.heads = heads
        self.attention_norm, self.mlp_norm = nn.LayerNorm(hidden, eps=1e-6), nn.LayerNorm(hidden, eps=1e-6)
        self.query_key_value = nn.Linear(hidden, 3 * hidden)
        self.project = nn.Linear(hidden, hidden)
        self.mlp = nn.Sequential(nn.Linear(hidden, mlp), nn.GELU(), nn.Linear(mlp, hidden))

    def forward(self, x: Tensor) -> Tensor:
        """(N, tokens, hidden) → the same shape."""
        x = x + self._attend(self.attention_norm(x))
        return x + self.mlp(self.mlp_norm(x))  # type: ignore[no-any-return]

    def _attend(self, x: Tensor) -> Tensor:
        split = self.query_key_value(x).unflatten(-1, (3, self.heads, -1))  # (N, tokens, 3, heads, hidden / heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)  # each (N, heads, tokens, hidden / heads)
        seen = F.scaled_dot_product_attention(query, key, value)
        return self.project(seen.transpose(1, 2).flatten(2))  # type: ignore[no-any-return]


class Transformer(nn.Module):
    """Embed each place of a map with its position and let all places see each other."""

    def __init__(self, inputs: int, config: TransUNetConfig) -> None:
        super().__init__()
        side = config.patch_px // STRIDE
        self.embed = nn.Conv2d(inputs, config.hidden, 1)
        self.positions = nn.Parameter(0.02 * torch.randn(1, config.hidden, side, side))
        self.layers = nn.Sequential(
            *(TransformerLayer(config.hidden, config.heads, config.mlp) for _ in range(config.layers))
        )
        self.norm = nn.LayerNorm(config.hidden, eps=1e-6)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, h, w) → (N, hidden, h, w)."""
        height, width = x.shape[-2:]
        x = self.embed(x) + self._positions_for(height, width)
        tokens = self.norm(self.layers(x.flatten(2).transpose(1, 2)))  # (N, h · w, hidden)
        return tokens.transpose(1, 2).unflatten(2, (height, width))  # type: ignore[no-any-return]

    def _positions_for(self, height: int, width: int) -> Tensor:
        if self.positions.shape[-2:] == (height, width):
            return self.positions
        return F.interpolate(self.positions, size=(height, width), mode="bicubic", align_corners=False)


class UpBlock(nn.Module):
    """Double the resolution, join the skip of that level if it has one, convolve twice."""

    def __init__(self, inputs: int, skip: int, outputs: int) -> None:
        super().__init__()
        self.convolve = DoubleConv(inputs + skip, outputs)

    def forward(self, x: Tensor, skip: Tensor | None) -> Tensor:
        """`x` (N, inputs, H, W) and `skip` (N, skip, 2H, 2W) or None → (N, outputs, 2H, 2W)."""
        x = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        return self.convolve(x if skip is None else torch.cat((x, skip), dim=1))  # type: ignore[no-any-return]


class TransUNet(nn.Module):
    """Segment lesions in the target patch, seen at one resolution."""

    def __init__(self, config: TransUNetConfig) -> None:
        super().__init__()
        self.config = config
        self.trunk = Trunk(config)
        self.transformer = Transformer(config.stages[-1], config)
        self.widen = ConvNormAct(config.hidden, config.head_width)
        inputs = (config.head_width, *config.decoder[:-1])
        skips = (config.stages[1], config.stages[0], config.stem, 0)
        self.up = nn.ModuleList(UpBlock(*one) for one in zip(inputs, skips, config.decoder, strict=True))
        self.head = nn.Conv2d(config.decoder[-1], 1, 3, padding=1)

    def forward(self, stack: Tensor) -> Tensor:
        """(N, branches, 3, S, S), of which branch 0 is used → logits (N, 1, S, S); S divides by 16."""
        half, quarter, eighth, coarsest = self.trunk(stack[:, 0])
        x = self.widen(self.transformer(coarsest))  # (N, head_width, S/16, S/16)
        for up, skip in zip(self.up, (eighth, quarter, half, None), strict=True):
            x = up(x, skip)
        return self.head(x)  # type: ignore[no-any-return]
