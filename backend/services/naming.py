"""Names under which slides are listed until a reader gives them others: neutral, since a file's may name a patient."""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.db.tables import SlideCount


def neutral_name(session: Session, *, site: str) -> str:
    """Return a name that no other slide of the site was given."""
    return f"Slide {_next_number(session, site)}"


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
