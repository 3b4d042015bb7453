"""Who may do what: the one place that answers whether somebody may do something with a slide or a case, as SQL.

A slide and a case belong to the site of whoever brought them. The people of that site have them, and the one reader of
any site to whom a case is assigned; nobody else learns that they are there. Within that a role says what may be done.
An admin is a lead of their own site who also manages people; they see nothing of other sites.
"""

from collections.abc import Collection
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from backend.core.errors import FocusScopeError, NotFound
from backend.db.tables import Analysis, Case, Slide, User

Role = Literal["admin", "lead", "reader", "viewer"]
Action = Literal["look", "export", "read", "arrange", "manage", "invite", "manage_people", "operate"]

ROLES_THAT_MAY: dict[Action, tuple[Role, ...]] = {
    "look": ("viewer", "reader", "lead", "admin"),  # at slides, findings and reviews
    "export": ("reader", "lead", "admin"),  # reports and files, which leave the building
    "read": ("reader", "lead", "admin"),  # review, sign, analyse, leave a slide out of a sum
    "arrange": ("reader", "lead", "admin"),  # upload, name, measure, put into cases
    "manage": ("lead", "admin"),  # delete, assign, blind, compare readers
    "invite": ("lead", "admin"),  # to one's own site, an admin to any
    "manage_people": ("admin",),
    "operate": ("admin",),  # see how the installation is doing
}
AT_OWN_SITE_ONLY: tuple[Action, ...] = ("arrange", "manage")
"""What a reader of another site may not do, though the case is assigned to them."""


class NotAllowed(FocusScopeError):
    """The slide may be seen, and more is not for this role."""

    status = 403

    def __init__(self) -> None:
        super().__init__("Your role does not allow this: please ask a lead of the site.")


def has_role_for(user: User, action: Action) -> bool:
    """Say whether the role of a user allows something at all."""
    return user.role in ROLES_THAT_MAY[action]


def allowed_to(user: User) -> list[Action]:
    """Return all that the role of a user allows at all."""
    return [action for action in ROLES_THAT_MAY if has_role_for(user, action)]


def require_role_for(user: User, action: Action) -> None:
    """Refuse what the role of a user never allows.

    Raises:
        NotAllowed: where that is so.
    """
    if not has_role_for(user, action):
        raise NotAllowed


def sees(user: User | type[User]) -> ColumnElement[bool]:
    """Say, of a row with `Slide` in it, whether it is there for a user; for the table of users, of a row with both."""
    assigned = Slide.case_id.in_(select(Case.id).where(Case.assigned_to_id == user.id))
    return or_(Slide.site == user.site, assigned)


def may(user: User, action: Action) -> ColumnElement[bool]:
    """Say, of a row with `Slide` in it, whether a user may do something with that slide."""
    if action == "manage" and user.role == "reader":  # what one brought oneself, one may take away
        return and_(Slide.site == user.site, Slide.uploaded_by_id == user.id)
    if not has_role_for(user, action):
        return false()
    return Slide.site == user.site if action in AT_OWN_SITE_ONLY else sees(user)


def may_case(user: User, action: Action) -> ColumnElement[bool]:
    """Say, of a row with `Case` in it, whether a user may do something with that case."""
    if not has_role_for(user, action):
        return false()
    own = Case.site == user.site
    return own if action in AT_OWN_SITE_ONLY else or_(own, Case.assigned_to_id == user.id)


def slide(session: Session, *, slide_id: UUID, user: User, action: Action) -> Slide:
    """Return a slide with which a user may do something.

    Raises:
        NotFound: where there is none, or none for this user.
        NotAllowed: where their role does not allow it.
    """
    asked = select(Slide, may(user, action).label("may")).where(Slide.id == slide_id, sees(user))
    row = session.execute(asked).one_or_none()
    if row is None:
        raise NotFound("There is no such slide; it may have been deleted.")
    found, is_allowed = row
    if not is_allowed:
        raise NotAllowed
    return found


def slides(session: Session, *, slide_ids: Collection[UUID], user: User, action: Action) -> list[Slide]:
    """Return some slides, in the order in which they were named, each once.

    Raises:
        NotFound: where there is not each of them for this user.
        NotAllowed: where their role does not allow it with each.
    """
    named = Slide.id.in_(slide_ids)
    found = {one.id: one for one in session.scalars(select(Slide).where(named, sees(user)))}
    if missing := set(slide_ids) - set(found):
        raise NotFound("There is no such slide; it may have been deleted." if len(slide_ids) == 1 else
                       f"{len(missing)} of the slides are not there; they may have been deleted.")  # fmt: skip
    if len(session.scalars(select(Slide.id).where(named, may(user, action))).all()) < len(found):
        raise NotAllowed
    return [found[one] for one in dict.fromkeys(slide_ids)]


def analysis(session: Session, *, analysis_id: UUID, user: User, action: Action) -> Analysis:
    """Return an analysis with whose slide a user may do something.

    Raises:
        NotFound: where there is none, or none for this user.
        NotAllowed: where their role does not allow it.
    """
    asked = select(Analysis, may(user, action).label("may")).join(Slide)
    row = session.execute(asked.where(Analysis.id == analysis_id, sees(user))).one_or_none()
    if row is None:
        raise NotFound("There is no such analysis; its slide may have been deleted.")
    found, is_allowed = row
    if not is_allowed:
        raise NotAllowed
    return found


def case(session: Session, *, case_id: UUID, user: User, action: Action) -> Case:
    """Return a case with which a user may do something.

    Raises:
        NotFound: where there is none, or none for this user.
        NotAllowed: where their role does not allow it.
    """
    found = session.scalar(select(Case).where(Case.id == case_id, may_case(user, "look")))
    if found is None:
        raise NotFound("There is no such case; it may have been deleted.")
    if action != "look" and not session.scalar(select(Case.id).where(Case.id == case_id, may_case(user, action))):
        raise NotAllowed
    return found
