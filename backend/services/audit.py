"""Who did what: one appended row per change."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from backend.db.tables import AuditEvent, User


def note(
    session: Session,
    *,
    action: str,
    subject_id: UUID | None,
    by: User | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Append to the audit trail; `action` reads `noun.verb`. Leave names out: they may name a patient."""
    session.add(
        AuditEvent(
            actor_id=by.id if by else None,
            action=action,
            subject=action.partition(".")[0],
            subject_id=subject_id,
            before=before,
            after=after,
        )
    )
