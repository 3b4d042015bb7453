"""What an analysis has found so far, on a shelf: for another try if its worker dies, and for workers that help."""

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from json import dumps
from pathlib import Path
from time import sleep
from typing import Any, Protocol
from uuid import uuid4
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.2


class Shelf(Protocol):
    """Where files are kept that several processes make and read."""

    def has(self, name: str) -> bool:
        """Say whether there is a file of this name."""

    def read(self, name: str) -> bytes | None:
        """Return a file; None where there is none."""

    def write(self, name: str, data: bytes) -> None:
        """Keep a file, all of it or nothing; a shelf that does not take it stops nothing."""

    def making(self, name: str) -> AbstractContextManager[bool]:
        """Be the only one that makes a file; False where another process does. One that dies makes nothing any more."""


@dataclass(frozen=True, slots=True)
class FolderShelf:
    """A folder that all processes have in common; whoever makes a file has a lock beside it."""

    folder: Path

    def has(self, name: str) -> bool:
        """Say whether there is a file of this name."""
        return (self.folder / name).exists()

    def read(self, name: str) -> bytes | None:
        """Return a file; None where there is none."""
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            return None

    def write(self, name: str, data: bytes) -> None:
        """Keep a file, unless the disk does not take it."""
        part = self.folder / f"{name}.{uuid4().hex}.part"
        try:
            part.write_bytes(data)
            part.replace(self.folder / name)
        except OSError:
            log.warning("%s is not kept: the disk does not take it", name)
            with suppress(OSError):
                part.unlink()

    @contextmanager
    def making(self, name: str) -> Iterator[bool]:
        """Hold the lock of a file; where the disk takes not even that, everybody makes it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / name).with_suffix(".lock").open("w")
        except OSError:
            log.warning("%s cannot be locked: the disk does not take it", name)
            yield True
            return
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True


@dataclass(frozen=True, slots=True)
class Kept:
    """Arrays by name. One that was kept under another `key` is not found; without a shelf none is kept."""

    shelf: Shelf | None = None
    key: str = ""

    @classmethod
    def under(cls, shelf: Shelf | None, *choices: Any) -> "Kept":
        """Keep arrays for these choices, which decide what is found and can be written as JSON."""
        return cls(shelf, sha256(dumps(choices, sort_keys=True).encode()).hexdigest()[:16])

    def has(self, name: str) -> bool:
        """Say whether an array was kept."""
        return self.shelf is not None and self.shelf.has(self._file(name))

    def array(self, name: str, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """Return the array that was kept, or make it and keep it, or wait for whoever makes it."""
        while (found := self.array_if_free(name, make)) is None:
            sleep(LOOK_EVERY_S)
        return found

    def array_if_free(self, name: str, make: Callable[[], NDArray[Any]]) -> NDArray[Any] | None:
        """Return the array that was kept, or make it and keep it; None where another process is making it."""
        if self.shelf is None:
            return make()
        file = self._file(name)
        with self.shelf.making(file) as is_mine:
            if not is_mine:
                return None
            if (kept := _unpacked(self.shelf.read(file))) is None:
                self.shelf.write(file, _packed(kept := make()))
            return kept

    def _file(self, name: str) -> str:
        return f"{name}.{self.key}.npz"


NOTHING_KEPT = Kept()


def _unpacked(data: bytes | None) -> NDArray[Any] | None:
    """Return what a file holds; None where there is none, or a disk that lost its power left half of it."""
    try:
        with np.load(BytesIO(data or b"")) as packed:
            return np.asarray(packed["kept"])
    except (OSError, EOFError, ValueError, KeyError, BadZipFile):
        return None


def _packed(array: NDArray[Any]) -> bytes:
    packed = BytesIO()
    np.savez_compressed(packed, kept=array)
    return packed.getvalue()
