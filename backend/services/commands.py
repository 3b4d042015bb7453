"""What readers do to a review: each action is one appended command, or refused with a reason."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend import jobs
from backend.core import review
from backend.core.errors import Conflict, FocusScopeError
from backend.core.review import Command, Kind
from backend.db.base import utc_now
from backend.db.session import after_commit
from backend.db.tables import Analysis, Review, ReviewCommand, User
from backend.services import audit, reviews, shapes, summaries
from backend.services.blinding import ProposalsWithheld
from backend.services.reviews import Standing


class ReviewChanged(FocusScopeError):
    """Somebody else, or another of the reader's windows, was first. `standing` is what holds now."""

    status = 412

    def __init__(self, standing: Standing) -> None:
        super().__init__("The review has changed since this page last saw it.")
        self.standing = standing


class ReviewSigned(Conflict):
    """A signed version is never changed."""

    def __init__(self) -> None:
        super().__init__("The review is signed: begin an amendment to change it.")


def append(
    session: Session, *, analysis: Analysis, kind: Kind, payload: Mapping[str, Any], by: User, version: str | None,
    command_id: UUID | None = None, blind: bool = False,
) -> Standing:  # fmt: skip
    """Append one command and return the review that follows; a command that is there already is not repeated.

    `version` is what the reader's page last saw; None writes whatever holds now. `blind` says that the reader has not
    seen the proposals: then a read is all that they can record, and later none.

    Raises:
        ReviewChanged: where that is not what holds now.
        ReviewSigned: where the review is signed.
        ProposalsWithheld: where a reader would change what they have not seen.
        Conflict, NotFound, ShapeUnusable: where the command does not fit.
    """
    is_held = reviews.hold(session, analysis=analysis)
    standing = reviews.standing(session, analysis=analysis)
    if standing.row and any(one.id == command_id for one in standing.row.commands):
        return standing
    if version is not None and version != standing.version:
        raise ReviewChanged(standing)
    _require_open(standing, kind)
    _require_in_order(kind, blind)
    said = _completed(standing, kind, dict(payload), by)
    command = Command(standing.state.version + 1, kind, said, by.id, utc_now())
    review.replay(standing.proposal, [*standing.commands, command], {})
    row = _stored(session, standing, command, command_id or uuid4())
    audit.note(session, action=f"review.{kind}", subject_id=row.review_id, by=by, after=_audited(kind, said))
    if kind in ("shape", "redo"):
        after_commit(session, lambda: jobs.send(jobs.COUNT_SHAPES, row.review_id))
    if not is_held:
        return summaries.refresh(session, analysis=analysis)
    summaries.keep(session, standing := reviews.now(standing))
    return standing


def _require_open(standing: Standing, kind: Kind) -> None:
    if kind == "amend" and not standing.signed:
        raise Conflict("Only a signed review can be amended.")
    if standing.signed and kind != "amend":
        raise ReviewSigned


def _require_in_order(kind: Kind, blind: bool) -> None:
    if blind and kind != "read":
        raise ProposalsWithheld
    if kind == "read" and not blind:
        raise Conflict("You have seen the proposals: a read of your own is recorded before that, once.")


def _completed(standing: Standing, kind: Kind, payload: dict[str, Any], by: User) -> dict[str, Any]:
    """Add what the server knows better than the page: areas, and what is undone or redone."""
    if kind == "shape":
        return shapes.measured(standing, payload)
    if kind in ("undo", "redo"):
        find = review.to_undo if kind == "undo" else review.to_redo
        target = find(standing.commands, by.id)
        if target is None:
            raise Conflict(f"There is nothing to {kind}.")
        return {"sequence": target.sequence}
    return payload


def _stored(session: Session, standing: Standing, command: Command, command_id: UUID) -> ReviewCommand:
    """Insert the command; where another writer took its place in the sequence, that one was first."""
    begun = standing.row or review_of(session, standing.analysis, command.by)
    row = ReviewCommand(
        id=command_id, review_id=begun.id, sequence=command.sequence,
        kind=command.kind, payload=dict(command.payload), by_id=command.by, at=command.at,
    )  # fmt: skip
    try:
        with session.begin_nested():
            begun.commands.append(row)
    except IntegrityError:
        if session.get(ReviewCommand, command_id):
            raise Conflict("A command with this id belongs to another review.") from None
        raise ReviewChanged(reviews.standing(session, analysis=standing.analysis)) from None
    return row


def review_of(session: Session, analysis: Analysis, by_id: UUID) -> Review:
    """Return the review of an analysis, begun now where there was none."""
    row = session.scalar(select(Review).where(Review.analysis_id == analysis.id))
    if row is None:
        row = Review(analysis_id=analysis.id, started_by_id=by_id)
        session.add(row)
        session.flush()
    return row


def _audited(kind: Kind, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the audit trail keeps: no free text, and of outlines which they were."""
    if kind == "shape":
        return {"removed": payload["removed"], "added": [one["id"] for one in payload["added"]]}
    if kind == "fields":
        return {"fields": sorted(payload)}
    return {name: value for name, value in payload.items() if name not in ("text", "reason")}
