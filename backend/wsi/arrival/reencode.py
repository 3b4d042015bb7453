"""Draw a slide anew as a plain pyramid: the way for every format whose own tiles cannot be kept clean."""

from pathlib import Path

import numpy as np

from backend.wsi.arrival.icc import numeric_profile
from backend.wsi.pyramid import PyramidWriter
from backend.wsi.slide import Slide

_QUALITY = 90
_STRIP_PX = 256


def reencode(slide: Slide, path: Path) -> list[str]:
    """Write what was scanned of an open slide to `path`, as JPEG of quality 90, and its profile's numbers."""
    left, top, width, height = slide.bounds
    mpp = slide.mpp.mean if slide.mpp else None
    profile = numeric_profile(slide.colour_profile or b"")
    with PyramidWriter(path, (width, height), mpp, quality=_QUALITY, profile=profile) as pyramid:
        for y in range(0, height, _STRIP_PX):
            rows = min(_STRIP_PX, height - y)
            strips = [
                slide.region((left + x, top + y, min(2**14, width - x), rows), (min(2**14, width - x), rows))
                for x in range(0, width, 2**14)
            ]
            pyramid.add(np.concatenate(strips, axis=1))
    kept = ", and the numbers of its colour profile" if profile else ""
    return [f"all but the pixels of the slide, which were encoded anew{kept}"]
