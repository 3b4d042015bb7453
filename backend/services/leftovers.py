"""Files that no row speaks of: a process died, or the store was away, while they were stored or removed.

What may have left some follows from rows and from the audit trail. Nothing is removed because it is unknown, so that
an installation that is shown the wrong database, or an older one, removes nothing.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend.db.session import Sessions, only_read
from backend.db.tables import Analysis, AuditEvent, ReviewSummary, Slide
from backend.services import signing
from backend.storage import Storage

ENDS = ("slide.delete", "slide.reject", "upload.give_up")
"""After these events nothing may be stored of a slide, unless the upload that was given up had become one."""
IN_VAIN = ("analysis.fail", "analysis.cancel")


def remove(sessions: Sessions, storage: Storage, *, since: datetime) -> None:
    """Remove what is left of slides that went since then, and maps of analyses that ended without success. Repeatable.

    Raises:
        StoreFailed: where the store is away; then some is still there.
    """
    with sessions() as session:
        only_read(session)
        slides, analyses = _gone(session, since), _in_vain(session, since)
    for slide_id in slides:
        storage.remove_slide(slide_id)
    for slide_id, analysis_id in analyses:
        storage.remove_maps(slide_id, analysis_id)


def remove_unsigned(sessions: Sessions, storage: Storage) -> None:
    """Remove files of versions that were never signed, of the reviews that are not signed as they stand.

    Raises:
        StoreFailed: where the store is away; then some is still there.
    """
    with sessions() as session:
        only_read(session)
        unsigned = select(Analysis.slide_id).join(ReviewSummary, ReviewSummary.analysis_id == Analysis.id)
        slides = session.scalars(unsigned.where(ReviewSummary.status != "signed").distinct()).all()
    for slide_id in slides:
        with sessions.begin() as session:
            signing.remove_leftovers(session, slide_id=slide_id, storage=storage)


def _gone(session: Session, since: datetime) -> Collection[UUID]:
    """Return the slides of which nothing may be stored any more."""
    ended = select(AuditEvent.subject_id).where(AuditEvent.at >= since, AuditEvent.action.in_(ENDS))
    is_gone = or_(Slide.id.is_(None), Slide.status == "rejected")
    found = session.scalars(ended.outerjoin(Slide, Slide.id == AuditEvent.subject_id).where(is_gone))
    return {one for one in found if one}


def _in_vain(session: Session, since: datetime) -> Collection[tuple[UUID, UUID]]:
    """Return slide and analysis where that failed or was cancelled."""
    over = select(Analysis.slide_id, Analysis.id).join(AuditEvent, AuditEvent.subject_id == Analysis.id)
    over = over.where(AuditEvent.at >= since, AuditEvent.action.in_(IN_VAIN))
    found = session.execute(over.where(Analysis.status.in_(("failed", "cancelled"))))
    return {(slide_id, analysis_id) for slide_id, analysis_id in found}
