"""People who may sign in, and where they are signed in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db.base import Base, HasId, utc_now

ROLES = ("admin", "lead", "reader", "viewer")


class User(HasId, Base):
    """A person. Users are disabled, never deleted: their decisions keep their name.

    `site` is the name of the hospital or laboratory whose slides they see; `role` is what they may do with them.
    `email` is the address at which the OpenID provider knows them, as an admin entered it. `password_hash` is "" where
    they sign in by the provider alone.
    """

    __tablename__ = "user"
    __table_args__ = (CheckConstraint(f"role IN {ROLES}", name="role"),)

    username: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    disabled_at: Mapped[datetime | None]
    role: Mapped[str]
    site: Mapped[str]
    email: Mapped[str | None] = mapped_column(index=True, unique=True)


class ProviderAccount(Base):
    """The account at an OpenID provider by which a user signs in; `subject` is its name for them."""

    __tablename__ = "provider_account"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class UserSession(HasId, Base):
    """One browser that is signed in. Only the hash of its token is kept; `browser` says which one it is, if known.

    It `is_strong` where whoever signed in gave a second factor, too. At `proved_at` they signed in at the provider once
    more, which stands for the password once, and not for long.
    """

    __tablename__ = "user_session"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime] = mapped_column(default=utc_now)
    browser: Mapped[str] = mapped_column(default="")
    is_strong: Mapped[bool] = mapped_column(default=False)
    proved_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
