"""What routes ask for: the database session, the signed-in user, the slide or analysis in the path."""

from asyncio import Semaphore
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Cookie, Depends, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from backend.api import scopes
from backend.api.tiledesk import TileDesk
from backend.core.errors import FocusScopeError
from backend.core.settings import Settings
from backend.core.vault import Vault
from backend.db.session import MOST_CONNECTIONS, Sessions, after_commit, only_read
from backend.db.tables import Analysis, Case, Slide, User, UserSession
from backend.inbox import Inbox
from backend.services import api_tokens, audit, blinding, rights, second_factors
from backend.services import sessions as signed_in
from backend.services.audit import Look, Looks
from backend.services.blinding import Reader
from backend.services.rights import Action
from backend.storage import Storage
from backend.wsi.handles import Handles

SESSION_COOKIE = "focusscope_session"

TRANSACTIONS_AT_ONCE = MOST_CONNECTIONS - 5
"""How many requests have a transaction at a time; the other connections are for tiles and what is noted of looks."""

# What does not wait for the database is `async`: FastAPI would ask a thread for it, which takes longer than the work,
# much longer where the processors are busy, for each time somebody has to be woken.


async def get_settings(request: Request) -> Settings:
    """Return the settings that this application was made with."""
    settings: Settings = request.app.state.settings
    return settings


async def get_sessions(request: Request) -> Sessions:
    """Return the factory of database sessions, for work that needs a transaction of its own."""
    sessions: Sessions = request.app.state.sessions
    return sessions


async def get_storage(request: Request) -> Storage:
    """Return where files lie."""
    storage: Storage = request.app.state.storage
    return storage


async def get_inbox(request: Request) -> Inbox:
    """Return what is on its way in."""
    inbox: Inbox = request.app.state.inbox
    return inbox


async def get_handles(request: Request) -> Handles:
    """Return the slides that are kept open."""
    handles: Handles = request.app.state.handles
    return handles


async def get_desk(request: Request) -> TileDesk:
    """Return where tiles are handed out."""
    desk: TileDesk = request.app.state.desk
    return desk


async def get_vault(request: Request) -> Vault:
    """Return what seals, and opens what is sealed."""
    vault: Vault = request.app.state.vault
    return vault


async def get_session(request: Request, sessions: Annotated[Sessions, Depends(get_sessions)]) -> AsyncIterator[Session]:
    """Lend one transaction for the whole request; it is committed before the answer leaves.

    A request keeps its connection while it waits for a thread. So only so many have one that those who wait for one in
    a thread get theirs.
    """
    turns: Semaphore = request.app.state.turns
    async with turns:
        session = sessions()
        if request.method in ("GET", "HEAD"):
            only_read(session)
        try:
            yield session
        except BaseException as error:
            await run_in_threadpool(_end, session, isinstance(error, FocusScopeError) and error.keeps)
            raise
        await run_in_threadpool(_end, session, True)


def _end(session: Session, keep: bool) -> None:
    with session:
        if keep:
            session.commit()


def address_of(request: Request) -> str:
    """Return where a request comes from: the network address, or nothing where the server knows none."""
    return request.client.host if request.client else ""


async def get_looks(request: Request) -> Looks:
    """Return what notes who looked at what."""
    looks: Looks = request.app.state.looks
    return looks


SettingsDep = Annotated[Settings, Depends(get_settings)]
SessionsDep = Annotated[Sessions, Depends(get_sessions)]
StorageDep = Annotated[Storage, Depends(get_storage)]
InboxDep = Annotated[Inbox, Depends(get_inbox)]
HandlesDep = Annotated[Handles, Depends(get_handles)]
DeskDep = Annotated[TileDesk, Depends(get_desk)]
VaultDep = Annotated[Vault, Depends(get_vault)]
SessionDep = Annotated[Session, Depends(get_session, scope="function")]
Token = Annotated[str | None, Cookie(alias=SESSION_COOKIE, include_in_schema=False)]


def get_any_session(session: SessionDep, sessions: SessionsDep, token: Token = None) -> UserSession:
    """Return the session of the browser that asks, or answer 401; also one that lacks a second factor."""
    found = signed_in.of_token(session, token=token)
    after_commit(session, lambda: signed_in.note_use(sessions, found))
    return found


AnySessionDep = Annotated[UserSession, Depends(get_any_session)]


def get_user_session(found: AnySessionDep, settings: SettingsDep) -> UserSession:
    """Return the session of the browser that asks; answer 403 where it lacks a second factor that it must have."""
    signed_in.require_strong(found, must=second_factors.MUST[settings.second_factor])
    return found


def get_user_session_of(session: Session, settings: Settings, token: str | None) -> UserSession:
    """Return the session with a token, as `get_user_session` does, to routes that need it on one of their ways only."""
    found = signed_in.of_token(session, token=token)
    signed_in.require_strong(found, must=second_factors.MUST[settings.second_factor])
    return found


UserSessionDep = Annotated[UserSession, Depends(get_user_session)]


def get_current_user(
    request: Request, session: SessionDep, sessions: SessionsDep, settings: SettingsDep, token: Token = None
) -> User:
    """Return who is signed in, or in whose name a program asks with a token for this; answer 401 or 403 else."""
    secret = scopes.secret_in(request)
    if secret is None:
        return get_user_session(get_any_session(session, sessions, token), settings).user
    must = second_factors.MUST[settings.second_factor]
    used = api_tokens.use(session, secret=secret, scope=scopes.scope_of(request), must=must)
    after_commit(session, lambda: api_tokens.note_use(sessions, used))
    return used.user


CurrentUser = Annotated[User, Depends(get_current_user)]


def noted(action: str, *, each: bool = False) -> Any:
    """Return what notes, once the answer is decided, that somebody looks at the thing in the path.

    Looking on is noted once in a while, a file that leaves with `each` time and what it is.
    """
    name = f"{action.partition('.')[0]}_id"

    async def note(
        request: Request, session: SessionDep, user: CurrentUser, looks: Annotated[Looks, Depends(get_looks)]
    ) -> AsyncIterator[None]:
        yield
        asked = request.path_params
        look = Look(action, UUID(asked[name]) if name in asked else None, user.id, audit.acting(session))
        if each:
            what = {**asked, **request.query_params}
            after: dict[str, Any] = {key: what[key] for key in ("format", "number", "language") if key in what}
            await run_in_threadpool(looks.note_each, look, after=after)
        elif not looks.is_known(look):
            note_it = looks.note if request.method == "GET" else partial(looks.note_in, session)
            await run_in_threadpool(note_it, look)

    return Depends(note, scope="function")


def user_for(action: Action) -> Callable[..., User]:
    """Return what asks for a user whose role allows something; others are answered 403."""

    def get_user(user: CurrentUser) -> User:
        rights.require_role_for(user, action)
        return user

    return get_user


def slide_for(action: Action) -> Callable[..., Slide]:
    """Return what asks for the slide in the path: 404 where the user has none such, 403 where they may not do it."""

    def get_slide(session: SessionDep, user: CurrentUser, slide_id: UUID) -> Slide:
        return rights.slide(session, slide_id=slide_id, user=user, action=action)

    return get_slide


def analysis_for(action: Action) -> Callable[..., Analysis]:
    """Return what asks for the analysis in the path, as `slide_for` does for a slide."""

    def get_analysis(session: SessionDep, user: CurrentUser, analysis_id: UUID) -> Analysis:
        return rights.analysis(session, analysis_id=analysis_id, user=user, action=action)

    return get_analysis


def case_for(action: Action) -> Callable[..., Case]:
    """Return what asks for the case in the path, as `slide_for` does for a slide."""

    def get_case(session: SessionDep, user: CurrentUser, case_id: UUID) -> Case:
        return rights.case(session, case_id=case_id, user=user, action=action)

    return get_case


async def get_reader(user: CurrentUser, settings: SettingsDep) -> Reader:
    """Return who is signed in, as a reader of slides."""
    return Reader(user, settings.blind_first)


ReaderDep = Annotated[Reader, Depends(get_reader)]
SlideDep = Annotated[Slide, Depends(slide_for("look"))]
SlideToReadDep = Annotated[Slide, Depends(slide_for("read"))]
SlideToArrangeDep = Annotated[Slide, Depends(slide_for("arrange"))]
SlideToManageDep = Annotated[Slide, Depends(slide_for("manage"))]
AnalysisDep = Annotated[Analysis, Depends(analysis_for("look"))]
AnalysisToReadDep = Annotated[Analysis, Depends(analysis_for("read"))]
CaseDep = Annotated[Case, Depends(case_for("look"))]
CaseToReadDep = Annotated[Case, Depends(case_for("read"))]
CaseToArrangeDep = Annotated[Case, Depends(case_for("arrange"))]
CaseToManageDep = Annotated[Case, Depends(case_for("manage"))]
Arranger = Annotated[User, Depends(user_for("arrange"))]
Admin = Annotated[User, Depends(user_for("manage_people"))]


def shown_analysis_for(action: Action) -> Callable[..., Analysis]:
    """Return what asks for the analysis in the path, and answers 403 where this reader is to read its slide first."""

    def get_analysis(
        session: SessionDep, analysis: Annotated[Analysis, Depends(analysis_for(action))], reader: ReaderDep
    ) -> Analysis:
        blinding.require_shown(session, analysis=analysis, reader=reader)
        return analysis

    return get_analysis


ShownAnalysisDep = Annotated[Analysis, Depends(shown_analysis_for("look"))]
ShownToReadDep = Annotated[Analysis, Depends(shown_analysis_for("read"))]
ShownToExportDep = Annotated[Analysis, Depends(shown_analysis_for("export"))]
