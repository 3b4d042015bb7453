"""API tokens."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from backend.api.schemas.account import ProofIn
from backend.api.schemas.common import Schema

Scope = Literal["slides:read", "slides:write", "reviews:read", "reports:read"]


class TokenIn(ProofIn):
    """What a token is for, and for how many days."""

    name: Annotated[str, Field(max_length=200)]
    scopes: Annotated[list[Scope], Field(max_length=10)]
    days: int


class TokenOut(Schema):
    """A token that is good; `last_used_at` is exact to 5 minutes."""

    id: UUID
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class TokenMadeOut(TokenOut):
    """A token with what it is sent as, which is told this once: `Authorization: Bearer …`."""

    token: str
