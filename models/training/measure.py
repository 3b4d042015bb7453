"""What a segmentation network costs, and what it achieves on slides it has not seen."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import fmean, median
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.utils.data import DataLoader
from torch.utils.flop_counter import FlopCounterMode

from models.metrics import Mask, Overlap, boundary_distances, count_components
from models.registry import build
from models.training.dataset import Examples

SMALLEST_FOCUS_UM2 = 600.0
"""What the pipeline takes for a lesion at all."""

Measure = Literal["dice", "iou"]


@dataclass(slots=True)
class SlideScore:
    """How one network did on the patches of one slide; boundaries in micrometres."""

    slide: int
    overlap: Overlap = field(default_factory=Overlap)
    boundary_um: float | None = None
    false_foci: int | None = None


def score_slides(
    network: nn.Module, examples: Examples, device: torch.device, *, um_per_pixel: float = 1.0, batch: int = 8
) -> list[SlideScore]:
    """Score a network at a threshold of 0.5, slide by slide.

    `boundary_um` is the 95th percentile of the distances between the boundaries, over the patches that have both;
    `false_foci` counts components that touch no true lesion, on slides without foci, once per patch that shows them.
    """
    by_slide = groupby(_predictions(network, examples, device, batch), key=lambda one: one[0])
    return [
        score_slide(slide, [pair for _, pair in group], um_per_pixel, examples.foci_of(slide))
        for slide, group in by_slide
    ]


def _predictions(
    network: nn.Module, examples: Examples, device: torch.device, batch: int
) -> Iterator[tuple[int, tuple[Mask, Mask]]]:
    """Yield the slide, the predicted and the true mask of each patch, slide after slide."""
    for start, (raster, truth) in enumerate(DataLoader(examples, batch)):
        with torch.inference_mode():
            predicted = (network(raster.to(device))[:, 0] > 0).cpu().numpy()
        for offset, pair in enumerate(zip(predicted, truth.numpy() > 0, strict=True)):
            yield examples.slide_of(start * batch + offset), pair


def score_slide(
    slide: int, pairs: Sequence[tuple[Mask, Mask]], um_per_pixel: float, foci: int | None = None
) -> SlideScore:
    """Score (predicted, true) masks of one slide's patches; without `foci`, a slide has none where it has no lesion."""
    score = SlideScore(slide)
    for predicted, true in pairs:
        score.overlap.add(predicted, true)
    if score.overlap.true:
        distances: NDArray[np.float32] = np.concatenate([boundary_distances(*pair) for pair in pairs])
        score.boundary_um = float(np.percentile(distances, 95)) * um_per_pixel if distances.size else None
    if not (score.overlap.true if foci is None else foci):
        smallest_px = SMALLEST_FOCUS_UM2 / um_per_pixel**2
        score.false_foci = sum(count_components(predicted, smallest_px, apart_from=true) for predicted, true in pairs)
    return score


def pooled(scores: Sequence[SlideScore], measure: Measure) -> float:
    """Return Dice or IoU over all pixels of all slides."""
    total = Overlap(
        both=sum(one.overlap.both for one in scores),
        predicted=sum(one.overlap.predicted for one in scores),
        true=sum(one.overlap.true for one in scores),
    )
    return float(getattr(total, measure))


def per_slide(scores: Sequence[SlideScore], measure: Measure) -> float:
    """Return the mean Dice or IoU of the slides that have lesions; on the others either is 0 or 1 by one pixel."""
    return fmean(getattr(one.overlap, measure) for one in scores if one.overlap.true)


def branches_of(network: nn.Module) -> int:
    """Return how many branches of a patch stack a network looks at."""
    return len(getattr(network.config, "factors", (1,)))


def cost_of(name: str, preset: str, patch_px: int) -> tuple[int, float]:
    """Return the parameters of a network and the GMAC that one patch, or stack of patches, takes."""
    with torch.device("meta"), torch.no_grad(), FlopCounterMode(display=False) as counter:
        network = build(name, preset).eval()
        network(torch.empty(1, branches_of(network), 3, patch_px, patch_px))
    return sum(one.numel() for one in network.parameters()), counter.get_total_flops() / 2e9


def milliseconds_per_patch(
    network: nn.Module, patch_px: int, device: torch.device, *, batch: int = 8, repeats: int = 7
) -> float:
    """Return the median time that inference takes for a patch, or stack, in batches; copying is not counted."""
    stack = torch.rand(batch, branches_of(network), 3, patch_px, patch_px, device=device)
    seconds = []
    with torch.inference_mode():
        for _ in range(repeats + 2):
            start = time.perf_counter()
            network(stack)
            if device.type == "cuda":
                torch.cuda.synchronize(device)
            seconds.append(time.perf_counter() - start)
    return median(seconds[2:]) * 1000 / batch  # the first two warm up
