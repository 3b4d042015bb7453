"""The stored summary of a review is what its replay says, whatever readers and workers did."""

from random import Random
from typing import cast
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from backend.core.errors import FocusScopeError
from backend.core.review import Kind
from backend.db.tables import Analysis, Review, ReviewSummary, User
from backend.services import commands, reviews, shapes, summaries
from backend.services.presence import seen
from tests.factories import a_finished_analysis, a_lesion, a_signature, a_slide, a_user, decide, findings

ACTIONS = ("verdict", "verdict", "verdict", "shape", "remove", "undo", "undo", "redo", "fields", "comment", "read",
           "count", "sign", "amend")  # fmt: skip


def stored(session: Session, analysis: Analysis) -> dict[str, object] | None:
    """The summary as a fresh reader of the database finds it."""
    session.commit()
    session.expire_all()
    row = session.get(ReviewSummary, analysis.id)
    names = {column.name for column in ReviewSummary.__table__.columns} - {"analysis_id"}
    return {name: getattr(row, name) for name in names} if row else None


def kept_score(session: Session, analysis: Analysis) -> tuple[float | None, float | None]:
    """What a slide is sorted by, and what it should be: the reviewed score, else the predicted."""
    row = session.get(ReviewSummary, analysis.id)
    reviewed = row.focus_score if row else None
    return analysis.slide.focus_score, analysis.focus_score if reviewed is None else reviewed


def replayed(session: Session, analysis: Analysis) -> dict[str, object] | None:
    return summaries.of(reviews.standing(session, analysis=analysis))


def an_outline(random: Random) -> dict[str, object]:
    x, y, side = random.randrange(1000), random.randrange(500), random.randrange(20, 200)
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return {"id": str(uuid4()), "layer": random.choice(("lesion", "lesion", "gland")), "polygon": [ring]}


def act(session: Session, analysis: Analysis, by: User, action: str, random: Random) -> None:
    standing = reviews.standing(session, analysis=analysis)
    ids = [str(one) for one in standing.state.lesions]
    some = random.sample(ids, min(len(ids), random.randrange(1, 3)))
    if action == "count":
        drawn = [one.id for one in standing.state.lesions.values() if one.lymphocyte_count is None]
        if standing.row:
            counts = {one: random.randrange(120) for one in drawn}
            shapes.was_counted(session, review_id=standing.row.id, counts=counts)
        return
    if action == "sign":
        sign(session, standing, by)
        return
    payloads: dict[str, dict[str, object]] = {
        "verdict": {"lesion_ids": some, "verdict": random.choice(("confirmed", "rejected", "undecided")),
                    "counts_as_focus": random.choice((None, None, True, False))},
        "shape": {"removed": some[:random.randrange(2)], "added": [an_outline(random)]},
        "remove": {"removed": some[:1], "added": []},
        "fields": {"pattern": "fls"}, "comment": {"lesion_id": None, "text": "Look again."},
        "read": {"pattern": "fls", "estimated_focus_score": 1.0}, "amend": {"reason": "A second look."},
    }  # fmt: skip
    kind = cast(Kind, "shape" if action == "remove" else action)
    commands.append(session, analysis=analysis, kind=kind, payload=payloads.get(action, {}), by=by, version=None)


def sign(session: Session, standing: reviews.Standing, by: User) -> None:
    if standing.row is None or standing.signed:
        return
    a_signature(session, standing.analysis, by)


@pytest.mark.parametrize("seed", range(12))
def test_summary_is_what_the_replay_says_after_any_commands(session: Session, seed: int) -> None:
    random = Random(seed)
    readers = [a_user(session, name) for name in ("reader", "other")]
    lesions = [a_lesion(random.randrange(20, 120)) for _ in range(random.randrange(1, 6))]
    found = findings(*lesions, glandular_area_mm2=random.choice((0.0, 4.0, 8.4)))
    analysis = a_finished_analysis(session, a_slide(session, readers[0]), found)
    done = 0
    for _ in range(25):
        try:
            with session.begin_nested():
                act(session, analysis, random.choice(readers), random.choice(ACTIONS), random)
            done += 1
        except FocusScopeError:
            continue
        assert stored(session, analysis) == replayed(session, analysis)
        kept, due = kept_score(session, analysis)
        assert kept == due
    assert done > 5


def test_review_that_was_only_looked_at_has_no_summary(session: Session) -> None:
    reader = a_user(session)
    analysis = a_finished_analysis(session, a_slide(session, reader))
    seen(session, analysis=analysis, user=reader)
    assert session.query(Review).count() == 1
    progress = summaries.progress_of(session, analyses=[analysis])[analysis.id]
    assert (progress.status, progress.row, progress.total) == ("ready", None, 3)
    assert progress.reviewed.reason == reviews.NOTHING_DECIDED


def test_summary_says_who_acted_last(session: Session) -> None:
    first, second = a_user(session), a_user(session, "other")
    analysis = a_finished_analysis(session, a_slide(session, first))
    lesions: list[UUID] = [one.id for one in analysis.lesions]
    decide(session, analysis, first, lesions[0], "confirmed")
    decide(session, analysis, second, lesions[1], "rejected")
    row = summaries.progress_of(session, analyses=[analysis])[analysis.id].row
    assert row and (row.last_reader.username, row.decided, row.total) == ("other", 2, 3)


def test_late_count_reaches_the_summary(session: Session) -> None:
    reader = a_user(session)
    analysis = a_finished_analysis(session, a_slide(session, reader), findings(a_lesion(10)))
    outline = an_outline(Random(1)) | {"layer": "lesion"}
    said = {"removed": [], "added": [outline]}
    standing = commands.append(session, analysis=analysis, kind="shape", payload=said, by=reader, version=None)
    assert standing.row
    assert session.get_one(ReviewSummary, analysis.id).reason == reviews.STILL_COUNTED
    shapes.was_counted(session, review_id=standing.row.id, counts={UUID(str(outline["id"])): 70})
    assert (session.get_one(ReviewSummary, analysis.id).foci, session.get_one(ReviewSummary, analysis.id).reason) == (
        1,
        None,
    )
