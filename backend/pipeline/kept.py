"""What an analysis has found so far, in a folder: for another try if its worker dies, and for workers that help."""

import fcntl
import logging
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from json import dumps
from pathlib import Path
from time import sleep
from typing import Any
from uuid import uuid4
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class Kept:
    """Arrays by name. One that was kept under another `key` is not found; without a folder none is kept."""

    folder: Path | None = None
    key: str = ""

    @classmethod
    def under(cls, folder: Path | None, *choices: Any) -> "Kept":
        """Keep arrays for these choices, which decide what is found and can be written as JSON."""
        return cls(folder, sha256(dumps(choices, sort_keys=True).encode()).hexdigest()[:16])

    def has(self, name: str) -> bool:
        """Say whether an array was kept."""
        return self.folder is not None and self._path(self.folder, name).exists()

    def array(self, name: str, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """Return the array that was kept, or make it and keep it, or wait for whoever makes it."""
        while (found := self.array_if_free(name, make)) is None:
            sleep(LOOK_EVERY_S)
        return found

    def array_if_free(self, name: str, make: Callable[[], NDArray[Any]]) -> NDArray[Any] | None:
        """Return the array that was kept, or make it and keep it; None where another process is making it.

        A process that dies no longer makes anything. A disk that has no room for the array stops nothing.
        """
        if self.folder is None:
            return make()
        path = self._path(self.folder, name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = path.with_suffix(".lock").open("w")
        except OSError:
            log.warning("%s is not kept: the disk does not take it", path.name)
            return make()
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return None
            if (kept := _read(path)) is None:
                _write(path, kept := make())
            return kept

    def _path(self, folder: Path, name: str) -> Path:
        return folder / f"{name}.{self.key}.npz"


NOTHING_KEPT = Kept()


def _read(path: Path) -> NDArray[Any] | None:
    """Return what a file holds; None where there is none, or a disk that lost its power left half of it."""
    try:
        with np.load(path) as packed:
            return np.asarray(packed["kept"])
    except (OSError, EOFError, ValueError, KeyError, BadZipFile):
        return None


def _write(path: Path, array: NDArray[Any]) -> None:
    """Write all of it or nothing."""
    packed = BytesIO()
    np.savez_compressed(packed, kept=array)
    part = path.with_name(f"{path.name}.{uuid4().hex}.part")
    try:
        part.write_bytes(packed.getbuffer())
        part.replace(path)
    except OSError:
        log.warning("%s is not kept: the disk does not take it", path.name)
        part.unlink(missing_ok=True)
