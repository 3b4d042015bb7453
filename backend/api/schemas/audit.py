"""The audit trail, as an admin reads it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from backend.api.schemas.common import Schema


class AuditEventOut(Schema):
    """One event; `actor` is the name of who acted, None where that was a worker, the command line or nobody known."""

    id: int
    at: datetime
    actor_id: UUID | None
    actor: str | None
    action: str
    subject: str
    subject_id: UUID | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    sha256: str


class AuditPage(Schema):
    """Events, newest first; `next` is the `before` of the page of older ones, None where there are none."""

    items: list[AuditEventOut]
    next: int | None
