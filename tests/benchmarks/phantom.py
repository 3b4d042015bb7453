"""How fast a phantom is written, and how much memory that takes.

make bench BENCH=phantom                    # about 30 and 120 megapixels
make bench BENCH=phantom ARGS="--largest"   # and 100,000 × 100,000 pixels: some ten minutes and 2 GB on disk
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

WANTED_MEGAPIXELS_PER_SECOND = 10
SIZES_MM = ((3.0, 2.5, 0.5), (6.0, 5.0, 0.5))
LARGEST_MM = (25.0, 25.0, 0.25)


def measured(folder: Path, width_mm: float, height_mm: float, mpp: float) -> tuple[float, float, float]:
    """Write one phantom and its truth by the command; return its megapixels, the seconds and the peak memory in GB."""
    command = [sys.executable, "-m", "backend.cli", "phantom", folder / "phantom.tiff", "--seed", "3", "--foci", "6",
               "--width-mm", width_mm, "--height-mm", height_mm, "--mpp", mpp]  # fmt: skip
    start = time.perf_counter()
    _, status, usage = os.wait4(subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL).pid, 0)
    if status:
        sys.exit("The phantom could not be written.")
    return width_mm * height_mm / mpp**2, time.perf_counter() - start, usage.ru_maxrss / 1e6


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", action="store_true", help="also a slide of 100,000 × 100,000 pixels")
    given = parser.parse_args()
    console = Console()
    for size in (*SIZES_MM, *([LARGEST_MM] if given.largest else [])):
        with tempfile.TemporaryDirectory() as folder:
            megapixels, seconds, peak_gb = measured(Path(folder), *size)
        rate = megapixels / seconds
        console.print(
            f"{megapixels:,.0f} megapixels in {seconds:.0f} s: {rate:.1f} megapixels a second, "
            f"{rate / WANTED_MEGAPIXELS_PER_SECOND:.1f} times what is wanted; at most {peak_gb:.2f} GB of memory"
        )


if __name__ == "__main__":
    main()
