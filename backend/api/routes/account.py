"""One's own account: the password, and where one is signed in."""

from uuid import UUID

from fastapi import APIRouter

from backend.api.dependencies import CurrentUser, SessionDep, UserSessionDep
from backend.api.present_people import session_out
from backend.api.routes.session import Renewal
from backend.api.schemas.account import PasswordChange, UserSessionOut
from backend.services import accounts, sessions

router = APIRouter(prefix="/account", tags=["account"])


@router.post("/password", status_code=204)
def change_password(change: PasswordChange, session: SessionDep, here: UserSessionDep, renew: Renewal) -> None:
    """Take another password; all other sessions and all tokens end, and this session's cookie is another."""
    accounts.change_password(
        session,
        here=here,
        password=change.password.get_secret_value(),
        new=change.new_password.get_secret_value(),
    )
    renew()


@router.get("/sessions")
def get_sessions(session: SessionDep, this: UserSessionDep) -> list[UserSessionOut]:
    """List where one is signed in."""
    return [session_out(one, this) for one in sessions.of_user(session, user=this.user)]


@router.delete("/sessions", status_code=204)
def end_other_sessions(session: SessionDep, here: UserSessionDep) -> None:
    """Sign out everywhere but here."""
    sessions.end_all(session, user=here.user, by=here.user, but=here)


@router.delete("/sessions/{session_id}", status_code=204)
def end_session(session_id: UUID, session: SessionDep, user: CurrentUser) -> None:
    """Sign out in one other browser, or in this one."""
    sessions.revoke(session, session_id=session_id, user=user, by=user)
