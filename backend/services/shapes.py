"""Outlines that readers draw: checked, measured, and their lymphocytes recorded once a worker has counted them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from shapely import Polygon, box
from shapely.validation import explain_validity
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, FocusScopeError, NotFound
from backend.core.findings import Rings
from backend.db.tables import Analysis, Review, ReviewCommand, ShapeCount
from backend.services import audit, reviews, summaries
from backend.services.reviews import Standing
from backend.services.slides import file_of
from backend.storage import Storage

MOST_SHAPES, MOST_VERTICES = 1_000, 50_000


class ShapeUnusable(FocusScopeError):
    """The outline encloses nothing, crosses itself, or lies outside the slide."""

    status = 422


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Drawn lesions whose lymphocytes are not known, and what counting them takes."""

    review_id: UUID
    slide_id: UUID
    file: Path
    mpp_xy: tuple[float, float]
    stain: dict[str, Any]
    polygons: dict[UUID, Rings]


def measured(standing: Standing, payload: dict[str, Any]) -> dict[str, Any]:
    """Return a change of outlines with the area of each, in mm².

    Raises:
        ShapeUnusable: where one is no plain polygon on the slide.
        Conflict: where an id is taken.
    """
    slide, mpp = standing.analysis.slide, standing.proposal.mpp
    if len(payload["added"]) > MOST_SHAPES:
        raise ShapeUnusable(f"One change may draw at most {MOST_SHAPES} outlines.")
    taken = {one.id for one in standing.proposal.lesions} | {one.id for one in standing.proposal.glands}
    taken |= {UUID(one["id"]) for command in standing.commands for one in command.payload.get("added", ())}
    added = []
    for shape in payload["added"]:
        if UUID(shape["id"]) in taken:
            raise Conflict("An outline with this id is there already.")
        polygon = _checked(shape["polygon"], slide.width or 0, slide.height or 0)
        added.append({**shape, "area_mm2": polygon.area * mpp[0] * mpp[1] / 1e6})
    return {"removed": payload["removed"], "added": added}


def _checked(rings: Rings, width: int, height: int) -> Polygon:
    if not rings or sum(map(len, rings)) > MOST_VERTICES or any(len(ring) < 4 for ring in rings):
        raise ShapeUnusable(f"An outline needs at least 3 corners, and at most {MOST_VERTICES}.")
    polygon = Polygon(rings[0], rings[1:])
    if not polygon.is_valid:
        raise ShapeUnusable(f"The outline crosses or touches itself ({explain_validity(polygon).lower()}).")
    if polygon.area < 1 or not box(0, 0, width, height).contains(polygon):
        raise ShapeUnusable("The outline is empty, or lies partly outside the slide.")
    return polygon


def uncounted(session: Session, *, review_id: UUID, storage: Storage) -> Uncounted | None:
    """Return the drawn lesions of a review that still want counting, or None where there are none."""
    row = session.get(Review, review_id)
    analysis = session.get(Analysis, row.analysis_id) if row else None
    if row is None or analysis is None:
        raise NotFound("There is no such review.")
    lesions = reviews.standing(session, analysis=analysis).state.lesions.values()
    polygons = {one.id: one.polygon for one in lesions if one.lymphocyte_count is None}
    if not polygons or not analysis.mpp_x or not analysis.mpp_y:
        return None
    stain = (analysis.details or {})["stain"]
    file, mpp_xy = file_of(analysis.slide, storage), (analysis.mpp_x, analysis.mpp_y)
    return Uncounted(row.id, analysis.slide_id, file, mpp_xy, stain, polygons)


def waiting(session: Session, *, newest: int = 200) -> list[UUID]:
    """Return the reviews with drawn lesions that nobody has counted, among those that were drawn in last."""
    drawn = select(ReviewCommand.review_id, func.max(ReviewCommand.at)).where(ReviewCommand.kind == "shape")
    recent = session.execute(drawn.group_by(ReviewCommand.review_id).order_by(func.max(ReviewCommand.at).desc()))
    rows = [session.get_one(Review, review_id) for review_id, _ in recent.fetchmany(newest)]
    analyses = [session.get_one(Analysis, row.analysis_id) for row in rows]
    standings = reviews.standings(session, analyses=analyses)
    return [row.id for row in rows if any(one.lymphocyte_count is None
            for one in standings[row.analysis_id].state.lesions.values())]  # fmt: skip


def was_counted(session: Session, *, review_id: UUID, counts: dict[UUID, int]) -> None:
    """Record lymphocytes; a count that is there already stays."""
    row = session.get(Review, review_id, with_for_update=True)
    if row is None:
        return
    known = set(session.scalars(select(ShapeCount.shape_id).where(ShapeCount.review_id == review_id)))
    for shape_id, count in counts.items():
        if shape_id not in known:
            session.add(ShapeCount(review_id=review_id, shape_id=shape_id, lymphocyte_count=count))
    if new := {str(shape_id): count for shape_id, count in counts.items() if shape_id not in known}:
        audit.note(session, action="review.count", subject_id=review_id, by=None, after=new)
    summaries.refresh(session, analysis=session.get_one(Analysis, row.analysis_id))
