"""Train the ROI classifier on exported tiles.

python -m models.training.roi --train DIR --val DIR --out RUN [--minutes 20]
"""

import argparse

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader

from models.metrics import Overlap
from models.roi_classifier import RoiClass
from models.training.augment import augment_tile
from models.training.dataset import Examples
from models.training.loop import Evaluate, Schedule, Training
from models.training.segmentation import add_run_arguments, schedule_of, starting_network

NAMES = ("tiles", "classes")


def roi_loss(network: nn.Module, tiles: Tensor, classes: Tensor) -> Tensor:
    """Cross-entropy between the network's (N, 4, h, w) logits and (N, h, w) classes."""
    return cross_entropy(network(tiles).float(), classes.long())


def gland_overlap_on(examples: Examples, batch: int) -> Evaluate:
    """Return a function that measures the gland's Dice and the error of its area, pooled over all tiles."""

    def evaluate(network: nn.Module, device: torch.device) -> dict[str, float]:
        gland, right, pixels = Overlap(), 0, 0
        for tiles, classes in DataLoader(examples, batch):
            predicted = network(tiles.to(device)).argmax(1).cpu()
            gland.add((predicted == RoiClass.GLAND).numpy(), (classes == RoiClass.GLAND).numpy())
            right, pixels = right + int((predicted == classes).sum()), pixels + classes.numel()
        area_error = abs(gland.predicted - gland.true) / max(1, gland.true)
        return {"gland_dice": gland.dice, "area_error": area_error, "accuracy": right / pixels}

    return evaluate


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_run_arguments(parser)
    given = parser.parse_args()
    schedule: Schedule = schedule_of(given)
    torch.manual_seed(schedule.seed)
    train = Examples(given.train, NAMES, augment_tile, schedule.seed)
    evaluate = gland_overlap_on(Examples(given.val, NAMES), schedule.batch)
    network = starting_network("roi_classifier", "small", given.start_from)
    Training(network, train, roi_loss, evaluate, "gland_dice", schedule, given.out, given.device).run()


if __name__ == "__main__":
    main()
