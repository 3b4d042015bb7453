"""The audit trail, read: whether it is whole, and what it says."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from backend.db.session import only_read
from backend.db.tables import Analysis, AuditEvent, AuditHead, Case, Review, Slide, User
from backend.services.audit import GENESIS, link, said_by

_EVENT = (
    AuditEvent.id, AuditEvent.at, AuditEvent.actor_id, AuditEvent.action, AuditEvent.subject, AuditEvent.subject_id,
    AuditEvent.before, AuditEvent.after,
)  # fmt: skip
COLUMNS = ("id", "at", "actor_id", "action", "subject", "subject_id", "before", "after", "sha256")
"""What is exported of an event, in this order."""

_AT_A_TIME = 2000


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many events the trail says that it has, the hash of the last, and a sentence for each fault."""

    count: int
    sha256: str
    faults: list[str]


def verify(session: Session, *, seen: tuple[int, str] | None = None) -> Verdict:
    """Recompute the whole chain, and say of each row that does not fit which it is.

    `seen` is the count and the hash that an earlier verification gave and that was kept elsewhere: with it, a trail
    that was written anew from some row on is found as well.
    """
    _hold_still(session)
    head = session.execute(select(AuditHead.count, AuditHead.sha256).where(AuditHead.id == 1)).one_or_none()
    count, last = head or (0, GENESIS)
    faults = [] if head else ["The row that says where the trail ends is missing."]
    faults += _faults(session, count, last, seen)
    return Verdict(count, last, faults)


def events(
    session: Session, *, since: datetime | None = None, until: datetime | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the events from `since` until before `until`, oldest first, as JSON values with their hashes."""
    _hold_still(session)
    asked = select(*_EVENT, AuditEvent.sha256).order_by(AuditEvent.id).execution_options(yield_per=_AT_A_TIME)
    if since:
        asked = asked.where(AuditEvent.at >= since)
    if until:
        asked = asked.where(AuditEvent.at < until)
    for row in session.execute(asked).mappings():
        yield {**said_by(dict(row)), "sha256": row["sha256"]}


def page(
    session: Session, *, by: User, before: int | None = None, most: int = 100, subject_id: UUID | None = None,
    actor_id: UUID | None = None, action: str | None = None, since: datetime | None = None,
    until: datetime | None = None,
) -> list[tuple[AuditEvent, User | None]]:  # fmt: skip
    """Return events that concern the site of `by`, newest first, with who acted; those whose number is below `before`.

    An event concerns a site whose people did it, or whose slide, case, analysis, review or people it is about; one that
    is about nobody, as a sign-in under a name that does not exist, concerns all.
    """
    asked = select(AuditEvent, User).outerjoin(User, User.id == AuditEvent.actor_id).where(_concerns(by.site))
    wanted: list[ColumnElement[bool]] = [
        column == value
        for column, value in (
            (AuditEvent.subject_id, subject_id), (AuditEvent.actor_id, actor_id), (AuditEvent.action, action)
        )
        if value is not None
    ]  # fmt: skip
    if before is not None:
        wanted.append(AuditEvent.id < before)
    if since:
        wanted.append(AuditEvent.at >= since)
    if until:
        wanted.append(AuditEvent.at < until)
    found = session.execute(asked.where(*wanted).order_by(AuditEvent.id.desc()).limit(most))
    return [(event, user) for event, user in found]


def _concerns(site: str) -> ColumnElement[bool]:
    people = select(User.id).where(User.site == site)
    slides = select(Slide.id).where(Slide.site == site)
    cases = select(Case.id).where(Case.site == site)
    analyses = select(Analysis.id).where(Analysis.slide_id.in_(slides))
    reviews = select(Review.id).where(Review.analysis_id.in_(analyses))
    about = (AuditEvent.subject_id.in_(one) for one in (people, slides, cases, analyses, reviews))
    nobody = AuditEvent.actor_id.is_(None) & AuditEvent.subject_id.is_(None)
    return or_(AuditEvent.actor_id.in_(people), *about, nobody)


def write(path: Path, events: Iterable[dict[str, Any]]) -> int:
    """Write events to a file, as CSV where its name ends so, else as JSON lines; return how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        put = _as_csv(file) if path.suffix.lower() == ".csv" else _as_line(file)
        for one in events:
            put(one)
            count += 1
    return count


def _as_line(file: TextIO) -> Callable[[dict[str, Any]], object]:
    return lambda one: file.write(json.dumps({name: one[name] for name in COLUMNS}, ensure_ascii=False) + "\n")


def _as_csv(file: TextIO) -> Callable[[dict[str, Any]], object]:
    table = csv.writer(file)
    table.writerow(COLUMNS)

    def put(one: dict[str, Any]) -> None:
        values = (one[name] for name in COLUMNS)
        table.writerow([json.dumps(value) if isinstance(value, dict) else value for value in values])

    return put


def _faults(session: Session, count: int, last: str, seen: tuple[int, str] | None) -> Iterator[str]:
    number, previous = 0, GENESIS
    for said in events(session):
        found, digest = said["id"], said.pop("sha256")
        if found > number + 1:
            yield _missing(number + 1, found - 1)
        elif found <= 0 or digest != link(previous, said):
            yield f"Row {found} was altered or put there later, or does not follow on the one before it."
        if seen and seen[0] == found and seen[1] != digest:
            yield f"Row {found} is not the one that was seen before: the trail up to there was written anew."
        number, previous = max(found, 0), digest
    if number < count:
        yield _missing(number + 1, count)
    elif number > count:
        yield f"Rows {count + 1} to {number} are there, but the trail ends with row {count}."
    elif previous != last:
        yield f"Row {number} is not the one with which the trail ends."
    if seen and seen[0] > number:
        yield f"The trail had {seen[0]} rows when it was seen before, and has {number} now."


def _missing(first: int, last: int) -> str:
    return f"Row {first} is missing." if first == last else f"Rows {first} to {last} are missing."


def _hold_still(session: Session) -> None:
    """See one state of the database, however long reading takes and whatever is appended meanwhile."""
    if not session.in_transaction():
        if session.get_bind().dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        else:
            only_read(session)
