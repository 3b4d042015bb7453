"""Make clean what was received before only clean files were kept."""

import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from backend.core.errors import FocusScopeError
from backend.db.tables import Slide
from backend.services import slides
from backend.storage import write_atomically
from backend.worker.execute import Workplace
from backend.wsi.arrival.receive import CLEAN, ArrivalFault, cleaned, remove_all_but

log = logging.getLogger(__name__)

_KEPT = (CLEAN, "thumbnail.jpeg", "maps", "signed")
"""What stays in a slide's folder; its levels are built anew."""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What came of one slide: what was left out of the clean file, or why there is none."""

    slide_id: UUID
    left_out: list[str]
    refused: str | None = None


def clean_stored(place: Workplace) -> Iterator[Cleaning]:
    """Clean each slide whose file is still as it arrived, oldest first. Safe to stop anywhere and to repeat.

    A slide changes over in one transaction; what arrived is removed after that, at the latest when this runs again.
    """
    with place.sessions() as session:
        stored = slides.viewable(session)
    for slide_id in stored:
        with place.sessions() as session:
            slide = session.get(Slide, slide_id)
        if slide is None:  # deleted meanwhile
            continue
        entry = slide.entry
        if not entry.startswith(f"{CLEAN}/"):
            yield _clean(place, slide_id, entry)
        elif any(one.name not in (*_KEPT, "levels") for one in place.storage.slide_folder(slide_id).iterdir()):
            remove_all_but(place.storage.slide_folder(slide_id), (*_KEPT, "levels"))


def _clean(place: Workplace, slide_id: UUID, entry: str) -> Cleaning:
    folder = place.storage.slide_folder(slide_id)
    try:
        arrival = cleaned(folder, entry)
        with place.sessions.begin() as session:
            slides.was_cleaned(session, slide=session.get_one(Slide, slide_id), arrival=arrival)
    except FocusScopeError as error:
        shutil.rmtree(folder / CLEAN, ignore_errors=True)
        return Cleaning(slide_id, [], error.sentence)
    except ArrivalFault:
        log.exception("Cleaning slide %s failed", slide_id)
        return Cleaning(slide_id, [], "The file could not be inspected because of a fault, which has been logged.")
    write_atomically(place.storage.thumbnail(slide_id), arrival.thumbnail)
    remove_all_but(folder, _KEPT)
    return Cleaning(slide_id, arrival.removed)
