"""Who may see a slide's pixels, asked anew for every tile: one question to the database."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, and_, bindparam, not_, or_, select
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, NotFound, NotSignedIn
from backend.db.base import utc_now
from backend.db.session import only_read
from backend.db.tables import Slide, User, UserSession
from backend.services import api_tokens, rights, sessions

_ASKED = (
    select(
        Slide.entry,
        Slide.sha256,
        UserSession.user_id,
        Slide.status,
        UserSession.expires_at,
        User.disabled_at,
        UserSession.is_strong,
        User.role,
    )
    .select_from(UserSession)
    .join(User, UserSession.user_id == User.id)
    .outerjoin(Slide, and_(Slide.id == bindparam("slide_id"), rights.sees(User)))
    .where(UserSession.token_sha256 == bindparam("token_sha256"))
)
_ALLOWED = _ASKED.with_only_columns(Slide.entry, Slide.sha256, UserSession.user_id).where(
    UserSession.expires_at > bindparam("now"), User.disabled_at.is_(None), Slide.status == "ready"
)


class NothingToShow(Conflict):
    """The slide may be seen, and there are no pixels to see."""

    def __init__(self) -> None:
        super().__init__("The slide has no pixels to show: it has not passed its inspection.")


class ApiSecret(str):
    """What an API token is sent as; its type tells it from the token of a session."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A slide that may be shown: the file to open, what its bytes are known by, who asks, and with which API token."""

    entry: str
    sha256: str
    user_id: UUID
    token_id: UUID | None = None


class Viewing:
    """Asks one database; the question is put into its words once, which is most of what asking costs."""

    def __init__(self, engine: Engine, *, must: Collection[str] = ()) -> None:
        """Ask that database; roles that `must` have a second factor see nothing without it."""
        self._engine, self._must = engine, must
        weak = or_(False, *(User.role == role for role in must))
        words = _ALLOWED.where(or_(UserSession.is_strong, not_(weak))).compile(dialect=engine.dialect)
        self._words, self._order, self._fixed = str(words), words.positiontup, words.params
        types = ((name, one.type.dialect_impl(engine.dialect)) for name, one in words.binds.items())
        self._translate = {name: type_.bind_processor(engine.dialect) for name, type_ in types}

    def shown(self, *, slide_id: UUID, token: str | None) -> Shown:
        """Return what is needed to show a slide to whoever holds this token, of a session or of a program.

        Raises:
            NotSignedIn: where the session is unknown or over, or the user is disabled.
            SecondFactorNeeded: where it was begun without one that this user must have.
            NotFound: where there is no such slide for them.
            NothingToShow: where the slide has not passed its inspection.
        """
        if not token:
            raise NotSignedIn
        if isinstance(token, ApiSecret):
            return self._to_a_program(slide_id, token)
        digest = sessions.digest(token)
        with suppress(self._engine.dialect.loaded_dbapi.Error):  # it is asked again, and said, below
            if allowed := self._quickly(slide_id=slide_id, token_sha256=digest, now=utc_now()):
                return allowed
        return self._or_why_not(slide_id, digest)

    def _quickly(self, **asked: UUID | str | datetime) -> Shown | None:
        given: dict[str, Any] = {**self._fixed, **asked}
        for name, value in given.items():
            if translate := self._translate.get(name):
                given[name] = translate(value)
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(self._words, [given[name] for name in self._order] if self._order else given)
            row = cursor.fetchone()
        finally:
            connection.close()
        if row is None:
            return None
        entry, sha256, user_id = row
        return Shown(entry, sha256, user_id if isinstance(user_id, UUID) else UUID(user_id))

    def _to_a_program(self, slide_id: UUID, secret: ApiSecret) -> Shown:
        with Session(self._engine) as session:
            only_read(session)
            used = api_tokens.use(session, secret=secret, scope="slides:read", must=self._must)
            slide = rights.slide(session, slide_id=slide_id, user=used.user, action="look")
            if slide.status != "ready":
                raise NothingToShow
            return Shown(slide.entry, slide.sha256, used.user_id, used.id)

    def _or_why_not(self, slide_id: UUID, digest: str) -> Shown:
        with self._engine.connect() as connection:
            found = connection.execute(_ASKED, {"slide_id": slide_id, "token_sha256": digest}).one_or_none()
        if found is None or found.disabled_at is not None:
            raise NotSignedIn
        if found.expires_at <= utc_now():
            raise NotSignedIn("The session has ended: please sign in again.")
        if found.role in self._must and not found.is_strong:
            raise sessions.SecondFactorNeeded
        if found.status is None:
            raise NotFound("There is no such slide; it may have been deleted.")
        if found.status != "ready":
            raise NothingToShow
        return Shown(found.entry, found.sha256, found.user_id)
