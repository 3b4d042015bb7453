"""Train a segmentation network on exported patch stacks.

python -m models.training.segmentation --train DIR --val DIR --out RUN [--preset small] [--minutes 60]
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader

from models.losses import bce_dice
from models.m2cf_net import M2CFNet, M2CFNetConfig
from models.metrics import Overlap
from models.registry import WEIGHTS_DIR, build, load_trainable
from models.training.augment import augment_stack
from models.training.dataset import Examples
from models.training.loop import Evaluate, Loss, Schedule, Training

NAMES = ("stacks", "masks")


def segmentation_loss(network: nn.Module, stack: Tensor, mask: Tensor) -> Tensor:
    """BCE + Dice between the network's (N, 1, S, S) logits and an (N, S, S) mask."""
    return bce_dice(network(stack)[:, 0].float(), mask.float())


class CascadeLoss(nn.Module):
    """BCE + Dice of M2CF-Net's output, and of what its coarser fusion blocks say (deep supervision, Lee 2015).

    Each coarser block is read by a head of its own, which only training knows, and weighs half of the next finer one:
    its encoders are told from the first step where lesions lie, not through the whole cascade.
    """

    def __init__(self, config: M2CFNetConfig) -> None:
        super().__init__()
        self.heads = nn.ModuleList(nn.Conv2d(width, 1, 1) for width in config.fused[1:])

    def forward(self, network: M2CFNet, stack: Tensor, mask: Tensor) -> Tensor:
        """Return the loss; stack (N, branches, 3, S, S), mask (N, S, S)."""
        fused, side = network.cascade(stack), mask.shape[-2:]
        logits = [head(one) for head, one in zip([network.head, *self.heads], fused, strict=True)]
        enlarged = [F.interpolate(one.float(), side, mode="bilinear", align_corners=False)[:, 0] for one in logits]
        losses = [bce_dice(one, mask.float()) / 2**block for block, one in enumerate(enlarged)]
        return torch.stack(losses).sum()


def loss_of(network: nn.Module) -> Loss:
    """Return what training minimises for this network."""
    return CascadeLoss(network.config) if isinstance(network, M2CFNet) else segmentation_loss


def dice_on(examples: Examples, batch: int) -> Evaluate:
    """Return a function that measures pooled Dice and IoU, and the worst slide's Dice, at a threshold of 0.5."""

    def evaluate(network: nn.Module, device: torch.device) -> dict[str, float]:
        slides: dict[int, Overlap] = {}
        pooled = Overlap()
        for start, (raster, truth) in enumerate(DataLoader(examples, batch)):
            predicted = (network(raster.to(device))[:, 0] > 0).cpu().numpy()
            for offset, (mask, true) in enumerate(zip(predicted, truth.numpy() > 0, strict=True)):
                pooled.add(mask, true)
                slides.setdefault(examples.slide_of(start * batch + offset), Overlap()).add(mask, true)
        return {"dice": pooled.dice, "iou": pooled.iou, "worst_slide_dice": min(one.dice for one in slides.values())}

    return evaluate


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_run_arguments(parser)
    parser.add_argument("--network", default="m2cf_net")
    parser.add_argument("--preset", default="small")
    given = parser.parse_args()
    schedule = schedule_of(given)
    torch.manual_seed(schedule.seed)
    train = Examples(given.train, NAMES, augment_stack, schedule.seed)
    validation = Examples(given.val, NAMES)
    network = starting_network(given.network, given.preset, given.start_from)
    Training(
        network,
        train,
        loss_of(network),
        dice_on(validation, schedule.batch),
        "dice",
        schedule,
        given.out,
        given.device,
    ).run()


def starting_network(name: str, preset: str, start_from: str | None) -> nn.Module:
    """Return an untrained network, or one that carries shipped weights to be trained further."""
    return load_trainable(WEIGHTS_DIR, start_from)[0] if start_from else build(name, preset)


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what every training command takes."""
    for name, what in (
        ("train", "exported training slides"),
        ("val", "exported validation slides"),
        ("out", "run folder"),
    ):
        parser.add_argument(f"--{name}", type=Path, required=True, help=what)
    parser.add_argument("--start-from", help="shipped weights to train further, as m2cf_net-small")
    parser.add_argument("--epochs", type=int, default=Schedule().epochs)
    parser.add_argument("--minutes", type=float, default=None, help="stop by the clock, whatever the epochs")
    parser.add_argument("--epoch-steps", type=int, default=None, help="steps of an epoch; all examples unless given")
    parser.add_argument("--batch", type=int, default=Schedule().batch)
    parser.add_argument("--learning-rate", type=float, default=Schedule().learning_rate)
    parser.add_argument("--workers", type=int, default=Schedule().workers)
    parser.add_argument("--seed", type=int, default=Schedule().seed)
    parser.add_argument("--device", default="auto")


def schedule_of(given: argparse.Namespace) -> Schedule:
    """Read the schedule from parsed arguments."""
    names = ("epochs", "epoch_steps", "minutes", "batch", "learning_rate", "workers", "seed")
    return Schedule(**{name: getattr(given, name) for name in names})


if __name__ == "__main__":
    main()
