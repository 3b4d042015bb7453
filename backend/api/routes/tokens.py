"""One's own API tokens."""

from uuid import UUID

from fastapi import APIRouter

from backend.api.dependencies import SessionDep, UserSessionDep
from backend.api.schemas.account import plain
from backend.api.schemas.tokens import TokenIn, TokenMadeOut, TokenOut
from backend.services import accounts, api_tokens

router = APIRouter(prefix="/account/tokens", tags=["account"])


@router.get("")
def get_tokens(session: SessionDep, here: UserSessionDep) -> list[TokenOut]:
    """List one's tokens, newest first."""
    return [TokenOut.model_validate(one) for one in api_tokens.of_user(session, user=here.user)]


@router.post("", status_code=201)
def make_token(wanted: TokenIn, session: SessionDep, here: UserSessionDep) -> TokenMadeOut:
    """Make a token for a program; it is told this once."""
    accounts.confirm(session, here=here, password=plain(wanted.password))
    made, secret = api_tokens.make(session, here=here, name=wanted.name, scopes=wanted.scopes, days=wanted.days)
    return TokenMadeOut(**TokenOut.model_validate(made).model_dump(), token=secret)


@router.delete("/{token_id}", status_code=204)
def revoke_token(token_id: UUID, session: SessionDep, here: UserSessionDep) -> None:
    """Make a token useless at once."""
    api_tokens.revoke(session, token_id=token_id, user=here.user)
