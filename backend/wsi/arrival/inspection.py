"""Decide whether a file is a slide; every refusal is one sentence."""

from dataclasses import dataclass
from pathlib import Path

import openslide

from backend.core.errors import SlideUnreadable
from backend.wsi.arrival.quality import quality_of
from backend.wsi.arrival.sample import decode_samples
from backend.wsi.arrival.structure import refuse_hostile, refuse_size
from backend.wsi.arrival.tiff import COMPRESSION, MAGICS, Tiff, looks_like_tiff
from backend.wsi.slide import Slide
from backend.wsi.validation import why_not_analysable, why_not_haematoxylin_eosin

_HEAD_BYTES = 4096
_INDEXES = (".vms", ".vmu")
"""Text that names the pictures of a slide; OpenSlide judges these."""

_DECODED = (1, 5, 7, 8, 32946)
"""Compressions of tiles: bare, LZW, JPEG and deflate; of others nothing, or black, would be read."""

_CONVERTIBLE = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM")
_PICTURES = {b"\xff\xd8\xff": "a JPEG picture", b"\x89PNG": "a PNG picture", b"GIF8": "a GIF picture",
             b"%PDF": "a PDF document", b"PK\x03\x04": "a zip archive", b"BM": "a bitmap picture"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file says of itself. `not_analysable` is why a slide can only be viewed; a missing mpp is not in it.

    `blur_share` is of the tissue, `pen_share` of the slide, both 0 to 1 and None where the stain is another than H&E.
    """

    width: int
    height: int
    mpp_x: float | None
    mpp_y: float | None
    vendor: str | None
    objective_power: float | None
    levels: int
    not_analysable: str | None
    blur_share: float | None
    pen_share: float | None


def inspect_slide(path: Path) -> Inspection:
    """Open the file, decode a sample of each quarter of each level, and judge its stain, pixel size and quality.

    Raises:
        SlideUnreadable: where it is no slide, or a damaged one.
    """
    with open_sound(path) as slide:
        return judge(slide)


def needs_pyramid(path: Path) -> bool:
    """Say whether a file is a picture, or a TIFF that OpenSlide does not know, of which a slide can be made.

    It knows none without tiles, and of those below 4 GB none whose numbers begin with the highest byte, which is how
    Bio-Formats writes them.
    """
    if openslide.OpenSlide.detect_format(path) is not None:
        return False
    with path.open("rb") as file:
        head = file.read(8)
    if not head.startswith(MAGICS):
        return head.startswith(_CONVERTIBLE)
    with Tiff(path) as tiff:
        refuse_hostile(tiff)
        first = tiff.directories[0]
        return not tiff.is_tiled(first) or tiff.number(first, COMPRESSION, 1) in _DECODED


def open_sound(path: Path) -> Slide:
    """Open a file that is a slide, and none of whose samples is damaged.

    Raises:
        SlideUnreadable: where it is no slide, or a damaged one.
    """
    _refuse_what_is_no_slide(path)
    slide = _opened(path)
    try:
        refuse_size(*slide.size)
        decode_samples(slide)
    except BaseException:
        slide.close()
        raise
    return slide


def judge(slide: Slide) -> Inspection:
    """Say what an open slide is like."""
    mpp, other_stain = slide.mpp, why_not_haematoxylin_eosin(slide)
    quality = None if other_stain else quality_of(slide)
    return Inspection(
        width=slide.size[0],
        height=slide.size[1],
        mpp_x=mpp.x if mpp else None,
        mpp_y=mpp.y if mpp else None,
        vendor=slide.vendor,
        objective_power=slide.objective_power,
        levels=len(slide.levels),
        not_analysable=why_not_analysable(mpp.mean if mpp else None) or other_stain,
        blur_share=quality.blur_share if quality else None,
        pen_share=quality.pen_share if quality else None,
    )


def _opened(path: Path) -> Slide:
    try:
        return Slide(path)
    except SlideUnreadable as error:
        if not looks_like_tiff(path):
            raise
        raise SlideUnreadable("The file is a TIFF but no readable slide: it is damaged or of another kind.") from error


def _refuse_what_is_no_slide(path: Path) -> None:
    """Name what a file is, where its first bytes tell and OpenSlide knows no better: MRXS begins as a JPEG picture."""
    size = path.stat().st_size
    if size == 0:
        raise SlideUnreadable("The file is empty.")
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    known = openslide.OpenSlide.detect_format(path) is not None
    for magic, what in _PICTURES.items():
        if not known and head.startswith(magic):
            raise SlideUnreadable(f"The file is {what}, not a whole slide image.")
    if head.startswith(MAGICS):
        with Tiff(path) as tiff:
            refuse_hostile(tiff)
    elif not known and path.suffix not in _INDEXES and b"\0" not in head and _is_text(head):
        raise SlideUnreadable("The file is text, not a whole slide image, whatever its name says.")


def _is_text(head: bytes) -> bool:
    try:
        head[:-4].decode() if len(head) == _HEAD_BYTES else head.decode()
    except UnicodeDecodeError:
        return False
    return True
