"""Who is signed in."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, SecretStr

from backend.api.schemas.common import Schema, Sent
from backend.api.schemas.second_factor import Code


class Credentials(Sent):
    """What a user types to sign in; in a second step, also the code of whoever has a second factor."""

    username: Annotated[str, Field(min_length=1, max_length=100)]
    password: Annotated[SecretStr, Field(min_length=1, max_length=1000)]
    code: Code | None = None


class UserOut(Schema):
    """A person who may sign in."""

    id: UUID
    username: str
    display_name: str
    role: Literal["admin", "lead", "reader", "viewer"]
    site: str


class SessionOut(Schema):
    """The present session, with the software's version and the notice that every page shows.

    `may` is what the role of the user allows at all; nothing, until a second factor is set up that they lack and that
    this installation requires. `provider` is the name of the single sign-on at which they have an account; `is_proved`
    says that they signed in there once more just now, which stands for the password once.
    """

    user: UserOut
    may: list[Literal["look", "export", "read", "arrange", "manage", "invite", "manage_people", "operate"]]
    needs_second_factor: bool
    has_password: bool
    provider: str | None
    is_proved: bool
    software: str
    notice: str
