"""The slide that the demo shows."""

import subprocess
import sys
from pathlib import Path

from backend.demo.children import ChildFailed

SEED, WIDTH_MM, HEIGHT_MM, FOCI = 7, 5.0, 4.0, 3


def phantom_slide(folder: Path) -> Path:
    """Return the phantom slide, drawn the first time; a drawing that was interrupted is drawn again."""
    slide = folder / f"Phantom {SEED}.tiff"
    if slide.exists():
        return slide
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / "draft.tiff"
    sizes = ["--width-mm", str(WIDTH_MM), "--height-mm", str(HEIGHT_MM), "--foci", str(FOCI)]
    command = [sys.executable, "-m", "backend.cli", "phantom", str(draft), "--seed", str(SEED), *sizes]
    drawn = subprocess.run(command, check=False, capture_output=True, text=True)
    if drawn.returncode != 0:
        raise ChildFailed(f"The phantom could not be drawn: {drawn.stderr.strip().splitlines()[-1:]}")
    for part in folder.glob("draft.*"):
        if part != draft:
            part.rename(folder / part.name.replace("draft", slide.stem))
    return draft.rename(slide)
