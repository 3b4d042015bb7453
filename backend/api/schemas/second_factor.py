"""One's own second factor."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from backend.api.schemas.account import Password
from backend.api.schemas.common import Schema, Sent

Code = Annotated[SecretStr, Field(min_length=1, max_length=40)]


class SecondFactorOut(Schema):
    """Since when there is one, if there is, and whether this installation requires it of the user's role."""

    since: datetime | None
    recovery_codes_left: int
    is_required: bool


class PasswordIn(Sent):
    """One's password, again."""

    password: Password


class CodeIn(Sent):
    """What an authenticator app shows, or a recovery code."""

    code: Code


class PasswordAndCode(PasswordIn, CodeIn):
    """Both, again."""


class SetUpOut(Schema):
    """What an authenticator app is given, told this once: in base32 to type, and as a picture (an address of data)."""

    secret: str
    qr: str


class RecoveryCodes(Schema):
    """What lets one in without the app, each once; told this once."""

    codes: list[str]


class CodeNeededOut(Schema):
    """The password was right, and the second step is to come: sign in again, with the `code`."""

    needs: Literal["code"]
