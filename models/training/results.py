"""What a comparison of networks found, as a table."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from models.metrics import Overlap, bootstrap_interval
from models.training.measure import SMALLEST_FOCUS_UM2, SlideScore, per_slide, pooled


@dataclass(frozen=True, slots=True)
class Result:
    """One run of one network: what it cost and how it did on each test slide."""

    network: str
    preset: str
    seed: int
    learning_rate: float
    parameters: int
    gmac: float
    minutes: float
    steps: int
    milliseconds: float
    device: str
    threads: int
    slides: list[SlideScore]


def read_result(path: Path) -> Result:
    """Read what an earlier run measured."""
    entry = json.loads(path.read_text())
    slides = [SlideScore(**{**one, "overlap": Overlap(**one["overlap"])}) for one in entry.pop("slides")]
    return Result(**entry, slides=slides)


def by_network(results: list[Result]) -> dict[str, list[Result]]:
    """Return the runs of each network, the network with the highest pooled Dice first."""
    groups = {name: [one for one in results if one.network == name] for name in {one.network for one in results}}
    return dict(sorted(groups.items(), key=lambda item: -pooled(_all_slides(item[1]), "dice")))


HEADINGS = (
    "network", "parameters", "GMAC", "minutes", "steps", "Dice, pooled", "Dice per slide", "IoU, pooled",
    "IoU per slide", "boundary, µm", "false foci per negative slide", "ms per patch", "Dice of each seed",
)  # fmt: skip


def table(results: list[Result]) -> str:
    """Return the comparison as Markdown, best pooled Dice first."""
    lines = [_row(HEADINGS), _row(("---",) * len(HEADINGS))]
    lines += [_row(_cells(name, runs)) for name, runs in by_network(results).items()]
    return "\n".join(lines) + "\n\n" + _legend(results) + "\n"


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cells(name: str, runs: list[Result]) -> tuple[str, ...]:
    slides = _all_slides(runs)
    boundaries = [one.boundary_um for one in slides if one.boundary_um is not None]
    false_foci = [one.false_foci for one in slides if one.false_foci is not None]
    return (
        f"{name} `{runs[0].preset}`",
        f"{runs[0].parameters / 1e6:.2f} M",
        f"{runs[0].gmac:.2f}",
        f"{fmean(one.minutes for one in runs):.0f}",
        " · ".join(str(one.steps) for one in runs),
        _with_interval(runs, lambda scores: pooled(scores, "dice")),
        _with_interval(runs, lambda scores: per_slide(scores, "dice"), positive=True),
        _with_interval(runs, lambda scores: pooled(scores, "iou")),
        _with_interval(runs, lambda scores: per_slide(scores, "iou"), positive=True),
        f"{fmean(boundaries):.1f}" if boundaries else "–",
        f"{fmean(false_foci):.2f}" if false_foci else "–",
        f"{fmean(one.milliseconds for one in runs):.1f}",
        " · ".join(f"{pooled(one.slides, 'dice'):.3f}" for one in runs),
    )


def _with_interval(runs: list[Result], statistic: Callable[[list[SlideScore]], float], positive: bool = False) -> str:
    """Write a figure with its interval; a slide is drawn with its scores from all seeds."""
    slides: dict[int, list[SlideScore]] = {}
    for score in _all_slides(runs):
        if score.overlap.true or not positive:
            slides.setdefault(score.slide, []).append(score)
    if not slides:
        return "–"
    groups = list(slides.values())
    low, high = bootstrap_interval(groups, lambda drawn: statistic([score for group in drawn for score in group]))
    return f"{statistic([score for group in groups for score in group]):.3f} [{low:.3f}, {high:.3f}]"


def _all_slides(runs: list[Result]) -> list[SlideScore]:
    return [score for one in runs for score in one.slides]


def _legend(results: list[Result]) -> str:
    first = results[0].slides
    negative = sum(one.false_foci is not None for one in first)
    rates = ", ".join(f"{name} {rate:g}" for name, rate in sorted({(r.network, r.learning_rate) for r in results}))
    machines = sorted({f"{one.device}, {one.threads} threads" for one in results})
    return (
        f"{len(first)} test slides, {negative} of them without foci; seeds "
        f"{', '.join(str(seed) for seed in sorted({one.seed for one in results}))}; {'; '.join(machines)}. "
        f"Learning rates: {rates}. "
        "In brackets: 95 % bootstrap intervals over slides. Per slide: the mean of the slides with lesions. "
        "Boundary: 95th percentile of the distances between the boundaries, mean of the slides. "
        f"False foci: components of at least {SMALLEST_FOCUS_UM2:.0f} µm² that touch no lesion, in the patches of "
        "slides without foci. "
        "Minutes: of training, evaluation not counted. GMAC and ms: one patch, with its context where the network "
        "takes any. TransUNet starts without the ImageNet-21k weights that its authors rely on."
    )
