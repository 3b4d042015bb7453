"""People, and the links that let them in."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, SecretStr

from backend.api.schemas.account import Password
from backend.api.schemas.common import Schema, Sent

Role = Literal["admin", "lead", "reader", "viewer"]


class PersonOut(Schema):
    """A person, as those see them who manage people; `disabled_at` is when they were barred from signing in."""

    id: UUID
    username: str
    display_name: str
    role: Role
    site: str
    email: str | None
    created_at: datetime
    disabled_at: datetime | None
    has_second_factor: bool


class PersonChange(Sent):
    """What is to be different; what is left out stays. `email` is "" where there is none any more."""

    role: Role | None = None
    site: Annotated[str, Field(max_length=200)] | None = None
    disabled: bool | None = None
    email: Annotated[str, Field(max_length=254)] | None = None


class InvitationIn(Sent):
    """What whoever joins is to be; without a site, that of who invites."""

    role: Role
    site: Annotated[str, Field(max_length=200)] | None = None


class InvitationOut(Schema):
    """A link that nobody has used; `username` is whose new password it is for, if it is for that."""

    id: UUID
    role: Role
    site: str
    username: str | None
    invited_by: str
    created_at: datetime
    expires_at: datetime


class LinkOut(Schema):
    """The secret of a link, which is told this once, and until when it is good."""

    token: str
    expires_at: datetime


class LinkIn(Sent):
    """A link that somebody has opened."""

    token: Annotated[SecretStr, Field(max_length=200)]


class OpenedOut(Schema):
    """What a link is for: joining a site in a role, or a new password for `username`."""

    role: Role
    site: str
    username: str | None


class AcceptIn(LinkIn):
    """Who joins; for a new password the names do not matter."""

    username: Annotated[str, Field(max_length=100)] = ""
    display_name: Annotated[str, Field(max_length=200)] = ""
    password: Password
