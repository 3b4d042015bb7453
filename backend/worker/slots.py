"""One analysis at a time on each device of a machine, whichever of its processes runs it.

A slot is a lock on a file in the data folder: taken for one analysis, and opened by the system when its process dies.
"""

import fcntl
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from backend.worker import gpus


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one analysis runs, as PyTorch calls it, and a name that no other device has, on no machine."""

    device: str
    name: str


def slots(configured: str) -> list[Slot]:
    """Return the slots of this machine.

    `configured` is "auto" for one on each GPU, or on the processor where there is none; or devices with commas between,
    such as "cuda:0,cuda:1", or "cpu,cpu" for two analyses at a time on the processor.
    """
    names = {f"cuda:{index}": name for index, name in enumerate(gpus.visible())}
    chosen = list(names) if configured == "auto" else [name for one in configured.split(",") if (name := one.strip())]
    chosen, host = chosen or ["cpu"], socket.gethostname()
    return [Slot(one, f"{names.get(one, f'{one}-{host}')}-{chosen[:at].count(one)}") for at, one in enumerate(chosen)]


@contextmanager
def taking_one(folder: Path, choice: Sequence[Slot]) -> Iterator[Slot | None]:
    """Hold the first free slot; None where all are taken."""
    folder.mkdir(parents=True, exist_ok=True)
    for slot in choice:
        with (folder / slot.name.replace(":", "-")).open("w") as file:
            if _lock(file.fileno()):
                yield slot
                return
    yield None


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
