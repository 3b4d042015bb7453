"""Processes that work on slides."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base, HasId, utc_now


class Worker(HasId, Base):
    """One process that takes one message at a time. It writes `seen_at` every few seconds, as long as it lives.

    `task` and `subject_id` say what it works on and `busy_since` from when; all three are empty while it waits.
    `gpus` describes the graphics processors of its machine, and is None where it does not look for any.
    """

    __tablename__ = "worker"

    host: Mapped[str]
    pid: Mapped[int]
    queues: Mapped[list[Any]]
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    seen_at: Mapped[datetime] = mapped_column(default=utc_now)
    task: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    busy_since: Mapped[datetime | None]
    gpus: Mapped[list[Any] | None]
