"""Whether what people may see has changed: whoever remembers a permission for a moment asks here before using it.

This process knows of its own changes only. Those of others, the command line among them, are noticed once a
permission is asked for again, so no permission may be remembered longer than a few seconds.
"""

from sqlalchemy.orm import Session

from backend.db.session import after_commit

_changes = 0


def changed(session: Session) -> None:
    """Let nobody rely on a remembered permission once this transaction is stored."""
    after_commit(session, _count)


def changes() -> int:
    """Return how often anything has changed; what was remembered under another number is void."""
    return _changes


def _count() -> None:
    global _changes
    _changes += 1
