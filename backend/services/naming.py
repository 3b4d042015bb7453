"""Neutral names, under which slides are listed until a reader gives them others."""

from sqlalchemy import ColumnElement, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.core import neutral_names
from backend.db.tables import Slide, SlideCount


def neutral_name(session: Session, *, site: str) -> str:
    """Return a name that no other slide of the site was given."""
    return neutral_names.neutral_name(_next_number(session, site))


def holds(text: str) -> ColumnElement[bool]:
    """Say, as SQL, whether a slide's name holds a text, as it is stored or as it is read in Chinese."""
    texts = sorted({text, neutral_names.stored_text(text)})
    return or_(*(Slide.name.icontains(one, autoescape=True) for one in texts))


def _next_number(session: Session, site: str) -> int:
    count = update(SlideCount).where(SlideCount.site == site).values(latest=SlideCount.latest + 1)
    number: int | None = session.scalar(count.returning(SlideCount.latest))
    if number is not None:
        return number
    try:
        with session.begin_nested():
            session.add(SlideCount(site=site, latest=1))
            session.flush()
    except IntegrityError:  # another upload was the site's first
        return _next_number(session, site)
    return 1
