"""Real slides for tests, found through FOCUSSCOPE_REAL_DATA (by default the folder shared/data beside the project)."""

import os
from pathlib import Path

import pytest

REAL_DATA = Path(os.environ.get("FOCUSSCOPE_REAL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def real_slide(name: str) -> Path:
    """Return a real slide, or skip the test and say what is missing."""
    path = REAL_DATA / "wsi" / name
    if not path.is_file():
        pytest.skip(f"{name} is not in {REAL_DATA}: set FOCUSSCOPE_REAL_DATA")
    return path
