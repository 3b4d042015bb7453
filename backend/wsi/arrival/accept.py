"""Judge an arriving file, and write the clean files that are kept beside it, with a receipt."""

import errno
import json
import os
import shutil
from base64 import b64encode
from dataclasses import asdict, replace
from pathlib import Path

from backend.core.disk import has_room
from backend.wsi.arrival.clean import Cleaned, clean
from backend.wsi.arrival.inspection import Inspection, judge, needs_pyramid, open_sound
from backend.wsi.arrival.limits import allow_long_work
from backend.wsi.arrival.receive import CLEAN, RECEIPT
from backend.wsi.arrival.references import refuse_references_outside
from backend.wsi.arrival.zeiss import needs_rewriting, rewrite
from backend.wsi.deepzoom import encode_jpeg
from backend.wsi.slide import Slide

THUMBNAIL_PX = 512


def accept(folder: Path, entry: str) -> None:
    """Make `CLEAN` in a slide's folder out of the file that arrived there as `entry`, which is left as it is.

    Raises:
        SlideUnreadable: where it is no slide, or a damaged one.
        OSError: where the disk has no room for a second file of its size; nothing is left of what was begun.
    """
    draft = folder / f"{CLEAN}.part"
    shutil.rmtree(draft, ignore_errors=True)
    refuse_references_outside(folder)
    draft.mkdir()
    try:
        _write(folder, entry, draft)
        draft.rename(folder / CLEAN)
        _reach_the_disk(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _write(folder: Path, entry: str, draft: Path) -> None:
    kept, inspection = _from_picture(folder / entry, draft) or _from_slide(folder / entry, draft)
    with Slide(kept.path) as slide:
        thumbnail = encode_jpeg(slide.thumbnail(THUMBNAIL_PX))
    receipt = {
        "entry": f"{CLEAN}/{kept.path.relative_to(draft).as_posix()}", "removed": kept.removed,
        "inspection": asdict(inspection), "thumbnail": b64encode(thumbnail).decode(),
    }  # fmt: skip
    (draft / RECEIPT).write_text(json.dumps(receipt), encoding="utf-8")
    for path in (*(one for one in draft.rglob("*") if one.is_file()), draft):
        _reach_the_disk(path)


def _from_slide(source: Path, draft: Path) -> tuple[Cleaned, Inspection]:
    readable = _readable(source, draft)
    with open_sound(readable) as arrived:
        _begin_writing(draft)
        cleaned = clean(arrived, draft)
        mpp, vendor, power = arrived.mpp, arrived.vendor, arrived.objective_power
    if readable != source:
        readable.unlink()
    with Slide(cleaned.path, mpp=mpp) as kept:
        return cleaned, replace(judge(kept), vendor=vendor, objective_power=power)


def _readable(source: Path, draft: Path) -> Path:
    """Return the file, or what was made of it for OpenSlide to read."""
    if not needs_rewriting(source):
        return source
    path = draft / "readable.czi"
    _begin_writing(draft)
    rewrite(source, path)
    return path


def _from_picture(source: Path, draft: Path) -> tuple[Cleaned, Inspection] | None:
    """Make a slide of a picture; None where the file is none."""
    if not needs_pyramid(source):
        return None
    # Loaded where it is needed: the web process imports this package, too.
    from backend.wsi.arrival.pictures import to_pyramid

    path = draft / "slide.tiff"
    _begin_writing(draft)
    to_pyramid(source, path)
    with open_sound(path) as kept:
        return Cleaned(path, ["all but the pixels of the picture"]), replace(judge(kept), vendor=None)


def _begin_writing(draft: Path) -> None:
    """The file is worth its second copy: see that there is room, and take the time."""
    arrived_bytes = sum(one.stat().st_size for one in draft.parent.rglob("*") if one.is_file())
    if not has_room(draft, arrived_bytes):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    allow_long_work()


def _reach_the_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
