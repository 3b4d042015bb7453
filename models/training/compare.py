"""Train the segmentation networks for equally long on the same patches, and compare them on slides none has seen.

python -m models.training.compare --train DIR --val DIR --test DIR --out DIR --minutes 30 --seeds 1 2

Every network gets the same patches, augmentation, loss, optimiser and training time (evaluation not counted), and is
tested with the weights that did best on the validation patches. OUT/NETWORK-SEED holds each run; a run that was cut
off goes on where it stopped, and one that is measured is not repeated. After each run OUT/comparison.md, .json and .svg
are written anew.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import torch
from numpy.typing import NDArray
from torch import nn

from models.metrics import Overlap, bootstrap_interval
from models.registry import build
from models.training.augment import augment_stack
from models.training.curves import draw_curves, read_curve
from models.training.dataset import Augment, Examples
from models.training.loop import Schedule, Training
from models.training.measure import (
    SMALLEST_FOCUS_UM2,
    SlideScore,
    branches_of,
    cost_of,
    milliseconds_per_patch,
    per_slide,
    pooled,
    score_slides,
)
from models.training.segmentation import NAMES, dice_on, segmentation_loss

NETWORKS = ("m2cf_net", "unet", "msnet", "hooknet", "transunet")
PRESET = "small"
RESULT = "result.json"


@dataclass(frozen=True, slots=True)
class Result:
    """One run of one network: what it cost and how it did on each test slide."""

    network: str
    seed: int
    parameters: int
    gmac: float
    minutes: float
    steps: int
    milliseconds: float
    device: str
    threads: int
    slides: list[SlideScore]


def compare(
    train: Path, val: Path, test: Path, out: Path, *, schedules: list[Schedule], networks: tuple[str, ...] = NETWORKS,
    device: str = "auto",
) -> list[Result]:  # fmt: skip
    """Train, measure and report each network with each schedule, which differ in their seeds."""
    results = []
    for schedule in schedules:  # seeds outermost: one seed of every network is already a comparison
        for name in networks:
            results.append(_run(name, schedule, train, val, test, out / f"{name}-{schedule.seed}", device))
            report(results, out)
    return results


def _run(name: str, schedule: Schedule, train: Path, val: Path, test: Path, folder: Path, device: str) -> Result:
    if (folder / RESULT).exists():
        return read_result(folder / RESULT)
    training = train_network(name, schedule, train, val, folder, device)
    result = measured(name, training, Examples(test, NAMES))
    (folder / RESULT).write_text(json.dumps(asdict(result)))
    return result


def train_network(name: str, schedule: Schedule, train: Path, val: Path, folder: Path, device: str) -> Training:
    """Train one network to the end of its schedule, and return the training with the best weights loaded."""
    torch.manual_seed(schedule.seed)
    network = build(name, PRESET)
    examples = Examples(train, NAMES, augment_first(branches_of(network)), schedule.seed)
    evaluate = dice_on(Examples(val, NAMES), schedule.batch)
    training = Training(network, examples, segmentation_loss, evaluate, "dice", schedule, folder, device)
    training.run()
    best = torch.load(folder / "best.pt", map_location=training.device, weights_only=True)
    training.network.load_state_dict(best["network"])
    training.network.eval()
    return training


def augment_first(branches: int) -> Augment:
    """Return the augmentation of the first branches: the same for all networks, without work that one ignores."""

    def augment(stack: NDArray[Any], mask: NDArray[Any], rng: Any) -> tuple[NDArray[Any], NDArray[Any]]:
        return augment_stack(stack[:branches], mask, rng)

    return augment


def measured(name: str, training: Training, test: Examples) -> Result:
    """Measure a trained network on the test patches."""
    patch_px = test[0][0].shape[-1]
    parameters, gmac = cost_of(name, PRESET, patch_px)
    network: nn.Module = training.network
    return Result(
        network=name, seed=training.schedule.seed, parameters=parameters, gmac=gmac,
        minutes=training.seconds / 60, steps=training.step,
        milliseconds=milliseconds_per_patch(network, patch_px, training.device),
        device=str(training.device), threads=torch.get_num_threads(),
        slides=score_slides(network, test, training.device),
    )  # fmt: skip


def read_result(path: Path) -> Result:
    """Read what an earlier run measured."""
    entry = json.loads(path.read_text())
    slides = [SlideScore(**{**one, "overlap": Overlap(**one["overlap"])}) for one in entry.pop("slides")]
    return Result(**entry, slides=slides)


def report(results: list[Result], out: Path) -> None:
    """Write the table, the curves and all figures of the runs so far."""
    (out / "comparison.json").write_text(json.dumps([asdict(one) for one in results], indent=1))
    (out / "comparison.md").write_text(table(results))
    curves = {
        name: [read_curve(out / f"{one.network}-{one.seed}" / "log.csv") for one in of_network]
        for name, of_network in by_network(results).items()
    }
    (out / "comparison.svg").write_text(draw_curves(curves))


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
        f"{name} `{PRESET}`",
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
    negative = sum(one.overlap.true == 0 for one in first)
    machines = sorted({f"{one.device}, {one.threads} threads" for one in results})
    return (
        f"{len(first)} test slides, {negative} of them without lesions; seeds "
        f"{', '.join(str(seed) for seed in sorted({one.seed for one in results}))}; {'; '.join(machines)}. "
        "In brackets: 95 % bootstrap intervals over slides. Per slide: the mean of the slides with lesions. "
        "Boundary: 95th percentile of the distances between the boundaries, mean of the slides. "
        f"False foci: components of at least {SMALLEST_FOCUS_UM2:.0f} µm² in the patches of slides without lesions. "
        "Minutes: of training, evaluation not counted. GMAC and ms: one patch, with its context where the network "
        "takes any. TransUNet starts without the ImageNet-21k weights that its authors rely on."
    )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("train", "val", "test", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--minutes", type=float, required=True, help="of training, for each network and seed")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=NETWORKS)
    parser.add_argument("--epoch-steps", type=int, default=100, help="steps between evaluations")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--learning-rate", type=float, default=Schedule().learning_rate)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--device", default="auto")
    given = parser.parse_args()
    schedules = [
        Schedule(
            epochs=10**6, epoch_steps=given.epoch_steps, minutes=given.minutes, batch=given.batch,
            learning_rate=given.learning_rate, workers=given.workers, seed=seed,
        )
        for seed in given.seeds
    ]  # fmt: skip
    compare(
        given.train, given.val, given.test, given.out, schedules=schedules, networks=tuple(given.networks),
        device=given.device,
    )  # fmt: skip


if __name__ == "__main__":
    main()
