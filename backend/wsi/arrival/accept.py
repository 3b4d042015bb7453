"""Judge an arriving file, and write the clean files that are kept beside it, with a receipt."""

import json
import os
import shutil
from base64 import b64encode
from dataclasses import asdict, replace
from pathlib import Path

from backend.wsi.arrival.clean import clean
from backend.wsi.arrival.inspection import judge, open_sound
from backend.wsi.arrival.limits import allow_long_work
from backend.wsi.arrival.receive import CLEAN, RECEIPT
from backend.wsi.deepzoom import encode_jpeg
from backend.wsi.slide import Slide

THUMBNAIL_PX = 512


def accept(folder: Path, entry: str) -> None:
    """Make `CLEAN` in a slide's folder out of the file that arrived there as `entry`, which is left as it is.

    Raises:
        SlideUnreadable: where it is no slide, or a damaged one.
    """
    draft = folder / f"{CLEAN}.part"
    shutil.rmtree(draft, ignore_errors=True)
    with open_sound(folder / entry) as arrived:
        allow_long_work()
        draft.mkdir()
        cleaned = clean(arrived, draft)
        mpp, vendor, power = arrived.mpp, arrived.vendor, arrived.objective_power
    with Slide(cleaned.path, mpp=mpp) as kept:
        inspection = replace(judge(kept), vendor=vendor, objective_power=power)
        thumbnail = encode_jpeg(kept.thumbnail(THUMBNAIL_PX))
    receipt = {
        "entry": f"{CLEAN}/{cleaned.path.relative_to(draft).as_posix()}", "removed": cleaned.removed,
        "inspection": asdict(inspection), "thumbnail": b64encode(thumbnail).decode(),
    }  # fmt: skip
    (draft / RECEIPT).write_text(json.dumps(receipt), encoding="utf-8")
    for path in (*(one for one in draft.rglob("*") if one.is_file()), draft):
        _reach_the_disk(path)
    draft.rename(folder / CLEAN)
    _reach_the_disk(folder)


def _reach_the_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
