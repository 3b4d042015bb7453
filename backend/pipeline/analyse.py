"""The whole pipeline, stage by stage: read this first."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import cast
from uuid import NAMESPACE_OID, uuid5

import torch

from backend import __version__
from backend.core.findings import Findings, Lesion, NetworkUsed, Stage
from backend.core.focus_score import (
    ADEQUATE_GLANDULAR_AREA_MM2,
    BORDERLINE_LYMPHOCYTES,
    counts_as_focus,
    focus_score,
)
from backend.core.geometry import rings_of
from backend.pipeline.attention import AttentionMaps, AttentionOptions, attention_maps
from backend.pipeline.kept import Kept, Shelf
from backend.pipeline.lesions import LesionOptions, Outline, in_glands, outline_lesions
from backend.pipeline.lymphocytes import LymphocyteOptions, count_lymphocytes
from backend.pipeline.patches import PatchOptions, stain_sample
from backend.pipeline.roi import GLANDS, Roi, RoiOptions, find_glands
from backend.pipeline.segmentation import ProbabilityMap, SegmentationOptions, make_parts, probability_map
from backend.pipeline.stain import Stain, StainOptions, fit_stain
from backend.pipeline.tissue import TissueOptions, glass_colour, tissue_mask
from backend.wsi.slide import Slide
from backend.wsi.validation import require_analysable
from models.lymphocyte_counter import LymphocyteCounter
from models.m2cf_net import M2CFNet
from models.registry import WEIGHTS_DIR, Weights, best_device, load, read_manifest
from models.roi_classifier import RoiClassifier

Progress = Callable[[Stage, float], None]


PHANTOMS_ONLY = "The networks were trained on synthetic slides (phantoms) and are not clinically validated."
PHANTOMS_TOO = "Some of the networks were trained on synthetic slides (phantoms), and none is clinically validated."
WEIGHTS = ("roi_classifier-small", "m2cf_net-small", "lymphocyte_counter-small")
NOT_VALIDATED = "The networks are not clinically validated."


@dataclass(frozen=True, slots=True)
class Options:
    """Every choice that can change a result; stored with each analysis."""

    tissue: TissueOptions = field(default_factory=TissueOptions)
    roi: RoiOptions = field(default_factory=RoiOptions)
    stain: StainOptions = field(default_factory=StainOptions)
    patches: PatchOptions = field(default_factory=PatchOptions)
    segmentation: SegmentationOptions = field(default_factory=SegmentationOptions)
    lesions: LesionOptions = field(default_factory=LesionOptions)
    lymphocytes: LymphocyteOptions = field(default_factory=LymphocyteOptions)
    attention: AttentionOptions = field(default_factory=AttentionOptions)


@dataclass(frozen=True, slots=True)
class Networks:
    """The three networks of the pipeline, on their device, and the weights that they carry."""

    roi: RoiClassifier
    roi_weights: Weights
    lesion: M2CFNet
    lesion_weights: Weights
    counter: LymphocyteCounter
    counter_weights: Weights

    @property
    def device(self) -> torch.device:
        """Say where they are."""
        return next(self.lesion.parameters()).device

    @property
    def origin(self) -> str:
        """Say what they learnt from, as every analysis warns."""
        phantoms = [one.phantoms for one in (self.roi_weights, self.lesion_weights, self.counter_weights)]
        return PHANTOMS_ONLY if all(phantoms) else PHANTOMS_TOO if any(phantoms) else NOT_VALIDATED

    def used(self) -> list[NetworkUsed]:
        """Name the networks as findings record them."""
        return [
            NetworkUsed(one.network, one.preset, one.name, one.sha256, one.trained_on)
            for one in (self.roi_weights, self.lesion_weights, self.counter_weights)
        ]


@dataclass(frozen=True, slots=True)
class Analysed:
    """The findings, and the rasters behind them."""

    findings: Findings
    probability: ProbabilityMap
    roi: Roi
    attention: AttentionMaps


@lru_cache(maxsize=2)
def load_networks(weights_dir: Path, device: str = "auto") -> Networks:
    """Load the networks once per process; weights that `weights_dir` does not name are the shipped ones.

    On a GPU the network that works longest is of half precision (`make bench BENCH=gpu` says what that changes).
    """
    chosen, own = best_device(device), read_manifest(weights_dir)
    (roi, roi_weights), (lesion, lesion_weights), (counter, counter_weights) = (
        load(weights_dir if name in own else WEIGHTS_DIR, name, chosen) for name in WEIGHTS
    )
    lesion = lesion.half() if chosen.type == "cuda" else lesion
    return Networks(
        cast(RoiClassifier, roi), roi_weights, cast(M2CFNet, lesion), lesion_weights,
        cast(LymphocyteCounter, counter), counter_weights,
    )  # fmt: skip


def analyse(
    slide: Slide, networks: Networks, options: Options, on_progress: Progress = lambda stage, fraction: None,
    keep_in: Shelf | None = None,
) -> Analysed:  # fmt: skip
    """Find the glands and the lesions of a slide, count lymphocytes, and compute the focus score.

    `on_progress` is called often with the stage and its fraction done; an exception that it raises stops the analysis.
    What takes long is kept on the shelf `keep_in`, if there is one, and taken from there by another try; other
    processes may put parts of the probability map there (`help_with`).

    Raises:
        MppUnknown, SlideNotSuitable: where the slide can be viewed but not measured.
        SlideUnreadable: where the file turns out to be damaged.
    """
    require_analysable(slide)
    clock, kept = _Clock(on_progress), _kept(keep_in, slide, networks, options)
    roi, stain = _glands_and_stain(slide, networks, options, clock, kept)
    with clock.stage("segmentation") as progress:
        probability = probability_map(
            slide, roi, stain, networks.lesion, patches=options.patches, stains=options.stain,
            options=options.segmentation, on_progress=progress, kept=kept,
        )  # fmt: skip
    with clock.stage("lesions"):
        outlines = in_glands(outline_lesions(probability, options.lesions), roi.polygons, options.lesions)
    with clock.stage("lymphocytes") as progress:
        lesions = _counted(slide, outlines, stain, networks, options, progress)
    with clock.stage("attention") as progress:
        attention = attention_maps(
            slide, outlines, stain, networks.lesion, patches=options.patches, stains=options.stain,
            options=options.attention, on_progress=progress,
        )  # fmt: skip
    findings = _findings(slide, roi, stain, lesions, networks, options, clock.seconds)
    return Analysed(findings, probability, roi, attention)


def help_with(
    slide: Slide, networks: Networks, options: Options, keep_in: Shelf, on_progress: Progress = lambda *_: None
) -> None:
    """Make what is still to be made of the probability map of an analysis that another process runs.

    Nothing is done unless that has found the glands, and kept them in `keep_in`.
    """
    clock, kept = _Clock(on_progress), _kept(keep_in, slide, networks, options)
    if kept.has(GLANDS):
        roi, stain = _glands_and_stain(slide, networks, options, clock, kept)
        with clock.stage("segmentation") as progress:
            make_parts(
                slide, roi, stain, networks.lesion, patches=options.patches, stains=options.stain,
                options=options.segmentation, on_progress=progress, kept=kept,
            )  # fmt: skip


def _kept(shelf: Shelf | None, slide: Slide, networks: Networks, options: Options) -> Kept:
    return Kept.under(
        shelf, asdict(options), [asdict(one) for one in networks.used()], networks.device.type,
        asdict(slide.required_mpp), slide.size, __version__,
    )  # fmt: skip


def _glands_and_stain(
    slide: Slide, networks: Networks, options: Options, clock: "_Clock", kept: Kept
) -> tuple[Roi, Stain]:
    """Do the stages that come before the segmentation."""
    with clock.stage("tissue"):
        tissue, tissue_grid = tissue_mask(slide, options.tissue)
        glass = glass_colour(slide, tissue, tissue_grid, options.tissue)
    with clock.stage("roi") as progress:
        rough = fit_stain(stain_sample(slide, tissue, tissue_grid), options.stain, glass)
        roi = find_glands(
            slide, tissue, tissue_grid, rough, networks.roi, networks.roi_weights, stains=options.stain,
            options=options.roi, on_progress=progress, kept=kept,
        )  # fmt: skip
    with clock.stage("stain"):
        stain = fit_stain(stain_sample(slide, roi.gland, roi.grid), options.stain, glass)
    return roi, stain


def _counted(
    slide: Slide, outlines: list[Outline], stain: Stain, networks: Networks, options: Options,
    on_progress: Callable[[float], None],
) -> list[Lesion]:  # fmt: skip
    """Count lymphocytes in each outline. An id follows from the outline, so a repeated analysis repeats its ids."""
    lesions = []
    for done, one in enumerate(outlines, 1):
        count = count_lymphocytes(
            slide, one.polygon, stain, options.stain, networks.counter, networks.counter_weights, options.lymphocytes
        )
        rings = rings_of(one.polygon)
        identity = str(uuid5(NAMESPACE_OID, f"{slide.size}/{rings[0]}"))
        lesions.append(Lesion(identity, rings, one.area_mm2, count, one.confidence, counts_as_focus(count)))
        on_progress(done / len(outlines))
    return lesions


def _findings(
    slide: Slide, roi: Roi, stain: Stain, lesions: list[Lesion], networks: Networks, options: Options,
    seconds: dict[str, float],
) -> Findings:  # fmt: skip
    foci = [one for one in lesions if one.counts_as_focus]
    area = roi.area_mm2
    score = focus_score(len(foci), area)
    return Findings(
        focus_score=score.value,
        focus_score_reason=score.reason,
        focus_score_low=score.low,
        focus_score_high=score.high,
        foci=len(foci),
        glandular_area_mm2=area,
        area_fraction=sum(one.area_mm2 for one in foci) / area if area else None,
        lesions=lesions,
        glands=[rings_of(one) for one in roi.polygons],
        networks=networks.used(),
        options={**asdict(options), "mpp": asdict(slide.required_mpp)},
        stain=stain.as_dict(),
        seconds=seconds,
        software=f"FocusScope {__version__}",
        warnings=[*_warnings(area, lesions, stain), networks.origin],
    )


def _warnings(area_mm2: float, lesions: list[Lesion], stain: Stain) -> list[str]:
    """Say what a reader should know before trusting the numbers."""
    borderline = sum(one.lymphocyte_count in BORDERLINE_LYMPHOCYTES for one in lesions)
    found = [
        (area_mm2 == 0, "No glandular tissue was found."),
        (0 < area_mm2 < ADEQUATE_GLANDULAR_AREA_MM2,
         f"The glandular area is {area_mm2:.1f} mm², less than the {ADEQUATE_GLANDULAR_AREA_MM2:.0f} mm² recommended."),
        (borderline == 1, "One lesion holds 40 to 60 lymphocytes: please judge whether it is a focus."),
        (borderline > 1, f"{borderline} lesions hold 40 to 60 lymphocytes: please judge whether each is a focus."),
        (stain.fallback is not None, f"The stains were taken from the reference: {stain.fallback}."),
    ]  # fmt: skip
    return [sentence for applies, sentence in found if applies]


class _Clock:
    """Times the stages and passes their progress on."""

    def __init__(self, on_progress: Progress) -> None:
        self._on_progress = on_progress
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: Stage) -> Iterator[Callable[[float], None]]:
        """Run one stage; yields a function that takes its fraction done."""
        self._on_progress(name, 0.0)
        start = time.perf_counter()
        yield lambda fraction: self._on_progress(name, fraction)
        self.seconds[name] = round(time.perf_counter() - start, 3)
        self._on_progress(name, 1.0)
