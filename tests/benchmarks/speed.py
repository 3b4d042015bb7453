"""What each trick of the pipeline saves, in one run: everything on, each trick off in turn, and a plain loop.

make bench BENCH=speed
make bench BENCH=speed ARGS="--gland-mm2 4"

The plain loop has every trick off: each patch that touches tissue is read alone, with OpenSlide, at each resolution,
normalised with the stains that the analysis fitted, and sent through the same network by itself, one after another. All
rows take the glass away first; those with ROI gating include the ROI stage. Maps are compared with the plain loop's
inside the glands. On a busy machine look at processor seconds too, though threads that wait for each other use few. A
second table has the reading of the same patches alone.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from safetensors.torch import load_file

from backend.core.findings import Findings
from backend.core.settings import get_settings
from backend.phantom.scene import PhantomSpec
from backend.phantom.writer import write_phantom
from backend.pipeline import patches, side_by_side
from backend.pipeline.analyse import Networks, Options, analyse, load_networks
from backend.pipeline.roi import Roi, find_glands
from backend.pipeline.segmentation import probability_map
from backend.pipeline.stain import REFERENCE, Stain
from backend.pipeline.tissue import tissue_mask
from backend.wsi.native_tiles import NativeTiles
from backend.wsi.slide import Slide
from models.registry import build, placed

GLAND_SHARE = 0.45
"""How much of a phantom slide's area is gland, about."""

PLAIN = "plain loop"
TRICKS = ("ROI gating", "blocks read once", "stored tiles", "encoding by region", "folded convolutions", "side by side")


class _AtOnce:
    """An executor that works when asked: one place after another, each with all threads, reading before computing."""

    def __init__(self, workers: int, **options: Any) -> None:
        self.result: Callable[[], Any] = lambda: None

    def shutdown(self, **options: Any) -> None: ...

    def submit(self, work: Callable[..., Any], *arguments: Any) -> "_AtOnce":
        done, value = _AtOnce(1), work(*arguments)
        done.result = lambda: value
        return done


@dataclass(frozen=True, slots=True)
class Row:
    """One way to make the map, and what it cost."""

    name: str
    values: NDArray[np.float32]
    glands: Roi | None
    wall_s: float
    processor_s: float


@contextmanager
def without(tricks: set[str]) -> Iterator[Options]:
    """Turn tricks off: those that are options in what is returned, the others by patching."""
    options, by_region = Options(), "encoding by region" not in tricks
    block = 1 if "blocks read once" in tricks else options.patches.block
    batch = 1 if "blocks read once" in tricks else options.segmentation.batch
    with ExitStack() as stack:
        if "stored tiles" in tricks:
            stack.enter_context(patch.object(NativeTiles, "of", return_value=None))
        if "side by side" in tricks:
            stack.enter_context(patch.object(side_by_side, "ThreadPoolExecutor", _AtOnce))
        yield replace(
            options,
            patches=replace(options.patches, block=block),
            segmentation=replace(options.segmentation, batch=batch, by_region=by_region),
        )


def measure(path: Path, name: str, off: set[str], networks: Networks, unfolded: Any, stain: Stain) -> Row:
    """Make the probability map with some tricks off."""
    lesion = unfolded if "folded convolutions" in off else networks.lesion
    start, processor = time.perf_counter(), time.process_time()
    with without(off) as options, Slide(path) as slide:
        tissue, grid = tissue_mask(slide, options.tissue)
        roi = Roi(tissue, grid, [], tissue.astype(np.uint8))
        if gated := "ROI gating" not in off:
            roi = find_glands(
                slide, tissue, grid, stain, networks.roi, networks.roi_weights, stains=options.stain,
                options=options.roi, on_progress=lambda fraction: None,
            )  # fmt: skip
        found = probability_map(
            slide, roi, stain, lesion, patches=options.patches, stains=options.stain,
            options=options.segmentation, on_progress=lambda fraction: None,
        )  # fmt: skip
    took = time.perf_counter() - start, time.process_time() - processor
    return Row(name, (found.values / 65535).astype(np.float32), roi if gated else None, *took)


def read(path: Path, off: set[str]) -> float:
    """Read and normalise every patch stack of the tissue, and return the seconds."""
    with without(off) as options, Slide(path) as slide:
        tissue, grid = tissue_mask(slide, options.tissue)
        corners = patches.corners_in(tissue, grid.um_per_pixel, options.patches)
        start = time.perf_counter()
        for block in corners:
            patches.read_stacks(slide, block, REFERENCE, options.stain, options.patches)
        return time.perf_counter() - start


def reading_table(path: Path) -> Table:
    """Show what reading costs alone, against OpenSlide patch by patch and block by block."""
    ways = {"patch by patch, OpenSlide": {"blocks read once", "stored tiles"}, "blocks, OpenSlide": {"stored tiles"},
            "patch by patch, stored tiles": {"blocks read once"}, "blocks, stored tiles": set[str]()}  # fmt: skip
    took = {name: read(path, off | {"side by side"}) for name, off in ways.items()}
    table = Table("reading alone", "seconds", "OpenSlide patch by patch ÷ this")
    for name, seconds in took.items():
        table.add_row(name, f"{seconds:.1f}", f"{took['patch by patch, OpenSlide'] / seconds:.1f}")
    return table


def agreement(row: Row, plain: Row, glands: Roi) -> tuple[float, float, float]:
    """Return mean and largest |Δp| inside the glands, and Dice of the maps at 0.5."""
    step = glands.grid.um_per_pixel / 4  # the map's pixels are 4 µm
    rows, columns = (np.minimum(np.arange(n) / step, limit - 1).astype(int)
                     for n, limit in zip(plain.values.shape, glands.gland.shape, strict=True))  # fmt: skip
    inside = glands.gland[np.ix_(rows, columns)]
    one, other = row.values[inside], plain.values[inside]
    both = ((one > 0.5) & (other > 0.5)).sum()
    dice = 2 * both / max(1, (one > 0.5).sum() + (other > 0.5).sum())
    return float(np.abs(one - other).mean()), float(np.abs(one - other).max()), float(dice)


def analyse_alone(path: Path) -> tuple[Findings, float]:
    """Analyse in this process: what was found, and the peak memory in GB."""
    with Slide(path) as slide:
        findings = analyse(slide, load_networks(get_settings().weights_dir, "cpu"), Options()).findings
    return findings, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def in_a_process_of_its_own(work: Callable[..., Any], *arguments: Any) -> Any:
    """Run where this process's memory and caches do not count."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(work, *arguments).result()


def draw(path: Path, gland_mm2: float, mpp: float) -> None:
    """Draw a phantom slide with about this much gland."""
    side_mm = (gland_mm2 / GLAND_SHARE) ** 0.5
    write_phantom(PhantomSpec(9001, side_mm * 1.2, side_mm / 1.2, max(1, round(gland_mm2 / 3)), mpp), path)


def table_of(rows: list[Row], plain: Row, glands: Roi) -> Table:
    """Lay the rows out, each beside the plain loop."""
    table = Table("", "seconds", "processor s", "plain loop ÷ this", "mean |Δp|", "max |Δp|", "Dice")
    for row in rows:
        mean, largest, dice = agreement(row, plain, glands)
        ratios = f"{plain.wall_s / row.wall_s:.1f} ({plain.processor_s / row.processor_s:.1f})"
        table.add_row(
            row.name, f"{row.wall_s:.1f}", f"{row.processor_s:.1f}", ratios, f"{mean:.4f}", f"{largest:.2f}",
            f"{dice:.3f}",
        )  # fmt: skip
    return table


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gland-mm2", type=float, default=20.0)
    parser.add_argument("--mpp", type=float, default=0.5)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "phantom.tiff"
        in_a_process_of_its_own(draw, path, given.gland_mm2, given.mpp)
        findings, peak_gb = in_a_process_of_its_own(analyse_alone, path)
        area, took = findings.glandular_area_mm2, sum(findings.seconds.values())
        console.print(f"{area:.1f} mm² of gland analysed in {took:.1f} s, at most {peak_gb:.2f} GB")
        console.print({stage: round(seconds, 1) for stage, seconds in findings.seconds.items()})
        torch.set_num_threads(given.threads)
        networks = load_networks(get_settings().weights_dir, "cpu")
        unfolded = build("m2cf_net", "small").eval().requires_grad_(False)
        unfolded.load_state_dict(load_file(get_settings().weights_dir / networks.lesion_weights.file))
        unfolded = placed(unfolded, torch.device("cpu"))
        ways = [("everything on", set[str]()), *((f"without {one}", {one}) for one in TRICKS), (PLAIN, set(TRICKS))]
        console.print(reading_table(path))
        stain = Stain.from_dict(findings.stain)
        rows = [measure(path, name, off, networks, unfolded, stain) for name, off in ways]
    assert rows[0].glands
    console.print(table_of(rows, rows[-1], rows[0].glands))


if __name__ == "__main__":
    main()
