"""What routes ask for: the database session, the signed-in user, the slide or analysis in the path."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from fastapi import Cookie, Depends, Request
from sqlalchemy.orm import Session

from backend.core.errors import FocusScopeError
from backend.core.settings import Settings
from backend.db.session import Sessions, only_read
from backend.db.tables import Analysis, Case, Slide, User
from backend.inbox import Inbox
from backend.services import accounts, analyses, blinding, cases, slides
from backend.services.blinding import Reader
from backend.storage import Storage
from backend.wsi.handles import Handles

SESSION_COOKIE = "focusscope_session"


def get_settings(request: Request) -> Settings:
    """Return the settings that this application was made with."""
    settings: Settings = request.app.state.settings
    return settings


def get_sessions(request: Request) -> Sessions:
    """Return the factory of database sessions, for work that needs a transaction of its own."""
    sessions: Sessions = request.app.state.sessions
    return sessions


def get_storage(request: Request) -> Storage:
    """Return where files lie."""
    storage: Storage = request.app.state.storage
    return storage


def get_inbox(request: Request) -> Inbox:
    """Return what is on its way in."""
    inbox: Inbox = request.app.state.inbox
    return inbox


def get_handles(request: Request) -> Handles:
    """Return the slides that are kept open."""
    handles: Handles = request.app.state.handles
    return handles


def get_session(request: Request, sessions: Annotated[Sessions, Depends(get_sessions)]) -> Iterator[Session]:
    """Lend one transaction for the whole request; it is committed before the answer leaves."""
    refusal = None
    with sessions.begin() as session:
        if request.method in ("GET", "HEAD"):
            only_read(session)
        try:
            yield session
        except FocusScopeError as error:
            if not error.keeps:
                raise
            refusal = error
    if refusal:
        raise refusal


SettingsDep = Annotated[Settings, Depends(get_settings)]
SessionsDep = Annotated[Sessions, Depends(get_sessions)]
StorageDep = Annotated[Storage, Depends(get_storage)]
InboxDep = Annotated[Inbox, Depends(get_inbox)]
HandlesDep = Annotated[Handles, Depends(get_handles)]
SessionDep = Annotated[Session, Depends(get_session, scope="function")]
Token = Annotated[str | None, Cookie(alias=SESSION_COOKIE, include_in_schema=False)]


def get_current_user(session: SessionDep, token: Token = None) -> User:
    """Return who is signed in, or answer 401."""
    return accounts.user_of_token(session, token=token)


CurrentUser = Annotated[User, Depends(get_current_user)]


def get_slide(session: SessionDep, _user: CurrentUser, slide_id: UUID) -> Slide:
    """Return the slide in the path, or answer 404."""
    return slides.get(session, slide_id=slide_id)


def get_analysis(session: SessionDep, _user: CurrentUser, analysis_id: UUID) -> Analysis:
    """Return the analysis in the path, or answer 404."""
    return analyses.get(session, analysis_id=analysis_id)


def get_reader(user: CurrentUser, settings: SettingsDep) -> Reader:
    """Return who is signed in, as a reader of slides."""
    return Reader(user, settings.blind_first)


ReaderDep = Annotated[Reader, Depends(get_reader)]


def get_shown_analysis(
    session: SessionDep, analysis: Annotated[Analysis, Depends(get_analysis)], reader: ReaderDep
) -> Analysis:
    """Return the analysis in the path, or answer 403 where this reader is to read its slide first."""
    blinding.require_shown(session, analysis=analysis, reader=reader)
    return analysis


def get_case(session: SessionDep, _user: CurrentUser, case_id: UUID) -> Case:
    """Return the case in the path, or answer 404."""
    return cases.get(session, case_id=case_id)


SlideDep = Annotated[Slide, Depends(get_slide)]
AnalysisDep = Annotated[Analysis, Depends(get_analysis)]
ShownAnalysisDep = Annotated[Analysis, Depends(get_shown_analysis)]
CaseDep = Annotated[Case, Depends(get_case)]
