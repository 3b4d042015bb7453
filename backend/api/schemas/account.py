"""One's own account."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, SecretStr

from backend.api.schemas.common import Schema, Sent

Password = Annotated[SecretStr, Field(min_length=1, max_length=1000)]


class ProofIn(Sent):
    """One's password, again; or none, right after a sign-in at the provider once more."""

    password: Password | None = None


def plain(secret: SecretStr | None) -> str | None:
    """Return what was typed, if something was."""
    return secret.get_secret_value() if secret else None


class PasswordChange(Sent):
    """The present password, and the one to have from now on."""

    password: Password
    new_password: Password


class UserSessionOut(Schema):
    """A browser in which somebody is signed in; `browser` is "" where it did not say which it is."""

    id: UUID
    browser: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    is_this_one: bool
