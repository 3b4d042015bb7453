"""The worklist: cases and lone slides by page, found, filtered and sorted in the database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVarTuple, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, case, func, null, or_, select, type_coerce
from sqlalchemy.orm import Session, contains_eager, defer, joinedload

from backend.db.tables import Analysis, Case, ReviewSummary, Slide, User
from backend.services import naming, rights
from backend.services.blinding import Reader, is_asked_to_read_first, is_withheld
from backend.services.summaries import Progress, is_current

Status = Literal["checking", "new", "analysing", "ready", "in_review", "amending", "signed", "failed"]
Sort = Literal["date", "name", "status", "score"]
ScoreFilter = Literal["meets", "below", "unknown"]

Columns = TypeVarTuple("Columns")

RANKS: dict[str, int] = {
    "failed": 0, "checking": 1, "new": 2, "analysing": 3, "ready": 4, "in_review": 5, "amending": 6, "signed": 7,
}  # fmt: skip
"""The order of a sort by status: what wants attention first, what is done last."""

NAMED = User.display_name, User.site
"""What a list reads of people: a page of it names hundreds."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which slides are wanted; None and empty want all."""

    search: str = ""
    status: Status | None = None
    assigned_to_me: bool = False
    case_id: UUID | None = None
    score: ScoreFilter | None = None
    warnings: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A slide on the worklist with the analysis that it stands by; `matches` says whether it was wanted."""

    slide: Slide
    analysis: Analysis | None
    status: Status
    matches: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A case with all its slides, or one slide that has no case."""

    case: Case | None
    members: list[Member]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of entries; how many entries there are in all, and how many slides match in them."""

    entries: list[Entry]
    total: int
    slides: int


def page_of(
    session: Session, *, reader: Reader, wanted: Filter, sort: Sort, descending: bool, page: int, page_size: int
) -> Page:
    """Return one page of cases and lone slides, in a fixed number of queries."""
    grouped = _grouped(reader, wanted, sort, descending)
    rows = session.execute(grouped.offset((page - 1) * page_size).limit(page_size)).all()
    if not rows:
        first = session.execute(grouped.limit(1)).first() if page > 1 else None
        return Page([], first.entries if first else 0, first.slides if first else 0)
    keys = [row.key for row in rows]
    found = members(session, reader=reader, wanted=wanted, keys=keys, descending=descending, sort=sort)
    return Page([_entry(found[key]) for key in keys], rows[0].entries, rows[0].slides)


def of_case(session: Session, *, case: Case, reader: Reader) -> list[Member]:
    """Return all slides of a case, by name; those who see a case see each of its slides."""
    found = members(session, reader=reader, wanted=Filter(), keys=[case.id], sort="name", descending=False)
    return sorted(found.get(case.id, []), key=lambda one: by_name(one.slide))


def by_name(slide: Slide) -> tuple[str, UUID]:
    """Return what sorts slides by name as the database does."""
    return slide.sort_key, slide.id


def status_of(slide: Slide, analysis: Analysis | None, progress: Mapping[UUID, Progress]) -> Status:
    """Say where a slide stands, as `_status` says it in the database."""
    if slide.status != "ready":
        return "checking" if slide.status == "inspecting" else "failed"
    if analysis is None or analysis.status == "cancelled":
        return "new"
    if analysis.status == "succeeded":
        return progress[analysis.id].status
    return "failed" if analysis.status == "failed" else "analysing"


def members(
    session: Session, *, reader: Reader, wanted: Filter, keys: Collection[UUID], sort: Sort, descending: bool
) -> dict[UUID, list[Member]]:
    """Return the slides of some entries by entry; all of a case, whether they match or not."""
    matches = and_(True, *_conditions(reader, wanted)).label("matches")
    chosen = _joined(select(Slide, Analysis, _status().label("status"), matches), all_parts=True)
    chosen = chosen.where(rights.may(reader.user, "look"))
    chosen = chosen.where(or_(Slide.case_id.in_(keys), and_(Slide.case_id.is_(None), Slide.id.in_(keys))))
    # An inner join to the user of what a slide lacks would drop the slide.
    of_case = contains_eager(Slide.case)
    chosen = chosen.order_by(_directed(_sort_key(sort, reader), descending), Slide.sort_key, Slide.id).options(
        of_case.options(
            joinedload(Case.assigned_to).load_only(*NAMED),
            joinedload(Case.created_by, innerjoin=False).load_only(*NAMED),
        ),
        joinedload(Slide.uploaded_by, innerjoin=True).load_only(*NAMED),
        joinedload(Slide.left_out_by).load_only(*NAMED),
        joinedload(Analysis.requested_by, innerjoin=False).load_only(*NAMED),
        defer(Analysis.details),
    )
    found: dict[UUID, list[Member]] = {}
    for slide, analysis, status, fits in session.execute(chosen):
        found.setdefault(slide.case_id or slide.id, []).append(
            Member(slide, analysis, cast(Status, status), bool(fits))
        )
    return found


def _entry(found: list[Member]) -> Entry:
    return Entry(found[0].slide.case, found)


def _grouped(reader: Reader, wanted: Filter, sort: Sort, descending: bool) -> Select[UUID, int, int]:
    """Group the slides that match by entry. The analyses are joined only where the question needs them."""
    key = type_coerce(func.coalesce(Slide.case_id, Slide.id), Uuid()).label("key")
    by = _summed_score(reader) if sort == "score" else _sort_key(sort, reader)
    if sort != "score":
        by = func.max(by) if descending else func.min(by)
    counts = func.count().over().label("entries"), func.sum(func.count()).over().label("slides")
    needs_all = sort == "status" or bool(wanted.status or wanted.warnings)
    needs_case = needs_all or sort in ("name", "score") or bool(wanted.search.strip() or wanted.score)
    needs_case = needs_case or wanted.assigned_to_me
    chosen = select(key, *counts).select_from(Slide)
    chosen = _joined(chosen, all_parts=needs_all) if needs_case else chosen
    chosen = chosen.where(*_conditions(reader, wanted))
    return chosen.group_by(key).order_by(_directed(by, descending), key)


def _directed(by: ColumnElement[Any], descending: bool) -> ColumnElement[Any]:
    return (by.desc() if descending else by.asc()).nulls_last()


def _joined(chosen: Select[*Columns], *, all_parts: bool) -> Select[*Columns]:
    chosen = chosen.select_from(Slide).outerjoin(Case, Case.id == Slide.case_id)
    if not all_parts:
        return chosen
    chosen = chosen.outerjoin(Analysis, and_(Analysis.slide_id == Slide.id, is_current()))
    return chosen.outerjoin(ReviewSummary, ReviewSummary.analysis_id == Analysis.id)


def _conditions(reader: Reader, wanted: Filter) -> list[ColumnElement[bool]]:
    conditions = [rights.may(reader.user, "look")]
    if text := wanted.search.strip():
        conditions.append(or_(naming.holds(text), Case.pseudonym.icontains(text, autoescape=True)))
    if wanted.status:
        conditions.append(_status() == wanted.status)
    if wanted.assigned_to_me:
        conditions.append(Case.assigned_to_id == reader.user.id)
    if wanted.case_id:
        conditions.append(Slide.case_id == wanted.case_id)
    if wanted.score:
        score = _score(reader)
        asked = {"meets": score >= 1.0, "below": score < 1.0, "unknown": score.is_(None)}
        conditions.append(asked[wanted.score])
    if wanted.warnings:
        conditions.append(Analysis.warning_count > 0)
    return conditions


def _sort_key(sort: Sort, reader: Reader) -> ColumnElement[Any]:
    if sort == "name":
        return func.coalesce(Case.sort_key, Slide.sort_key)
    if sort == "status":
        return case(RANKS, value=_status())
    return _score(reader) if sort == "score" else Slide.uploaded_at.expression


def _summed_score(reader: Reader) -> ColumnElement[float | None]:
    """Return the score of the slides of an entry that count: Σ foci / Σ area, unknown where one of them is."""
    counts, score, area = Slide.left_out.is_(None), _score(reader), Slide.glandular_area_mm2
    known = func.count(case((counts, score))) == func.count(case((counts, 1)))
    weighted = func.sum(case((counts, score * area))) / func.sum(case((counts & score.is_not(None), area)))
    return case((known, weighted))


def _status() -> ColumnElement[str]:
    """Say in one word where a slide stands."""
    return case(
        (Slide.status == "inspecting", "checking"),
        (Slide.status == "rejected", "failed"),
        (Analysis.status.in_(("queued", "running")), "analysing"),
        (Analysis.status == "failed", "failed"),
        (Analysis.status == "succeeded", func.coalesce(ReviewSummary.status, "ready")),
        else_="new",
    )


def _score(reader: Reader) -> ColumnElement[float | None]:
    """Return the score that a reader sees: the reviewed, else the predicted, and none while it is withheld."""
    current = select(Analysis).where(Analysis.slide_id == Slide.id, is_current(), is_withheld(reader))
    hidden = and_(is_asked_to_read_first(reader), current.correlate(Slide, Case).exists())
    return case((hidden, null()), else_=Slide.focus_score.expression)
