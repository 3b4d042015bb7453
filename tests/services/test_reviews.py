from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.core.errors import Conflict
from backend.core.findings import Findings
from backend.db.tables import Analysis, AuditEvent, ReviewCommand, User
from backend.services import reviews
from tests.factories import a_finished_analysis, a_lesion, a_slide, a_user, decide, findings


@pytest.fixture
def reader(session: Session) -> User:
    return a_user(session)


def analysed(session: Session, reader: User, found: Findings | None = None) -> Analysis:
    return a_finished_analysis(session, a_slide(session, reader), found)


def test_nothing_decided_is_unknown_and_not_zero(session: Session, reader: User) -> None:
    standing = reviews.standing(session, analysis=analysed(session, reader))
    assert (standing.reviewed.score.value, standing.reviewed.score.reason) == (None, "No focus has been decided yet.")


def test_slide_on_which_nothing_was_proposed_is_not_taken_for_reviewed(session: Session, reader: User) -> None:
    found = findings(a_lesion(), glandular_area_mm2=8.0)
    empty = Findings(
        **{**{n: getattr(found, n) for n in found.__slots__}, "lesions": [], "foci": 0, "focus_score": 0.0}
    )
    standing = reviews.standing(session, analysis=analysed(session, reader, empty))
    assert standing.predicted.score.value == 0.0
    assert standing.reviewed.score.value is None
    assert standing.reviewed.score.reason == reviews.NOTHING_PROPOSED


def test_all_rejected_is_zero_and_complete(session: Session, reader: User) -> None:
    analysis = analysed(session, reader, findings(a_lesion(120), a_lesion(60)))
    for lesion in analysis.lesions:
        standing = decide(session, analysis, reader, lesion.id, "rejected")
    assert (standing.reviewed.score.value, standing.decided, standing.total) == (0.0, 2, 2)


def test_reader_overrides_the_count_of_a_borderline_aggregate(session: Session, reader: User) -> None:
    analysis = analysed(session, reader, findings(a_lesion(45), glandular_area_mm2=4.0))
    lesion = analysis.lesions[0].id
    assert decide(session, analysis, reader, lesion, "confirmed").reviewed.score.value == 0.0
    assert decide(session, analysis, reader, lesion, "confirmed", True).reviewed.score.meets_criterion is True


def test_criterion_is_judged_before_rounding(session: Session, reader: User) -> None:
    analysis = analysed(session, reader, findings(a_lesion(50), glandular_area_mm2=4.1))
    score = decide(session, analysis, reader, analysis.lesions[0].id, "confirmed").reviewed.score
    assert score.value == pytest.approx(0.976, abs=0.001) and score.meets_criterion is False


def test_unknown_area_leaves_every_score_undefined(session: Session, reader: User) -> None:
    analysis = analysed(session, reader, findings(a_lesion(), glandular_area_mm2=0.0))
    standing = decide(session, analysis, reader, analysis.lesions[0].id, "confirmed")
    assert [one.score.value for one in (standing.predicted, standing.reviewed)] == [None, None]
    assert standing.reviewed.score.reason == "No glandular tissue was found."


def test_second_thoughts_are_appended_and_the_first_are_kept(session: Session, reader: User) -> None:
    analysis = analysed(session, reader)
    lesion = analysis.lesions[0].id
    for verdict in ("confirmed", "rejected", "undecided", "confirmed"):
        decide(session, analysis, reader, lesion, verdict)
    assert [one.sequence for one in session.scalars(select(ReviewCommand))] == [1, 2, 3, 4]
    session.commit()
    said = session.scalars(select(AuditEvent).where(AuditEvent.action == "review.verdict")).all()
    assert [(one.after or {})["verdict"] for one in said] == ["confirmed", "rejected", "undecided", "confirmed"]


def test_area_fraction_follows_the_confirmed_foci(session: Session, reader: User) -> None:
    analysis = analysed(session, reader, findings(a_lesion(area_mm2=0.2), a_lesion(area_mm2=0.4)))
    standing = decide(session, analysis, reader, analysis.lesions[1].id, "confirmed")
    assert standing.reviewed.area_fraction == pytest.approx(0.1)


def test_lesion_of_another_analysis_is_refused(session: Session, reader: User) -> None:
    with pytest.raises(Conflict, match="no longer there"):
        decide(session, analysed(session, reader), reader, uuid4(), "confirmed")


def test_repeated_analysis_may_repeat_its_lesions(session: Session, reader: User) -> None:
    slide, found = a_slide(session, reader), findings()
    first, second = a_finished_analysis(session, slide, found), a_finished_analysis(session, slide, found)
    decide(session, first, reader, first.lesions[0].id, "confirmed")
    assert reviews.standing(session, analysis=second).decided == 0
