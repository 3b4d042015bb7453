"""Single sign-on."""

from typing import Annotated

from pydantic import Field, SecretStr

from backend.api.schemas.common import Schema, Sent
from backend.api.schemas.session import SessionOut


class ProviderOut(Schema):
    """What the single sign-on of this installation is called; None where there is none."""

    name: str | None


class BeginIn(Sent):
    """Why somebody goes to the provider: to sign in, to join by a `link`, or `again`, to confirm that it is them."""

    again: bool = False
    link: Annotated[SecretStr, Field(max_length=200)] | None = None


class BegunOut(Schema):
    """The address of the provider to which the browser goes."""

    address: str


class AnswerIn(Sent):
    """What the provider sent the browser back with; no `code` where it refused."""

    state: Annotated[str, Field(max_length=200)]
    code: Annotated[SecretStr, Field(max_length=4000)] | None = None


class AnsweredOut(Schema):
    """The session that holds now, and whether it was there before, and somebody confirmed that it is them."""

    session: SessionOut
    again: bool
