"""HookNet: a U-Net per resolution, context hooked into the bottleneck of the finer one (van Rijthoven 2021).

Medical Image Analysis 68, arXiv 2006.12230. Concentric patches of equal pixel size and rising mpp. A branch's decoder
passes through maps of every resolution; the one whose mpp equals that of the next finer branch's bottleneck is cut to
the same tissue and joined there, so only maps of equal mpp are ever joined.

Departures: the paper's valid convolutions (284 → 70 px) are kept in the reference presets, but the `small` one pads,
so that its output covers the patch as that of every network here; margins then see zeros. The reference presets hook
across factors of 4 as the paper does, `small` across the factors of 2 of our stacks. The paper's optional second loss
on the context branches is left out; what their decoders have beyond the hook serves only that loss, so `small` does
without it. The description does not give the width of the bottleneck: it is chosen so that the parameters are as many
as those of the authors' code.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.blocks import ConvNormAct, DoubleConv


@dataclass(frozen=True, slots=True)
class HookNetConfig:
    """Widths, finest level first and bottleneck last. `factors` are the mpp of each branch over that of the target.

    `valid` convolutions lose their margins; `whole_decoders` keeps the context decoders' levels beyond the hook.
    """

    widths: tuple[int, ...]
    factors: tuple[int, ...]
    valid: bool = True
    whole_decoders: bool = True


PRESETS = {
    "base24": HookNetConfig(widths=(24, 48, 96, 192, 336), factors=(1, 4, 16)),  # 13.5 M parameters
    "base32": HookNetConfig(widths=(32, 64, 128, 256, 448), factors=(1, 4, 16)),  # 24.0 M
    "base64": HookNetConfig(widths=(64, 128, 256, 512, 896), factors=(1, 4, 16)),  # 95.7 M
    "two_branch": HookNetConfig(widths=(64, 128, 256, 512, 640), factors=(1, 4)),  # 51.65 M
    "small": HookNetConfig(widths=(6, 12, 24, 48, 96), factors=(1, 2, 4), valid=False, whole_decoders=False),
}


class UpBlock(nn.Module):
    """Double the resolution by repeating pixels and convolving, join the skip's centre, convolve twice."""

    def __init__(self, inputs: int, outputs: int, *, valid: bool) -> None:
        super().__init__()
        self.up = nn.Sequential(nn.Upsample(scale_factor=2), ConvNormAct(inputs, outputs, valid=valid))
        self.convolve = DoubleConv(2 * outputs, outputs, valid=valid)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        """`x` (N, inputs, H, W), `skip` (N, outputs, h, w) → (N, outputs, 2H, 2W), valid ones 6 pixels less."""
        x = self.up(x)
        return self.convolve(torch.cat((x, centre(skip, x)), dim=1))  # type: ignore[no-any-return]


def centre(x: Tensor, like: Tensor) -> Tensor:
    """Cut the centre out of a map, as large as `like`: of one mpp, so of the same tissue."""
    height, width = like.shape[-2:]
    top, left = (x.shape[-2] - height) // 2, (x.shape[-1] - width) // 2
    return x[..., top : top + height, left : left + width]


class Branch(nn.Module):
    """A U-Net for one resolution, with room for `hooked` channels of context; its decoder has `levels` steps."""

    def __init__(self, config: HookNetConfig, *, hooked: int, levels: int) -> None:
        super().__init__()
        widths, valid = config.widths, config.valid
        self.down = nn.ModuleList(DoubleConv(a, b, valid=valid) for a, b in pairwise((3, *widths)))
        inputs = (widths[-1] + hooked, *reversed(widths[1:-1]))
        outputs = widths[-2::-1]
        steps = list(zip(inputs, outputs, strict=True))[:levels]
        self.up = nn.ModuleList(UpBlock(a, b, valid=valid) for a, b in steps)

    def forward(self, patch: Tensor, context: Tensor | None, steps: int) -> Tensor:
        """`patch` (N, 3, S, S), `context` of the bottleneck's mpp → the decoder's map after `steps` doublings."""
        x, skips = patch, []
        for level, convolve in enumerate(self.down):
            x = convolve(F.max_pool2d(x, 2) if level else x)
            skips.append(x)
        if context is not None:
            x = torch.cat((x, centre(context, x)), dim=1)  # the hook
        for up, skip in list(zip(self.up, reversed(skips[:-1]), strict=False))[:steps]:
            x = up(x, skip)
        return x


class HookNet(nn.Module):
    """Segment lesions in the target patch, seen at several resolutions."""

    def __init__(self, config: HookNetConfig) -> None:
        super().__init__()
        self.config = config
        depth = len(config.widths) - 1
        # a branch d times coarser than the next finer one comes to that one's bottleneck mpp after log2(d) doublings
        self.steps = [depth, *((b // a).bit_length() - 1 for a, b in pairwise(config.factors))]
        hooked = [*(step_width(config.widths, steps) for steps in self.steps[1:]), 0]
        levels = [depth if config.whole_decoders else steps for steps in self.steps]
        self.branches = nn.ModuleList(
            Branch(config, hooked=channels, levels=count) for channels, count in zip(hooked, levels, strict=True)
        )
        self.head = nn.Conv2d(config.widths[0], 1, 1)

    def forward(self, stack: Tensor) -> Tensor:
        """(N, branches, 3, S, S), target patch first → logits (N, 1, S, S) for the target patch; S divides by 16.

        With valid convolutions the logits cover the centre of the target patch only: 70 of 284 px.
        """
        context: Tensor | None = None
        for index in reversed(range(len(self.branches))):  # coarse to fine
            context = self.branches[index](stack[:, index], context, self.steps[index])
        return self.head(context)  # type: ignore[no-any-return]


def step_width(widths: tuple[int, ...], steps: int) -> int:
    """Return the channels of a decoder's map after `steps` doublings."""
    return widths[len(widths) - 1 - steps]
