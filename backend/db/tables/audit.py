"""The audit trail: one chain of events, and where it ends."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base


class AuditEvent(Base):
    """Who did what to which thing, when, and what it was before and after.

    `id` counts from 1 without gaps, in the order of the commits. `sha256` is that of the event before and of this one,
    so that none can be changed, removed or put between unseen. The database refuses to change or delete an event.
    Names and other free text stay out: they may name a patient.
    """

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    action: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[UUID | None]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    sha256: Mapped[str]


class AuditHead(Base):
    """How many events there are, and the hash of the last: one row, locked by whoever appends."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]
    sha256: Mapped[str]
