"""Who did what: each change notes an event, and the events of a transaction are appended to the chain as it commits.

Appending comes last and under a lock on the head of the chain: its order is that of the commits, nothing is committed
without its events, and no event is there of what was rolled back.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import event, insert, select, update
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from backend.db.base import utc_now
from backend.db.session import Sessions, after_commit
from backend.db.tables import AuditEvent, AuditHead, User

GENESIS = "0" * 64
"""What the first event of a chain follows on."""

SAME_LOOK_S = 600.0
"""Looking at the same thing again within so many seconds is the same look, and noted once."""

_NOTED, _MARKS, _TOKEN = "audit_noted", "audit_marks", "audit_token"
_MOST_LOOKS = 20_000


@dataclass(frozen=True, slots=True)
class Noted:
    """An event that waits for its transaction to commit."""

    action: str
    subject_id: UUID | None
    actor_id: UUID | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def note(
    session: Session,
    *,
    action: str,
    subject_id: UUID | None,
    by: User | UUID | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Append to the audit trail when this transaction commits; `action` reads `noun.verb`.

    Leave names out: they may name a patient.
    """
    if not session.in_transaction():
        session.begin()  # so that a rollback forgets it
    actor_id = by.id if isinstance(by, User) else by
    if token_id := session.info.get(_TOKEN):
        after = {**(after or {}), "token_id": str(token_id)}
    session.info.setdefault(_NOTED, []).append(Noted(action, subject_id, actor_id, before, after))


def acts_with(session: Session, token_id: UUID) -> None:
    """Let everything that this session notes from now on say that a program did it with this token."""
    session.info[_TOKEN] = token_id


def acting(session: Session) -> UUID | None:
    """Return the token with which a program acts in this session, if one does."""
    token_id: UUID | None = session.info.get(_TOKEN)
    return token_id


def with_token(sessions: Sessions, token_id: UUID | None) -> Sessions:
    """Return a factory of sessions in which a program acts with this token."""
    return sessionmaker(**{**sessions.kw, "info": {_TOKEN: token_id}}) if token_id else sessions


class Look(NamedTuple):
    """Somebody looks at something, or their program with a token; `action` reads `noun.verb`."""

    action: str
    subject_id: UUID | None
    by_id: UUID
    token_id: UUID | None = None


class Looks:
    """Notes who looked at what; looking on is noted once in a while."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._noted: dict[Look, float] = {}
        self._lock = Lock()

    def is_known(self, look: Look) -> bool:
        """Say whether this look was noted a moment ago."""
        return self._noted.get(look, -SAME_LOOK_S) > monotonic() - SAME_LOOK_S

    def note(self, look: Look) -> None:
        """Note a look in a transaction of its own, unless it is known."""
        if not self.is_known(look):
            self.note_each(look)
            self._remember(look)

    def note_in(self, session: Session, look: Look) -> None:
        """Note a look in a transaction that writes anyway, unless it is known."""
        if not self.is_known(look):
            note(session, action=look.action, subject_id=look.subject_id, by=look.by_id)
            after_commit(session, partial(self._remember, look))

    def note_each(self, look: Look, after: dict[str, Any] | None = None) -> None:
        """Note what is noted every time, as when a file leaves, in a transaction of its own."""
        with with_token(self._sessions, look.token_id).begin() as session:
            note(session, action=look.action, subject_id=look.subject_id, by=look.by_id, after=after)

    def forget(self) -> None:
        """Take whatever is looked at next for a new look."""
        self._noted.clear()

    def _remember(self, look: Look) -> None:
        with self._lock:
            if len(self._noted) >= _MOST_LOOKS:
                self._noted.clear()
            self._noted[look] = monotonic()


def link(previous: str, said: dict[str, Any]) -> str:
    """Return the hash of an event: of the hash before it, and of what it says as JSON with sorted keys."""
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return sha256(f"{previous}{canonical}".encode()).hexdigest()


def said_by(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row of the trail says, as JSON values; its moment in UTC, to the microsecond."""
    plain = {name: row[name] for name in ("id", "action", "subject", "before", "after")}
    ids = {name: str(row[name]) if row[name] else None for name in ("actor_id", "subject_id")}
    return {**plain, **ids, "at": row["at"].isoformat(timespec="microseconds")}


@event.listens_for(Session, "before_commit")
def _append(session: Session) -> None:
    if session.in_nested_transaction() or not (noted := session.info.pop(_NOTED, None)):
        return
    session.flush()  # what can be refused is refused before others wait for the head
    head = select(AuditHead.count, AuditHead.sha256).where(AuditHead.id == 1).with_for_update()
    count, digest = session.execute(head).one()
    rows = list(_chained(noted, count, digest))
    session.execute(insert(AuditEvent), rows)
    end = {"count": rows[-1]["id"], "sha256": rows[-1]["sha256"]}
    session.execute(update(AuditHead).where(AuditHead.id == 1).values(end))


def _chained(noted: Iterable[Noted], count: int, digest: str) -> Iterable[dict[str, Any]]:
    at = utc_now()
    for number, one in enumerate(noted, count + 1):
        row: dict[str, Any] = {
            "id": number, "at": at, "actor_id": one.actor_id, "action": one.action,
            "subject": one.action.partition(".")[0], "subject_id": one.subject_id,
            "before": _plain(one.before), "after": _plain(one.after),
        }  # fmt: skip
        digest = link(digest, said_by(row))
        yield {**row, "sha256": digest}


def _plain(values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return values as they come back from the database."""
    plain: dict[str, Any] | None = json.loads(json.dumps(values, allow_nan=False))
    return plain


@event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(_MARKS, {})[transaction] = len(session.info.get(_NOTED, []))


@event.listens_for(Session, "after_soft_rollback")
def _forget_what_a_savepoint_noted(session: Session, transaction: SessionTransaction) -> None:
    mark = session.info.get(_MARKS, {}).get(transaction)
    if mark is not None:
        del session.info.get(_NOTED, [])[mark:]


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_NOTED, None)
        session.info.pop(_MARKS, None)
