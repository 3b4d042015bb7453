"""The audit trail, for admins."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from backend.api.dependencies import Admin, SessionDep, noted
from backend.api.schemas.audit import AuditEventOut, AuditPage
from backend.api.schemas.common import Search
from backend.db.tables import AuditEvent, User
from backend.services import trail

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get("", dependencies=[noted("audit.view")])
def list_events(
    session: SessionDep,
    admin: Admin,
    before: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    page_size: Annotated[int, Query(ge=1, le=500)] = 100,
    subject_id: UUID | None = None,
    actor_id: UUID | None = None,
    action: Search | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> AuditPage:
    """List the events that concern the admin's site, newest first; `since` and `until` are UTC unless they say."""
    found = trail.page(
        session, by=admin, before=before, most=page_size + 1, subject_id=subject_id, actor_id=actor_id, action=action,
        since=_aware(since), until=_aware(until),
    )  # fmt: skip
    items = [_event_out(event, actor) for event, actor in found[:page_size]]
    return AuditPage(items=items, next=items[-1].id if len(found) > page_size else None)


def _event_out(event: AuditEvent, actor: User | None) -> AuditEventOut:
    columns = {name: getattr(event, name) for name in AuditEventOut.model_fields if name != "actor"}
    return AuditEventOut(**columns, actor=actor.display_name if actor else None)


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
