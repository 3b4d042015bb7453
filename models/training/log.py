"""What a run writes down after each epoch: a row of log.csv, and the same figures for TensorBoard."""

import csv
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tensorboardX import SummaryWriter


class Log:
    """The log of one run in its folder; a run that goes on appends to it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, epoch: int, figures: dict[str, float]) -> None:
        """Add the figures of an epoch."""
        self._append({"epoch": epoch, **figures})
        for name, value in figures.items():
            self._events.add_scalar(name, value, epoch)
        self._events.flush()

    def close(self) -> None:
        """Finish the event file."""
        self._events.close()

    @cached_property
    def _events(self) -> "SummaryWriter":
        from tensorboardX import SummaryWriter  # slow to load, and only a run needs it

        return SummaryWriter(str(self._folder))

    def _append(self, row: dict[str, Any]) -> None:
        path = self._folder / "log.csv"
        fresh = not path.exists()
        with path.open("a", newline="") as file:
            writer = csv.DictWriter(file, row.keys())
            if fresh:
                writer.writeheader()
            writer.writerow(row)
