"""Who may see a slide's pixels, asked anew for every tile: one question to the database."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine, bindparam, select

from backend.core.errors import Conflict, NotFound, NotSignedIn
from backend.db.base import utc_now
from backend.db.tables import Slide, User, UserSession
from backend.services import accounts

_ASKED = (
    select(UserSession.expires_at, User.disabled_at, Slide.status, Slide.suffix, Slide.sha256)
    .join(User, UserSession.user_id == User.id)
    .outerjoin(Slide, Slide.id == bindparam("slide_id"))
    .where(UserSession.token_sha256 == bindparam("token_sha256"))
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A slide that may be shown: how its file ends, and what its bytes are known by."""

    suffix: str
    sha256: str


def shown(engine: Engine, *, slide_id: UUID, token: str | None) -> Shown:
    """Return what is needed to show a slide to whoever holds this session token.

    Raises:
        NotSignedIn: where the session is unknown or over, or the user is disabled.
        NotFound: where there is no such slide.
        Conflict: where the slide has not passed its inspection.
    """
    if not token:
        raise NotSignedIn
    with engine.connect() as connection:
        asked = {"slide_id": slide_id, "token_sha256": accounts.digest(token)}
        found = connection.execute(_ASKED, asked).one_or_none()
    if found is None or found.disabled_at is not None:
        raise NotSignedIn
    if found.expires_at <= utc_now():
        raise NotSignedIn("The session has ended: please sign in again.")
    if found.status is None:
        raise NotFound("There is no such slide; it may have been deleted.")
    if found.status != "ready":
        raise Conflict("The slide has no pixels to show: it has not passed its inspection.")
    return Shown(found.suffix, found.sha256)
