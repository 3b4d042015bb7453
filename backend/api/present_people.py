"""How people and their sessions are shown."""

from backend.api.schemas.account import UserSessionOut
from backend.db.tables import UserSession


def session_out(one: UserSession, this: UserSession) -> UserSessionOut:
    """Show a session; `this` is the one that asks."""
    columns = {name: getattr(one, name) for name in UserSessionOut.model_fields if hasattr(one, name)}
    return UserSessionOut(**columns, is_this_one=one.id == this.id)
