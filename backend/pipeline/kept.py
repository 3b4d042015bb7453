"""What an analysis has found so far, in a folder, so that one whose worker died goes on where it was."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from json import dumps
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """Arrays by name. One that was kept under another `key` is not found; without a folder none is kept."""

    folder: Path | None = None
    key: str = ""

    @classmethod
    def under(cls, folder: Path | None, *choices: Any) -> "Kept":
        """Keep arrays for these choices, which decide what is found and can be written as JSON."""
        return cls(folder, sha256(dumps(choices, sort_keys=True).encode()).hexdigest()[:16])

    def array(self, name: str, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """Return the array that was kept, or make it and keep it; a disk that has no room for it stops nothing."""
        if self.folder is None:
            return make()
        path = self.folder / f"{name}.{self.key}.npz"
        with suppress(OSError):
            return np.asarray(np.load(path)["kept"])
        made = make()
        try:
            self._write(path, made)
        except OSError:
            log.warning("%s is not kept: the disk does not take it", name)
        return made

    @staticmethod
    def _write(path: Path, array: NDArray[Any]) -> None:
        """Write all of it or nothing."""
        packed = BytesIO()
        np.savez_compressed(packed, kept=array)
        part = path.with_name(f"{path.name}.{uuid4().hex}.part")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(packed.getbuffer())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


NOTHING_KEPT = Kept()
