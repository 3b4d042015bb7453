"""Compare your own weights with the shipped ones on slides that neither was trained on.

python -m models.training.score --test DIR --name m2cf_net-small --folder YOUR_WEIGHTS
"""

import argparse
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table

from models.registry import WEIGHTS_DIR, best_device, load
from models.training import roi, segmentation
from models.training.dataset import Examples

BATCH = 8


def score(test: Path, name: str, folder: Path, device: torch.device) -> dict[str, float]:
    """Return the figures of the weights of that name in a folder, over all examples in `test`."""
    network, weights = load(folder, name, device)
    is_roi = weights.network == "roi_classifier"
    examples = Examples(test, roi.NAMES if is_roi else segmentation.NAMES)
    measure = roi.gland_overlap_on(examples, BATCH) if is_roi else segmentation.dice_on(examples, BATCH)
    with torch.inference_mode():
        return measure(network, device)


def table(rows: dict[str, dict[str, float]]) -> Table:
    """Return one line for each folder of weights."""
    first = next(iter(rows.values()))
    drawn = Table("weights", *first)
    for name, figures in rows.items():
        drawn.add_row(name, *(f"{value:.3f}" for value in figures.values()))
    return drawn


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--test", type=Path, required=True, help="exported slides")
    parser.add_argument("--name", required=True, help="m2cf_net-small or roi_classifier-small")
    parser.add_argument("--folder", type=Path, required=True, help="your weights")
    parser.add_argument("--device", default="auto")
    given = parser.parse_args()
    device = best_device(given.device)
    folders = {"shipped": WEIGHTS_DIR, "yours": given.folder}
    Console().print(table({who: score(given.test, given.name, folder, device) for who, folder in folders.items()}))


if __name__ == "__main__":
    main()
