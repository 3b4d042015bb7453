"""Sign in, sign out, who am I."""

from fastapi import APIRouter, Request, Response

from backend import __version__
from backend.api.dependencies import SESSION_COOKIE, CurrentUser, SessionDep, SettingsDep, Token, address_of
from backend.api.schemas.session import Credentials, SessionOut, UserOut
from backend.core.findings import RESEARCH_USE_ONLY
from backend.db.tables import User
from backend.services import accounts, rights, sessions

router = APIRouter(prefix="/session", tags=["session"])


@router.post("")
def sign_in(
    credentials: Credentials,
    session: SessionDep,
    settings: SettingsDep,
    request: Request,
    response: Response,
    token: Token = None,
) -> SessionOut:
    """Sign in; the answer sets the session cookie, always to a new one, and a session that was there ends."""
    user, token = accounts.sign_in(
        session,
        username=credentials.username,
        password=credentials.password.get_secret_value(),
        hours=settings.session_hours,
        browser=request.headers.get("user-agent", ""),
        address=address_of(request),
        instead_of=token,
    )
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=settings.session_hours * 3600,
        httponly=True,
        samesite="strict",
        secure=settings.secure_cookies or request.url.scheme == "https",
    )
    return _session_of(user)


@router.get("")
def get_session(user: CurrentUser) -> SessionOut:
    """Say who is signed in."""
    return _session_of(user)


@router.delete("", status_code=204)
def sign_out(session: SessionDep, response: Response, token: Token = None) -> None:
    """Sign out; doing it twice is no error."""
    sessions.sign_out(session, token=token)
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict")


def _session_of(user: User) -> SessionOut:
    return SessionOut(
        user=UserOut.model_validate(user),
        may=rights.allowed_to(user),
        software=f"FocusScope {__version__}",
        notice=RESEARCH_USE_ONLY,
    )
