"""M2CF-Net: three encoders at three resolutions, one decoder that fuses them in a cascade.

Re-implementation from a published description (MedAI 2023, doi 10.1109/MedAI59581.2023.00063); neither the paper's
text nor its code was available, so hyper-parameters and wiring are ours.

Known from the description: one encoder per resolution, fed patches of equal pixel size; features at several scales
from each; one decoder of fusion blocks in a cascade; spatial attention on each input map and channel attention; BCE +
Dice loss.

Ours: residual encoders without shared weights, in `small` a deeper one (Res2Net) for the target; patches concentric at
1, 2 and 4 µm/px; the centre 1/d of a context map is enlarged by d, so all maps show the same tissue pixel for pixel,
and the whole context map is kept through pooled context in the channel attention; the output is predicted at 1/4 of the
patch side and enlarged; in training each fusion block is told what to say (`training.segmentation`).

Neighbouring patches share most of their tissue, so inference encodes a whole region once (`encode`) and fuses patch by
patch (`fuse`). That equals `forward` but for the zeros that a lone patch is padded with, and for the phase of strides.
"""

from dataclasses import dataclass
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.blocks import (
    ChannelAttention,
    ConvNormAct,
    SpatialAttention,
    centre_enlarged,
    enlarged_over_target,
    window_means,
)
from models.encoders import EXPANSION, Res2NetEncoder, ResidualEncoder


@dataclass(frozen=True, slots=True)
class ResidualConfig:
    """One branch: the width of its stem, and of each of its stages of so many `blocks`; see `ResidualEncoder`."""

    stem: int
    widths: tuple[int, ...]
    blocks: int
    fine: bool = False

    def build(self) -> nn.Module:
        """Make the branch's encoder."""
        return ResidualEncoder(self.stem, self.widths, self.blocks, fine=self.fine)


@dataclass(frozen=True, slots=True)
class Res2NetConfig:
    """One branch with the `planes` and `blocks` of each stage, whose maps are reduced to `widths` before fusion."""

    stem: int
    planes: tuple[int, ...]
    blocks: tuple[int, ...]
    widths: tuple[int, ...]

    def build(self) -> nn.Module:
        """Make the branch's encoder."""
        return ReducedRes2Net(self)


@dataclass(frozen=True, slots=True)
class M2CFNetConfig:
    """The branches, target first; `factors` are their mpp over that of the target. `fused`: width per fusion block."""

    branches: tuple[ResidualConfig | Res2NetConfig, ...]
    fused: tuple[int, ...]
    factors: tuple[int, ...] = (1, 2, 4)


_RESNET18 = ResidualConfig(stem=64, widths=(64, 128, 256, 512), blocks=2)
_TARGET = Res2NetConfig(stem=32, planes=(24, 44, 80, 120), blocks=(2, 3, 3, 2), widths=(48, 64, 96, 128))
_CONTEXT = ResidualConfig(stem=12, widths=(16, 32, 64, 128), blocks=1, fine=True)
PRESETS = {
    "paper": M2CFNetConfig(branches=(_RESNET18,) * 3, fused=(96, 192, 320, 512)),
    "small": M2CFNetConfig(branches=(_TARGET, _CONTEXT, _CONTEXT), fused=(48, 64, 96, 128)),
}


class ReducedRes2Net(nn.Module):
    """A Res2Net encoder, deep where lymphocytes are told apart, whose wide maps are reduced before they are fused."""

    def __init__(self, config: Res2NetConfig) -> None:
        super().__init__()
        self.encoder = Res2NetEncoder(config.stem, config.planes, config.blocks)
        self.reduce = nn.ModuleList(
            ConvNormAct(EXPANSION * planes, width, kernel=1)
            for planes, width in zip(config.planes, config.widths, strict=True)
        )

    def forward(self, x: Tensor) -> list[Tensor]:
        """(N, 3, H, W) → one map per stage, finest first: (N, widths[i], H / 2^(i+2), W / 2^(i+2))."""
        _, *maps = self.encoder(x)
        return [reduce(one) for reduce, one in zip(self.reduce, maps, strict=True)]


class FusionBlock(nn.Module):
    """Fuse the branches' maps of one scale with what the coarser scales have already agreed on."""

    def __init__(self, widths: tuple[int, ...], coarser: int, fused: int) -> None:
        super().__init__()
        self.spatial = nn.ModuleList(SpatialAttention() for _ in widths)
        self.mix = ConvNormAct(sum(widths) + coarser, fused)
        self.channel = ChannelAttention(fused, context=sum(widths[1:]))
        self.refine = ConvNormAct(fused, fused)

    def forward(self, maps: list[Tensor], factors: tuple[int, ...], coarser: Tensor | None) -> Tensor:
        """`maps` (N, widths[i], h, w) per branch, `coarser` (N, coarser, h/2, w/2) or None → (N, fused, h, w)."""
        aligned = [
            centre_enlarged(attend(x), factor) for attend, x, factor in zip(self.spatial, maps, factors, strict=True)
        ]
        context = torch.cat([x.mean((2, 3)) for x in maps[1:]], dim=1)  # (N, widths of the context)
        return self.fuse(torch.cat(aligned, dim=1), context, coarser)

    def fuse(self, aligned: Tensor, context: Tensor, coarser: Tensor | None) -> Tensor:
        """Mix all branches' maps of the target, (N, sum of widths, h, w), with what is coarser."""
        if coarser is not None:
            larger = F.interpolate(coarser, scale_factor=2.0, mode="bilinear", align_corners=False)
            aligned = torch.cat((aligned, larger), dim=1)
        mixed: Tensor = self.mix(aligned)  # (N, fused, h, w)
        refined: Tensor = self.refine(self.channel(mixed, context))
        return refined + mixed

    def align(self, maps: list[Tensor], factors: tuple[int, ...], side: int) -> Tensor:
        """Lay a region's maps over the target's: (1, sum of widths, h, w); `side` is that of a patch's map."""
        height, width = maps[0].shape[-2:]
        aligned = [
            enlarged_over_target(attend(x), factor, (side, side), (height, width))
            for attend, x, factor in zip(self.spatial, maps, factors, strict=True)
        ]
        return torch.cat(aligned, dim=1)

    def attention(self, maps: list[Tensor]) -> list[Tensor]:
        """Return where each branch's map is attended to, (N, 1, h, w) per branch, before alignment."""
        return [cast(SpatialAttention, attend).attention(x) for attend, x in zip(self.spatial, maps, strict=True)]


@dataclass(frozen=True, slots=True)
class EncodedRegion:
    """What the encoders saw of a region, per scale, finest first: maps over the target, and each branch's own map."""

    patch_px: int
    aligned: list[Tensor]  # (1, sum of widths, h, w) each
    context: list[list[Tensor]]


class M2CFNet(nn.Module):
    """Segment lesions in the target patch, seen at several resolutions."""

    def __init__(self, config: M2CFNetConfig) -> None:
        super().__init__()
        self.config = config
        self.encoders = nn.ModuleList(one.build() for one in config.branches)
        widths = zip(*(one.widths for one in config.branches), strict=True)  # of all branches, scale by scale
        coarser = (*config.fused[1:], 0)
        self.fusion = nn.ModuleList(
            FusionBlock(of_scale, below, fused)
            for of_scale, below, fused in zip(widths, coarser, config.fused, strict=True)
        )
        self.head = nn.Conv2d(config.fused[0], 1, 1)

    def forward(self, stack: Tensor) -> Tensor:
        """(N, branches, 3, S, S), target patch first → logits (N, 1, S, S) for the target patch; S divides by 64."""
        logits = self.head(self.cascade(stack)[0])  # (N, 1, S/4, S/4)
        return F.interpolate(logits, scale_factor=4.0, mode="bilinear", align_corners=False)

    def cascade(self, stack: Tensor) -> list[Tensor]:
        """Return what each fusion block says of the target patch, finest first: (N, fused[i], S / 2^(i+2), same)."""
        features = [encode(stack[:, i]) for i, encode in enumerate(self.encoders)]
        fused: list[Tensor] = []
        for scale in reversed(range(len(self.fusion))):  # coarse to fine
            coarser = fused[0] if fused else None
            fused.insert(0, self.fusion[scale]([maps[scale] for maps in features], self.config.factors, coarser))
        return fused

    def encode(self, rasters: list[Tensor], patch_px: int) -> EncodedRegion:
        """Encode a region, a raster (1, 3, H, W) per branch, target first.

        A context raster begins where the context of the region's first patch begins, and ends likewise.
        """
        features = [encode(raster) for encode, raster in zip(self.encoders, rasters, strict=True)]
        scales = [[maps[scale] for maps in features] for scale in range(len(self.fusion))]
        aligned = [
            cast(FusionBlock, block).align(maps, self.config.factors, patch_px >> (scale + 2))
            for scale, (block, maps) in enumerate(zip(self.fusion, scales, strict=True))
        ]
        return EncodedRegion(patch_px, aligned, [maps[1:] for maps in scales])

    def fuse(self, region: EncodedRegion, corners: list[tuple[int, int]]) -> Tensor:
        """Return logits (N, 1, S, S) of patches with these (x, y) in target pixels of the region; they divide by 32."""
        fused: Tensor | None = None
        places = torch.tensor(corners, device=region.aligned[0].device)
        for scale in reversed(range(len(self.fusion))):
            stride, side = 4 << scale, region.patch_px >> (scale + 2)
            aligned = torch.cat(
                [
                    region.aligned[scale][..., y // stride : y // stride + side, x // stride : x // stride + side]
                    for x, y in corners
                ]
            )
            context = [
                window_means(one, places / (stride * factor), side)
                for one, factor in zip(region.context[scale], self.config.factors[1:], strict=True)
            ]
            fused = cast(FusionBlock, self.fusion[scale]).fuse(aligned, torch.cat(context, dim=1), fused)
        return F.interpolate(self.head(fused), scale_factor=4.0, mode="bilinear", align_corners=False)

    @torch.no_grad()
    def spatial_attention(self, stack: Tensor) -> list[list[Tensor]]:
        """Return what each branch attends to, [scale][branch] of (N, 1, h, w), finest scale first, to be looked at."""
        features = [encode(stack[:, i]) for i, encode in enumerate(self.encoders)]
        return [
            cast(FusionBlock, block).attention([maps[scale] for maps in features])
            for scale, block in enumerate(self.fusion)
        ]
