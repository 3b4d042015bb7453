"""Judge the networks on real tiles of other organs: lymphocytes must stand out from every other class of tissue."""

from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import PIL.Image
import tifffile

LYMPHOCYTES = "LYM"
_REPEATS = 10
_TILE_MPP = 0.5


def judge_tiles(
    tiles: Path, out: Path, focusscope: Callable[..., None], pool: ThreadPoolExecutor
) -> dict[str, float]:  # fmt: skip
    """Return the mean lesion probability of each class, and the AUC of lymphocytes against each other class.

    A tile is too small to analyse by itself: it is mirrored until it fills a slide of about 1 mm.
    """
    out.mkdir(parents=True, exist_ok=True)
    by_class: dict[str, list[float]] = defaultdict(list)
    files = sorted(tiles.glob("*.png"))
    for file, mean in zip(files, pool.map(lambda one: _mean_probability(one, out, focusscope), files), strict=True):
        by_class[file.name.split("-")[0]].append(mean)
    figures = {f"lesion probability in {name}": float(np.mean(means)) for name, means in by_class.items()}
    lymphocytes = by_class.pop(LYMPHOCYTES, [])
    aucs = {f"AUC of lymphocytes against {name}": _auc(lymphocytes, means) for name, means in by_class.items()}
    return {**figures, **aucs}


def _mean_probability(tile: Path, out: Path, focusscope: Callable[..., None]) -> float:
    folder, slide = out / tile.stem, out / f"{tile.stem}.tiff"
    if not (folder / "probability.tiff").exists():
        image = np.asarray(PIL.Image.open(tile).convert("RGB"))
        row = np.concatenate([image, image[:, ::-1]] * (_REPEATS // 2), axis=1)
        mosaic = np.concatenate([row, row[::-1]] * (_REPEATS // 2), axis=0)
        resolution = (1e4 / _TILE_MPP, 1e4 / _TILE_MPP)
        tifffile.imwrite(slide, mosaic, tile=(256, 256), photometric="rgb", compression="zlib",
                         resolution=resolution, resolutionunit="CENTIMETER")  # fmt: skip
        focusscope("analyse", slide, "--out", folder, "--keep-maps")
        slide.unlink()
    return float(tifffile.imread(folder / "probability.tiff", level=0).mean()) / 255


def _auc(positive: list[float], negative: list[float]) -> float:
    """Return how often a positive lies above a negative; ties count half."""
    above = np.sign(np.subtract.outer(positive, negative))
    return float((above.mean() + 1) / 2)
