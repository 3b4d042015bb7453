"""Train the lymphocyte counter on exported nuclei.

python -m models.training.lymphocytes --train DIR --val DIR --out RUN [--minutes 10]
"""

import argparse

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from models.losses import poisson_count
from models.training.augment import augment_nuclei
from models.training.dataset import Examples
from models.training.loop import Evaluate, Training
from models.training.segmentation import add_run_arguments, schedule_of, starting_network

NAMES = ("nuclei", "counts")
CROWDED = 30
"""Rasters with fewer lymphocytes say little about relative error."""


def count_loss(network: nn.Module, rasters: Tensor, counts: Tensor) -> Tensor:
    """Poisson loss between the network's (N, 1, h, w) expected and (N, h, w) true lymphocytes."""
    return poisson_count(network(rasters).float(), counts)


def count_error_on(examples: Examples, batch: int) -> Evaluate:
    """Return a function that measures the relative error of the count over crowded rasters, and its bias over all."""

    def evaluate(network: nn.Module, device: torch.device) -> dict[str, float]:
        expected, true = [], []
        for rasters, counts in DataLoader(examples, batch):
            expected.append(network(rasters.to(device)).sum((1, 2, 3)).cpu().numpy())
            true.append(counts.sum((1, 2)).numpy())
        found, wanted = np.concatenate(expected), np.concatenate(true)
        crowded = wanted >= CROWDED
        errors = np.abs(found[crowded] / wanted[crowded] - 1) if crowded.any() else np.ones(1)
        return {
            "accuracy": 1 - float(np.median(errors)),
            "bias": float(found.sum() / max(1, wanted.sum()) - 1),
            "worst_tenth": float(np.percentile(errors, 90)),
        }

    return evaluate


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_run_arguments(parser)
    given = parser.parse_args()
    schedule = schedule_of(given)
    torch.manual_seed(schedule.seed)
    train = Examples(given.train, NAMES, augment_nuclei, schedule.seed)
    evaluate = count_error_on(Examples(given.val, NAMES), schedule.batch)
    network = starting_network("lymphocyte_counter", "small", given.start_from)
    Training(network, train, count_loss, evaluate, "accuracy", schedule, given.out, given.device).run()


if __name__ == "__main__":
    main()
