"""How people, their sessions and their invitations are shown."""

from backend.api.schemas.account import UserSessionOut
from backend.api.schemas.people import InvitationOut, PersonOut
from backend.db.tables import Invitation, User, UserSession


def person_out(one: User, has_second_factor: bool) -> PersonOut:
    """Show a person to those who manage people."""
    columns = {name: getattr(one, name) for name in PersonOut.model_fields if hasattr(one, name)}
    return PersonOut(**columns, has_second_factor=has_second_factor)


def session_out(one: UserSession, this: UserSession) -> UserSessionOut:
    """Show a session; `this` is the one that asks."""
    columns = {name: getattr(one, name) for name in UserSessionOut.model_fields if hasattr(one, name)}
    return UserSessionOut(**columns, is_this_one=one.id == this.id)


def invitation_out(one: Invitation) -> InvitationOut:
    """Show a link that nobody has used, without what it would take to use it."""
    columns = {name: getattr(one, name) for name in InvitationOut.model_fields if hasattr(one, name)}
    username = one.user and one.user.username
    return InvitationOut(**columns, username=username, invited_by=one.created_by.display_name)
