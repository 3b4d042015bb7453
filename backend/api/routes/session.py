"""Sign in, sign out, who am I."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from backend import __version__
from backend.api.dependencies import (
    SESSION_COOKIE,
    AnySessionDep,
    SessionDep,
    SettingsDep,
    Token,
    VaultDep,
    address_of,
)
from backend.api.schemas.second_factor import CodeNeededOut
from backend.api.schemas.session import Credentials, SessionOut, UserOut
from backend.core.findings import RESEARCH_USE_ONLY
from backend.core.settings import Settings
from backend.db.tables import UserSession
from backend.services import accounts, rights, second_factors, sessions, single_sign_on

router = APIRouter(prefix="/session", tags=["session"])


@router.post(
    "",
    response_model=SessionOut,
    responses={202: {"model": CodeNeededOut}},
)
def sign_in(
    credentials: Credentials,
    session: SessionDep,
    settings: SettingsDep,
    request: Request,
    response: Response,
    vault: VaultDep,
    token: Token = None,
) -> SessionOut | JSONResponse:
    """Sign in; the answer sets the session cookie, always to a new one, and a session that was there ends.

    202 says that the password was right, and that whoever has a second factor sends its code, too.
    """
    try:
        began, token = accounts.sign_in(
            session,
            username=credentials.username,
            password=credentials.password.get_secret_value(),
            code=credentials.code.get_secret_value() if credentials.code else None,
            vault=vault,
            hours=settings.session_hours,
            browser=request.headers.get("user-agent", ""),
            address=address_of(request),
            instead_of=token,
        )
    except second_factors.CodeNeeded:
        return JSONResponse(CodeNeededOut(needs="code").model_dump(), 202)
    set_session_cookie(request, response, settings, token)
    return session_of(session, began, settings)


@router.get("")
def get_session(session: SessionDep, here: AnySessionDep, settings: SettingsDep) -> SessionOut:
    """Say who is signed in."""
    return session_of(session, here, settings)


@router.delete("", status_code=204)
def sign_out(session: SessionDep, response: Response, token: Token = None) -> None:
    """Sign out; doing it twice is no error."""
    sessions.sign_out(session, token=token)
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict")


def set_session_cookie(request: Request, response: Response, settings: Settings, token: str) -> None:
    """Give the browser the token of a session."""
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=settings.session_hours * 3600,
        httponly=True,
        samesite="strict",
        secure=settings.secure_cookies or request.url.scheme == "https",
    )


def renew_session(
    request: Request, response: Response, session: SessionDep, here: AnySessionDep, settings: SettingsDep
) -> Callable[[], None]:
    """Return what gives the browser another token for its session, once its rights or credentials are others.

    Whoever had it take a token that they know, or has read the one before, is out from then on.
    """
    return lambda: set_session_cookie(request, response, settings, sessions.renew(session, here=here))


Renewal = Annotated[Callable[[], None], Depends(renew_session)]


def session_of(session: Session, here: UserSession, settings: Settings) -> SessionOut:
    """Show a session to whoever is signed in by it."""
    account = single_sign_on.of_user(session, user=here.user)
    return SessionOut(
        user=UserOut.model_validate(here.user),
        may=rights.allowed_to(here.user),
        has_password=bool(here.user.password_hash),
        provider=settings.oidc_name if account and account.issuer == settings.oidc_issuer else None,
        is_proved=sessions.is_proved(here),
        needs_second_factor=sessions.lacks_strength(here, must=second_factors.MUST[settings.second_factor]),
        software=f"FocusScope {__version__}",
        notice=RESEARCH_USE_ONLY,
    )
