"""Second factors: what somebody has beside the password that they know."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base, utc_now


class SecondFactor(Base):
    """An authenticator app of one user; it counts once it was confirmed by a code.

    `sealed_secret` is what app and server share, sealed. `last_step` is the step of time whose code was used last:
    earlier ones and itself are good no more. `recovery_sha256` are the hashes of the recovery codes that are left.
    """

    __tablename__ = "second_factor"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    sealed_secret: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)
    recovery_sha256: Mapped[list[Any]] = mapped_column(default=list)
