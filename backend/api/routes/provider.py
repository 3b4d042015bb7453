"""Single sign-on: to the OpenID provider, and back.

The provider sends the browser to a page of ours, which then asks here by itself, so nothing here redirects anybody.
What was begun is kept sealed in the browser: nobody can finish in one browser what was begun in another.
"""

import json
from dataclasses import asdict
from time import time
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Depends, Request, Response

from backend.api.dependencies import (
    SessionDep,
    SessionsDep,
    SettingsDep,
    Token,
    VaultDep,
    address_of,
    get_user_session_of,
)
from backend.api.routes.session import session_of, set_session_cookie
from backend.api.schemas.account import plain
from backend.api.schemas.provider import AnsweredOut, AnswerIn, BeginIn, BegunOut, ProviderOut
from backend.core.vault import SecretChanged, Vault
from backend.provider import AnswerNotGood, Begun, Provider, ProviderSilent
from backend.services import attempts, single_sign_on
from backend.services import sessions as sessions_of_users

router = APIRouter(prefix="/session/provider", tags=["session"])

COOKIE = "focusscope_provider"
PATH = "/api/session/provider"
PAGE = "sign-in/provider"
"""Where the provider sends the browser; it has to be told this address once."""

GOOD_FOR_S = 600
PURPOSE = "provider"


def get_provider(request: Request) -> Provider:
    """Return the provider of this installation, or answer 409 where it has none."""
    provider: Provider = request.app.state.provider
    if not provider.is_set:
        raise single_sign_on.NoProvider
    return provider


ProviderDep = Annotated[Provider, Depends(get_provider)]


@router.get("")
def get_single_sign_on(request: Request) -> ProviderOut:
    """Say whether there is a single sign-on, to whoever may be about to sign in."""
    provider: Provider = request.app.state.provider
    return ProviderOut(name=provider.name if provider.is_set else None)


@router.post("")
def begin_single_sign_on(
    wanted: BeginIn, provider: ProviderDep, settings: SettingsDep, sessions: SessionsDep, vault: VaultDep,
    request: Request, response: Response, token: Token = None,
) -> BegunOut:  # fmt: skip
    """Begin, and say where at the provider the browser goes on."""
    if wanted.again:
        with sessions() as session:
            here = get_user_session_of(session, settings, token)
    begun = provider.begin(f"{request.base_url}{PAGE}", again=wanted.again)
    kept = {
        "begun": asdict(begun), "at": time(), "again": str(here.id) if wanted.again else None,
        "link": plain(wanted.link),
    }  # fmt: skip
    response.set_cookie(
        COOKIE, vault.seal(json.dumps(kept), purpose=PURPOSE), max_age=GOOD_FOR_S, path=PATH, httponly=True,
        samesite="strict", secure=settings.secure_cookies or request.url.scheme == "https",
    )  # fmt: skip
    return BegunOut(address=begun.address)


@router.post("/answer")
def finish_single_sign_on(
    answer: AnswerIn, provider: ProviderDep, settings: SettingsDep, sessions: SessionsDep, vault: VaultDep,
    session: SessionDep, request: Request, response: Response, token: Token = None,
    kept: Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)] = None,
) -> AnsweredOut:  # fmt: skip
    """Sign in, or confirm who is signed in, by what the provider sent the browser back with; a new session is begun."""
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict")
    source = address_of(request)
    with sessions.begin() as counted:  # of its own: nothing is locked while the provider is asked
        attempts.require_few(counted, source=source)
    try:
        remembered = _remembered(kept, answer.state, vault, provider)
        if answer.code is None:
            raise AnswerNotGood(provider.name)
        person = provider.finish(Begun(**remembered["begun"]), answer.code.get_secret_value())
    except (AnswerNotGood, ProviderSilent):
        with sessions.begin() as counted:
            attempts.count(counted, source=source)
        raise
    if remembered["again"]:
        here = get_user_session_of(session, settings, token)
        if str(here.id) != remembered["again"]:
            raise AnswerNotGood(provider.name)
        single_sign_on.prove(
            session, here=here, person=person, settings=settings, elapsed_s=time() - remembered["at"]
        )  # fmt: skip
        set_session_cookie(request, response, settings, sessions_of_users.renew(session, here=here))
        return AnsweredOut(session=session_of(session, here, settings), again=True)
    began, secret = single_sign_on.sign_in(
        session, person=person, settings=settings, link=remembered["link"], address=source, instead_of=token,
        browser=request.headers.get("user-agent", ""),
    )  # fmt: skip
    set_session_cookie(request, response, settings, secret)
    return AnsweredOut(session=session_of(session, began, settings), again=False)


def _remembered(kept: str | None, state: str, vault: Vault, provider: Provider) -> dict[str, Any]:
    """Return what this browser began, if that is what is answered, and not too long ago."""
    try:
        remembered: dict[str, Any] = json.loads(vault.open(kept or "", purpose=PURPOSE, seconds=GOOD_FOR_S))
    except SecretChanged as error:
        raise AnswerNotGood(provider.name) from error
    if remembered["begun"]["state"] != state:
        raise AnswerNotGood(provider.name)
    return remembered
