"""The slide that the demo shows."""

import shutil
from collections.abc import Callable
from pathlib import Path

from backend.phantom.scene import PhantomSpec
from backend.phantom.writer import write_phantom

SPEC = PhantomSpec(seed=7, width_mm=5.0, height_mm=4.0, foci=3)


def phantom_slide(folder: Path, on_progress: Callable[[float], None]) -> Path:
    """Return the phantom slide, drawn the first time; a drawing that was interrupted is drawn again."""
    slide = folder / f"Phantom {SPEC.seed}.tiff"
    if not slide.exists():
        shutil.rmtree(draft := folder.with_name("phantom-draft"), ignore_errors=True)
        write_phantom(SPEC, draft / slide.name, on_progress=on_progress)
        draft.rename(folder)
    return slide
