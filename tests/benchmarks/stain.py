"""How long it takes to fit and repaint one picture, beside tiatoolbox's and StainTools' Vahadane.

make bench BENCH=stain ARGS="--image slide.jpg"

The peers are no dependencies of the project, and tiatoolbox wants an older torch than it pins: give them an
environment of their own, `pip install . tiatoolbox staintools spams-bin`, and run `python -m tests.benchmarks.stain`
there. A peer that is missing is named and left out. StainTools' learning takes about a second on any picture.

Measured on 1024² of a phantom, two cores that also did other work, median of five rounds: FocusScope 26 ms,
tiatoolbox 2.1.3 486 ms (19 times), StainTools 2.1.2 1,310 ms (50 times).
"""

import argparse
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.table import Table

from backend.phantom.render import Renderer
from backend.phantom.scene import PhantomSpec, compose
from backend.pipeline.stain import StainOptions, fit_stain, normalise

RGB = NDArray[np.uint8]
Method = Callable[[RGB], RGB]


def ours(_: RGB) -> Method:
    """Return fit and repainting to the built-in reference."""
    options = StainOptions()
    return lambda rgb: normalise(rgb, fit_stain(rgb, options), options)


def tiatoolbox(target: RGB) -> Method:
    """Return tiatoolbox's fit and repainting, with the target's stains learnt beforehand."""
    normalizer = import_module("tiatoolbox.tools.stainnorm").VahadaneNormalizer()
    normalizer.fit(target)
    transform: Method = normalizer.transform  # learns the picture's own stains first
    return transform


def staintools(target: RGB) -> Method:
    """Return StainTools' fit and repainting, with the target's stains learnt beforehand."""
    normalizer = import_module("staintools").StainNormalizer("vahadane")
    normalizer.fit(target)
    transform: Method = normalizer.transform  # learns the picture's own stains first
    return transform


PEERS = {
    "tiatoolbox": (tiatoolbox, "pip install tiatoolbox"),
    "StainTools": (staintools, "pip install staintools spams-bin"),
}


def picture(path: Path | None, side_px: int, seed: int) -> RGB:
    """Return the middle of a picture, or of a phantom where none is given."""
    if path is None:
        return Renderer(compose(PhantomSpec(seed, 2.0, 2.0, 3))).region((1500, 1500, side_px, side_px))
    rgb = np.asarray(Image.open(path).convert("RGB"))
    top, left = ((length - side_px) // 2 for length in rgb.shape[:2])
    if min(top, left) < 0:
        raise SystemExit(f"{path} is smaller than {side_px} pixels: choose a smaller --side-px.")
    return np.ascontiguousarray(rgb[top : top + side_px, left : left + side_px])


def milliseconds(method: Method, rgb: RGB, rounds: int) -> NDArray[np.float64]:
    """Time a method by the clock and by processor time in all threads, which load stretches less: (rounds, 2).

    The first round is not kept: it pays for what is loaded late, and for threads that the method before left spinning.
    """
    taken = []
    for _ in range(rounds + 1):
        start = time.perf_counter(), time.process_time()
        method(rgb)
        taken.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    return np.array(taken[1:]) * 1000


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image", type=Path, help="an H&E picture; without it a phantom is drawn")
    parser.add_argument("--side-px", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    console = Console(width=110)
    rgb, target = picture(given.image, given.side_px, 1), picture(None, given.side_px, 2)
    methods = {"FocusScope": ours(target)}
    for name, (peer, install) in PEERS.items():
        try:
            methods[name] = peer(target)
        except ImportError as error:
            console.print(f"{name} is missing ({error}): {install}")
    taken = {name: milliseconds(method, rgb, given.rounds) for name, method in methods.items()}
    table = Table(f"{given.side_px}² pixels", "median ms", "fastest ms", "processor ms", "times ours", "processor")
    own = np.median(taken["FocusScope"], axis=0)
    for name, times in taken.items():
        (clock, processor), (slower, costlier) = np.median(times, axis=0), np.median(times, axis=0) / own
        fastest = times[:, 0].min()
        table.add_row(
            name, f"{clock:.1f}", f"{fastest:.1f}", f"{processor:.1f}", f"{slower:.1f}", f"{costlier:.1f}"
        )  # fmt: skip
    console.print(table)


if __name__ == "__main__":
    main()
