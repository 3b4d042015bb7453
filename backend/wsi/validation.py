"""Decide whether a file is a slide, and whether a slide can be analysed; every refusal is one sentence."""

import logging
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import tifffile

from backend.core.errors import SlideNotSuitable, SlideUnreadable
from backend.core.optics import optical_density
from backend.wsi.slide import RGB, Slide

COARSEST_MPP = 1.1
"""Coarser than this a lymphocyte nucleus is under seven pixels across and cannot be told from others."""

_LEAST_SHARE = 0.25
"""Of what is stained, at least this share must be pink or purple; the rest may be pen, blood or pigment."""

_HEAD_BYTES = 4096
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_PICTURES = {b"\xff\xd8\xff": "a JPEG picture", b"\x89PNG": "a PNG picture", b"GIF8": "a GIF picture",
             b"%PDF": "a PDF document", b"PK\x03\x04": "a zip archive", b"BM": "a bitmap picture"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file says of itself. `not_analysable` is why a slide can only be viewed; a missing mpp is not in it."""

    width: int
    height: int
    mpp_x: float | None
    mpp_y: float | None
    vendor: str | None
    objective_power: float | None
    levels: int
    not_analysable: str | None


def inspect_slide(path: Path) -> Inspection:
    """Open the file, decode a sample of each quarter, and judge its stain and pixel size.

    Raises:
        SlideUnreadable: where it is no slide, or a damaged one.
    """
    _refuse_what_is_no_slide(path)
    with _opened(path) as slide:
        for box in _quarters(slide.size):
            slide.region(box, (64, 64))
        mpp = slide.mpp
        return Inspection(
            width=slide.size[0],
            height=slide.size[1],
            mpp_x=mpp.x if mpp else None,
            mpp_y=mpp.y if mpp else None,
            vendor=slide.vendor,
            objective_power=slide.objective_power,
            levels=len(slide.levels),
            not_analysable=why_not_analysable(mpp.mean if mpp else None) or why_not_haematoxylin_eosin(slide),
        )


def _opened(path: Path) -> Slide:
    try:
        return Slide(path)
    except SlideUnreadable as error:
        with path.open("rb") as file:
            if not file.read(4).startswith(_TIFF):
                raise
        raise SlideUnreadable("The file is a TIFF but no readable slide: it is damaged or of another kind.") from error


def require_analysable(slide: Slide) -> None:
    """Refuse a slide on which no focus score can be computed.

    Raises:
        MppUnknown: where the pixel size is missing.
        SlideNotSuitable: where it is too coarse, or the slide is not stained with haematoxylin and eosin.
    """
    reason = why_not_haematoxylin_eosin(slide) or why_not_analysable(slide.required_mpp.mean)
    if reason:
        raise SlideNotSuitable(reason)


def why_not_analysable(mpp: float | None) -> str | None:
    """Say why a slide of this pixel size cannot be analysed, if it cannot; an unknown one is not judged here."""
    if mpp is not None and mpp > COARSEST_MPP:
        return (
            f"The slide is too coarse to analyse: {mpp:.3g} µm per pixel, where at most {COARSEST_MPP} are needed "
            "to tell lymphocytes apart."
        )
    return None


def why_not_haematoxylin_eosin(slide: Slide) -> str | None:
    """Say why a slide cannot be a bright-field H&E one, judged on its thumbnail."""
    thumbnail = slide.thumbnail(512)
    grey = cv2.cvtColor(thumbnail, cv2.COLOR_RGB2GRAY)
    if np.percentile(grey, 98) < 110:
        return "The slide is dark throughout, as fluorescence slides are: only bright-field H&E can be analysed."
    return _why_not_pink_and_blue(thumbnail)


def _why_not_pink_and_blue(thumbnail: RGB) -> str | None:
    """Haematoxylin and eosin both absorb green most; brown stains absorb blue, and blue or green ones red."""
    density = optical_density(thumbnail).reshape(-1, 3)
    tissue = density[(density.mean(axis=1) > 0.12) & (density.mean(axis=1) < 1.8)]
    if len(tissue) < 50:
        return None
    red, green, blue = tissue.T
    fits = (blue < 1.05 * green) & (red < 1.25 * green)
    if fits.mean() < _LEAST_SHARE:
        return "The slide does not look stained with haematoxylin and eosin: only H&E can be analysed."
    return None


def _quarters(size: tuple[int, int]) -> list[tuple[float, float, float, float]]:
    width, height = size
    return [(width * x, height * y, min(64, width), min(64, height)) for x in (0.2, 0.7) for y in (0.2, 0.7)]


def _refuse_what_is_no_slide(path: Path) -> None:
    """Name what a file is, where its first bytes tell."""
    size = path.stat().st_size
    if size == 0:
        raise SlideUnreadable("The file is empty.")
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    for magic, what in _PICTURES.items():
        if head.startswith(magic):
            raise SlideUnreadable(f"The file is {what}, not a whole slide image.")
    if head.startswith(_TIFF):
        _refuse_truncated_tiff(path, size)
    elif b"\0" not in head and _is_text(head):
        raise SlideUnreadable("The file is text, not a whole slide image, whatever its name says.")


def _is_text(head: bytes) -> bool:
    try:
        head[:-4].decode() if len(head) == _HEAD_BYTES else head.decode()
    except UnicodeDecodeError:
        return False
    return True


def _refuse_truncated_tiff(path: Path, size: int) -> None:
    """Compare where the file's directories say its pixels end with where it does end."""
    logging.getLogger("tifffile").setLevel(logging.CRITICAL)
    cut_short = SlideUnreadable("The file is cut short: it ends before its pixels do. Please upload it again.")
    try:
        with tifffile.TiffFile(path) as tiff:
            if not tiff.pages:
                raise cut_short
            for page in tiff.pages:
                ends = np.add(page.dataoffsets, page.databytecounts)
                if len(ends) and ends.max() > size:
                    raise cut_short
    except (tifffile.TiffFileError, ValueError, IndexError, KeyError, OverflowError, OSError) as error:
        raise cut_short from error
