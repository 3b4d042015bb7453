"""Training examples as `focusscope export` writes them: one folder per slide, memory-mapped, split by slide."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

Arrays = tuple[NDArray[np.uint8], NDArray[np.uint8]]
Augment = Callable[[NDArray[np.uint8], NDArray[np.uint8], np.random.Generator], Arrays]


class Examples(Dataset[tuple[Tensor, Tensor]]):
    """Rasters and their truth from every slide folder under `root`.

    `names` are the two files of a slide, as ("stacks", "masks"). Rasters may have a leading branch axis; they come out
    as float32 in 0 to 1, channels before rows.
    """

    def __init__(self, root: Path, names: tuple[str, str], augment: Augment | None = None, seed: int = 0) -> None:
        folders = sorted(one.parent for one in root.glob(f"*/{names[1]}.npy"))
        if not folders:
            raise FileNotFoundError(f"There are no exported slides in {root}.")
        self._folders = folders
        self._slides = [
            (np.load(one / f"{names[0]}.npy", mmap_mode="r"), np.load(one / f"{names[1]}.npy", mmap_mode="r"))
            for one in folders
        ]
        self._index = [(slide, i) for slide, (rasters, _) in enumerate(self._slides) for i in range(len(rasters))]
        self._augment, self._seed, self.epoch = augment, seed, 0

    def __len__(self) -> int:
        return len(self._index)

    def slide_of(self, index: int) -> int:
        """Return which slide an example was cut from."""
        return self._index[index][0]

    def foci_of(self, slide: int) -> int | None:
        """Return how many foci a slide has in truth; None where its export does not say."""
        path = self._folders[slide] / "foci.npy"
        return int(np.load(path)) if path.exists() else None

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        slide, i = self._index[index]
        raster, truth = (np.array(array[i]) for array in self._slides[slide])
        if self._augment:
            rng = np.random.default_rng((self._seed, self.epoch, index))
            raster, truth = self._augment(raster, truth, rng)
        channels_first = np.ascontiguousarray(np.moveaxis(raster, -1, -3))
        return torch.from_numpy(channels_first).float() / 255, torch.from_numpy(np.ascontiguousarray(truth))
