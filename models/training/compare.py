"""Train the segmentation networks equally on the same patches, and compare them on slides none has seen.

python -m models.training.compare --train DIR --val DIR --test DIR --out DIR --steps 2000 --seeds 1 2

Every network gets the same patches, augmentation, loss, optimiser and number of steps (with --minutes the same training
time, evaluation not counted; then nothing else should run) and a learning rate that suits it, and is tested with the
weights that did best on the validation patches. OUT/NETWORK-SEED holds each run; a run that was cut off goes on where
it stopped, and one that is measured is not repeated: another budget needs another OUT. After each run
OUT/comparison.md, .json and .svg are written anew.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from math import ceil
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from torch import nn

from models.registry import build
from models.training.augment import augment_stack
from models.training.curves import draw_curves, read_curve
from models.training.dataset import Augment, Examples
from models.training.loop import Schedule, Training
from models.training.measure import branches_of, cost_of, milliseconds_per_patch, score_slides
from models.training.results import Result, by_network, read_result, table
from models.training.segmentation import NAMES, dice_on, loss_of

NETWORKS = ("m2cf_net", "unet", "msnet", "hooknet", "transunet")
PRESET = "small"
LEARNING_RATES = {"m2cf_net": 3e-3, "unet": 8e-3, "hooknet": 8e-3}
"""Where it differs from the schedule's.

M2CF-Net had a Dice of 0.884 at 2e-3 and 0.891 at 3e-3 on validation patches. Networks with few channels at
full resolution move their logits slowly: after 90 steps U-Net's loss was 0.64 at 2e-3 and 0.33 at 8e-3.
"""
RESULT = "result.json"


def compare(
    train: Path, val: Path, test: Path, out: Path, *, schedules: list[Schedule], networks: tuple[str, ...] = NETWORKS,
    learning_rates: Mapping[str, float] = LEARNING_RATES, device: str = "auto",
) -> list[Result]:  # fmt: skip
    """Train, measure and report each network with each schedule, which differ in their seeds."""
    results = []
    for schedule in schedules:  # seeds outermost: one seed of every network is already a comparison
        for name in networks:
            suited = replace(schedule, learning_rate=learning_rates.get(name, schedule.learning_rate))
            results.append(_run(name, suited, train, val, test, out / f"{name}-{schedule.seed}", device))
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
    training = Training(network, examples, loss_of(network), evaluate, "dice", schedule, folder, device)
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
        network=name, preset=PRESET, seed=training.schedule.seed,
        learning_rate=training.schedule.learning_rate, parameters=parameters, gmac=gmac,
        minutes=training.seconds / 60, steps=training.step,
        milliseconds=milliseconds_per_patch(network, patch_px, training.device),
        device=str(training.device), threads=torch.get_num_threads(),
        slides=score_slides(network, test, training.device),
    )  # fmt: skip


def report(results: list[Result], out: Path) -> None:
    """Write the table, the curves and all figures of the runs so far."""
    (out / "comparison.json").write_text(json.dumps([asdict(one) for one in results], indent=1))
    (out / "comparison.md").write_text(table(results))
    curves = {
        name: [read_curve(out / f"{one.network}-{one.seed}" / "log.csv", one.steps) for one in of_network]
        for name, of_network in by_network(results).items()
    }
    (out / "comparison.svg").write_text(draw_curves(curves))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("train", "val", "test", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    budget = parser.add_mutually_exclusive_group(required=True)
    budget.add_argument("--steps", type=int, help="of training, for each network and seed; whole epochs")
    budget.add_argument("--minutes", type=float, help="of training, for each network and seed")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=NETWORKS)
    parser.add_argument("--epoch-steps", type=int, default=100, help="steps between evaluations")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--learning-rates", nargs="*", metavar="NETWORK=RATE", default=[], help="other than the usual")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--device", default="auto")
    given = parser.parse_args()
    schedules = [
        Schedule(
            epochs=ceil(given.steps / given.epoch_steps) if given.steps else 10**6,
            epoch_steps=given.epoch_steps, minutes=given.minutes, batch=given.batch,
            workers=given.workers, seed=seed,
        )
        for seed in given.seeds
    ]  # fmt: skip
    rates = {name: float(rate) for name, rate in (one.split("=") for one in given.learning_rates)}
    compare(
        given.train, given.val, given.test, given.out, schedules=schedules, networks=tuple(given.networks),
        learning_rates={**LEARNING_RATES, **rates}, device=given.device,
    )  # fmt: skip


if __name__ == "__main__":
    main()
