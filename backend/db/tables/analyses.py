"""Runs of the pipeline and the lesions that they proposed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db.base import Base, HasId, utc_now
from backend.db.tables.slides import Slide
from backend.db.tables.users import User

ACTIVE = text("status IN ('queued', 'running')")


class Analysis(HasId, Base):
    """One run of the pipeline on one slide; at most one per slide is queued or running.

    `attempt` counts claims: only the worker that holds the latest may write; `worker_id` is its row while it
    lives. `urgent` ones go before all others.
    `mpp_x` and `mpp_y` are the pixel size that was used. `details` holds the rest of the findings (glands, networks,
    options, stain, seconds, software, warnings, notice) as `findings.json` does.
    """

    __tablename__ = "analysis"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')", name="status"),
        Index("ix_analysis_newest", "slide_id", "queued_at", "id"),
        Index("uq_analysis_active", "slide_id", unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE),
    )

    slide_id: Mapped[UUID] = mapped_column(ForeignKey("slide.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(default="queued")
    stage: Mapped[str | None]
    stage_fraction: Mapped[float] = mapped_column(default=0.0)
    stage_seconds: Mapped[dict[str, Any]] = mapped_column(default=dict)
    attempt: Mapped[int] = mapped_column(default=0)
    worker_id: Mapped[UUID | None]
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    failure: Mapped[str | None]
    requested_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    queued_at: Mapped[datetime] = mapped_column(default=utc_now)
    started_at: Mapped[datetime | None] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
    mpp_x: Mapped[float | None]
    mpp_y: Mapped[float | None]

    focus_score: Mapped[float | None]
    focus_score_reason: Mapped[str | None]
    focus_score_low: Mapped[float | None]
    focus_score_high: Mapped[float | None]
    foci: Mapped[int | None]
    glandular_area_mm2: Mapped[float | None]
    area_fraction: Mapped[float | None]
    warning_count: Mapped[int | None]
    details: Mapped[dict[str, Any] | None]

    slide: Mapped[Slide] = relationship()
    requested_by: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    lesions: Mapped[list["Lesion"]] = relationship(order_by="Lesion.number", passive_deletes=True)


class Lesion(Base):
    """One infiltrate that an analysis proposed; it is never changed. `polygon` is in level-0 pixels."""

    __tablename__ = "lesion"

    analysis_id: Mapped[UUID] = mapped_column(ForeignKey("analysis.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    polygon: Mapped[list[Any]]
    area_mm2: Mapped[float]
    lymphocyte_count: Mapped[int]
    confidence: Mapped[float]
    counts_as_focus: Mapped[bool]
