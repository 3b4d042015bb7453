"""Slides that clinicians have reviewed to the end, to train networks on."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, MppUnknown
from backend.core.findings import Rings
from backend.db.tables import Analysis, Slide
from backend.services import reviews
from backend.services.analyses import NEWEST_FIRST
from backend.services.slides import file_of
from backend.storage import Storage


@dataclass(frozen=True, slots=True)
class ReviewedSlide:
    """A slide, the lesions that readers let stand or drew, and the glands; polygons in level-0 pixels."""

    slide_id: UUID
    file: Path
    mpp_xy: tuple[float, float]
    lesions: list[Rings]
    glands: list[Rings]


def reviewed_slides(session: Session, *, storage: Storage) -> list[ReviewedSlide]:
    """Return each slide with its newest analysis on which every proposed lesion has been decided.

    A slide without any lesion is left out unless it was signed: nobody has said that it has no foci.

    Raises:
        Conflict: where there is none.
    """
    succeeded = session.scalars(select(Analysis).where(Analysis.status == "succeeded").order_by(*NEWEST_FIRST)).all()
    standings = reviews.standings(session, analyses=succeeded)
    newest: dict[UUID, ReviewedSlide] = {}
    for analysis in succeeded:
        standing = standings[analysis.id]
        finished = standing.signed or (standing.total and standing.decided == standing.total)
        if finished and analysis.slide_id not in newest:
            newest[analysis.slide_id] = _reviewed(analysis, standing, storage)
    if not newest:
        raise Conflict("No slide has been reviewed to the end: confirm or reject every proposed focus first.")
    return list(newest.values())


def _reviewed(analysis: Analysis, standing: reviews.Standing, storage: Storage) -> ReviewedSlide:
    slide: Slide = analysis.slide
    return ReviewedSlide(
        slide_id=slide.id,
        file=file_of(slide, storage),
        mpp_xy=_mpp_of(analysis),
        lesions=[one.polygon for one in standing.state.in_order() if one.accepted],
        glands=[one.polygon for one in standing.state.glands.values()],
    )


def _mpp_of(analysis: Analysis) -> tuple[float, float]:
    x, y = analysis.mpp_x or analysis.slide.mpp_x, analysis.mpp_y or analysis.slide.mpp_y
    if x is None or y is None:
        raise MppUnknown
    return x, y
