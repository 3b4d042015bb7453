"""Build what a slide's file lacks of the viewer's pyramid, once, after the upload; until then such tiles are drawn."""

import logging
from functools import partial
from uuid import UUID

from backend.bucket import StoreFailed
from backend.core.disk import is_full
from backend.core.errors import SlideUnreadable
from backend.db.session import patiently
from backend.services import slides
from backend.worker.execute import Workplace
from backend.wsi.levels import FILE, PLACES, build_levels, write_places
from backend.wsi.slide import Slide

log = logging.getLogger(__name__)


def build(place: Workplace, slide_id: UUID) -> None:
    """Build the levels of a slide that has none yet. Safe to repeat, and at once in several workers."""
    slide = patiently(place.sessions, partial(slides.begin_building, slide_id=slide_id, worker_id=place.worker_id))
    if slide is None:
        return
    if place.storage.free_bytes() < 2 * slide.size_bytes:
        log.warning("The levels of slide %s are not built: the disk is nearly full", slide_id)
        _wait(place, slide_id)
        return
    try:
        folder = place.storage.levels(slide_id)
        with place.storage.reading(slide_id), Slide(slides.file_of(slide, place.storage)) as opened:
            build_levels(opened, folder / FILE)
            write_places(opened, folder / PLACES)
            place.storage.publish(slide_id)
        with place.sessions.begin() as session:
            slides.was_built(session, slide_id=slide_id)
    except (OSError, SlideUnreadable, StoreFailed) as error:  # deleted meanwhile, no room, or the store is away
        log.warning("The levels of slide %s are not built", slide_id, exc_info=True)
        if isinstance(error, StoreFailed) or (isinstance(error, OSError) and is_full(error)):
            _wait(place, slide_id)


def _wait(place: Workplace, slide_id: UUID) -> None:
    """Leave it to another time; `worker.catch_up` looks for it."""
    patiently(place.sessions, partial(slides.building_waits, slide_id=slide_id))


def is_unbuilt(place: Workplace, slide_id: UUID) -> bool:
    """Say whether the levels of a slide are missing, by asking where they are kept."""
    return not place.storage.has(slide_id, f"levels/{FILE}")
