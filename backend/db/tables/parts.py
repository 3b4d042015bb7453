"""Parts of unfinished analyses that workers make at this moment."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base


class HeldPart(Base):
    """A part that a worker makes, where workers have no folder in common. It goes with the row of its worker."""

    __tablename__ = "held_part"

    analysis_id: Mapped[UUID] = mapped_column(ForeignKey("analysis.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), index=True)
