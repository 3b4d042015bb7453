"""Which worker makes which part of an analysis, where they have no folder in common.

What a worker holds goes with its row (`services/workers`), and once it says that it has nothing to do.
"""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.db.tables import HeldPart


def hold(session: Session, *, analysis_id: UUID, name: str, worker_id: UUID) -> bool:
    """Take a part to make; False where another worker makes it, or whoever asks is taken for dead at this moment."""
    held = session.get(HeldPart, (analysis_id, name))
    if held is None:
        try:
            with session.begin_nested():
                session.add(HeldPart(analysis_id=analysis_id, name=name, worker_id=worker_id))
        except IntegrityError:  # another one was first, or one of the two rows is gone
            return False
    return held is None or held.worker_id == worker_id


def let_go(session: Session, *, analysis_id: UUID, name: str, worker_id: UUID) -> None:
    """Leave a part to others."""
    mine = HeldPart.analysis_id == analysis_id, HeldPart.name == name, HeldPart.worker_id == worker_id
    session.execute(delete(HeldPart).where(*mine))


def let_go_of_all(session: Session, *, worker_id: UUID) -> None:
    """Leave all that a worker holds to others."""
    session.execute(delete(HeldPart).where(HeldPart.worker_id == worker_id))
