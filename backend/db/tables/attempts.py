"""Passwords that were wrong."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base, utc_now


class WrongPasswords(Base):
    """How many wrong passwords were given for one purpose since the last right one.

    `purpose_sha256` is a hash because what was typed as a username may be anything, a password included.
    """

    __tablename__ = "wrong_passwords"

    purpose_sha256: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
