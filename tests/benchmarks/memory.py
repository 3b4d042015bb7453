"""How much memory and time the command needs for a slide of 100,000 × 100,000 pixels.

make bench BENCH=memory
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from rich.console import Console

from backend.phantom.render import Renderer
from backend.phantom.scene import PhantomSpec, compose
from backend.wsi.pyramid import PyramidWriter

MPP = 0.25
SECTION_PX = 8192
GLASS = 243


def write_large_slide(path: Path, side_px: int, sections: int) -> None:
    """Repeat one drawn section along the diagonal of a slide of glass."""
    millimetres = SECTION_PX * MPP / 1000
    scene = compose(PhantomSpec(77, millimetres, millimetres, 4, MPP))
    section = Renderer(scene).region((0, 0, SECTION_PX, SECTION_PX))
    corners = np.linspace(0, side_px - SECTION_PX, sections).astype(int) // 1024 * 1024
    with PyramidWriter(path, (side_px, side_px), MPP) as pyramid:
        for top in range(0, side_px, 1024):
            strip = np.full((min(1024, side_px - top), side_px, 3), GLASS, np.uint8)
            for corner in corners:
                rows = section[max(0, top - corner) : max(0, top - corner + len(strip))]
                if top >= corner and len(rows):
                    strip[: len(rows), corner : corner + SECTION_PX] = rows
            pyramid.add(strip)


def _in_a_process_of_its_own(work: Callable[..., None], *arguments: object) -> None:
    """Keep this process small: on Linux a child's peak memory starts from that of the process that forked it."""
    process = get_context("spawn").Process(target=work, args=arguments)
    process.start()
    process.join()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side-px", type=int, default=100_000)
    parser.add_argument("--sections", type=int, default=11)
    given = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        slide, out = Path(folder) / "large.tiff", Path(folder) / "out"
        start = time.perf_counter()
        _in_a_process_of_its_own(write_large_slide, slide, given.side_px, given.sections)
        console.print(f"written in {time.perf_counter() - start:.0f} s, {slide.stat().st_size / 1e9:.2f} GB on disk")
        start = time.perf_counter()
        command = [sys.executable, "-m", "backend.cli", "analyse", str(slide), "--out", str(out), "--keep-maps"]
        _, status, usage = os.wait4(subprocess.Popen(command).pid, 0)
        if status:
            sys.exit("The analysis failed.")
        peak_gb = usage.ru_maxrss / 1e6
        console.print(f"analysed in {time.perf_counter() - start:.0f} s with at most {peak_gb:.2f} GB of memory")
        console.print(json.loads((out / "findings.json").read_text())["seconds"])


if __name__ == "__main__":
    main()
