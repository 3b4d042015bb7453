"""People: who there is, what they may do, and the links that let others in."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from backend.api.dependencies import Admin, SessionDep, UserSessionDep, address_of, user_for
from backend.api.present_people import invitation_out, person_out, session_out
from backend.api.schemas.account import UserSessionOut
from backend.api.schemas.people import (
    AcceptIn,
    InvitationIn,
    InvitationOut,
    LinkIn,
    LinkOut,
    OpenedOut,
    PersonChange,
    PersonOut,
)
from backend.db.tables import User
from backend.services import accounts, invitations, second_factors, sessions, single_sign_on

router = APIRouter(tags=["people"])

Inviter = Annotated[User, Depends(user_for("invite"))]


def get_person(user_id: UUID, session: SessionDep, _by: Admin) -> User:
    """Return the user in the path, to admins."""
    return accounts.of_id(session, user_id=user_id)


PersonDep = Annotated[User, Depends(get_person)]


@router.get("/people")
def get_people(session: SessionDep, by: Inviter) -> list[PersonOut]:
    """List everybody, to a lead those of their site."""
    having = second_factors.users_with_one(session)
    return [person_out(one, one.id in having) for one in accounts.people_for(session, by=by)]


@router.patch("/people/{user_id}")
def change_person(change: PersonChange, session: SessionDep, person: PersonDep, by: Admin) -> PersonOut:
    """Change what somebody may do, or whether or how they sign in; the latter ends their sessions and tokens."""
    name = person.username
    if change.role is not None or change.site is not None:
        accounts.change_user(session, username=name, role=change.role, site=change.site, by=by)
    if change.email is not None:
        single_sign_on.set_email(session, user=person, email=change.email, by=by)
    if change.disabled is not None:
        (accounts.disable_user if change.disabled else accounts.enable_user)(session, username=name, by=by)
    return person_out(person, second_factors.of_user(session, user=person) is not None)


@router.post("/people/{user_id}/link", status_code=201)
def make_password_link(session: SessionDep, person: PersonDep, by: Admin) -> LinkOut:
    """Make a link with which somebody takes a new password."""
    made, token = invitations.for_new_password(session, user=person, by=by)
    return LinkOut(token=token, expires_at=made.expires_at)


@router.get("/people/{user_id}/sessions")
def get_sessions_of(session: SessionDep, person: PersonDep, this: UserSessionDep) -> list[UserSessionOut]:
    """List where somebody is signed in."""
    return [session_out(one, this) for one in sessions.of_user(session, user=person)]


@router.delete("/people/{user_id}/sessions/{session_id}", status_code=204)
def end_session_of(session_id: UUID, session: SessionDep, person: PersonDep, by: Admin) -> None:
    """Sign somebody out in one browser."""
    sessions.revoke(session, session_id=session_id, user=person, by=by)


@router.delete("/people/{user_id}/second-factor", status_code=204)
def reset_second_factor(session: SessionDep, person: PersonDep, by: Admin) -> None:
    """Turn off the second factor of somebody who has lost it; their sessions end, and their tokens are good no more."""
    second_factors.reset(session, user=person, by=by)


@router.get("/invitations")
def get_invitations(session: SessionDep, by: Inviter) -> list[InvitationOut]:
    """List the links that nobody has used."""
    return [invitation_out(one) for one in invitations.pending(session, by=by)]


@router.post("/invitations", status_code=201)
def invite(wanted: InvitationIn, session: SessionDep, by: Inviter) -> LinkOut:
    """Make a link with which somebody joins."""
    site = by.site if wanted.site is None else wanted.site
    made, token = invitations.invite(session, role=wanted.role, site=site, by=by)
    return LinkOut(token=token, expires_at=made.expires_at)


@router.delete("/invitations/{invitation_id}", status_code=204)
def withdraw_invitation(invitation_id: UUID, session: SessionDep, by: Inviter) -> None:
    """Make a link useless."""
    invitations.withdraw(session, invitation_id=invitation_id, by=by)


@router.post("/links/open")
def open_link(link: LinkIn, session: SessionDep, request: Request) -> OpenedOut:
    """Say what a link is for, to whoever has it."""
    found = invitations.opened(session, token=link.token.get_secret_value(), address=address_of(request))
    return OpenedOut(role=found.role, site=found.site, username=found.user and found.user.username)


@router.post("/links/accept", status_code=204)
def accept_link(answer: AcceptIn, session: SessionDep, request: Request) -> None:
    """Join, or take a new password; then sign in."""
    found = invitations.opened(session, token=answer.token.get_secret_value(), address=address_of(request))
    invitations.accept(
        session,
        found,
        username=answer.username,
        display_name=answer.display_name,
        password=answer.password.get_secret_value(),
    )
