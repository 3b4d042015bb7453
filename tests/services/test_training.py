from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from backend.core.errors import Conflict
from backend.db.tables import Analysis, User
from backend.services import training
from backend.storage import Storage
from tests.factories import a_finished_analysis, a_lesion, a_slide, a_user, decide, findings


@pytest.fixture
def reader(session: Session) -> User:
    return a_user(session)


def analysed(session: Session, by: User) -> Analysis:
    return a_finished_analysis(session, a_slide(session, by), findings(a_lesion(120), a_lesion(60)))


def decide_all(session: Session, analysis: Analysis, by: User, *verdicts: str) -> None:
    for lesion, verdict in zip(analysis.lesions, verdicts, strict=False):
        decide(session, analysis, by, lesion.id, verdict)


def test_only_slides_reviewed_to_the_end_are_truth_and_only_their_confirmed_lesions(
    session: Session, storage: Storage, reader: User
) -> None:
    finished, begun = analysed(session, reader), analysed(session, reader)
    decide_all(session, finished, reader, "confirmed", "rejected")
    decide_all(session, begun, reader, "confirmed")
    (one,) = training.reviewed_slides(session, storage=storage)
    assert (one.slide_id, one.mpp_xy) == (finished.slide_id, (0.5, 0.5))
    assert one.lesions == [finished.lesions[0].polygon]
    assert len(one.glands) == 1
    assert one.file == Path(storage.slide_file(finished.slide_id, "slide.tiff"))


def test_verdict_that_was_taken_back_leaves_a_slide_unfinished(
    session: Session, storage: Storage, reader: User
) -> None:
    analysis = analysed(session, reader)
    decide_all(session, analysis, reader, "confirmed", "rejected")
    decide_all(session, analysis, reader, "undecided")
    with pytest.raises(Conflict, match="No slide has been reviewed to the end"):
        training.reviewed_slides(session, storage=storage)


def test_newest_finished_review_of_a_slide_counts(session: Session, storage: Storage, reader: User) -> None:
    older = analysed(session, reader)
    newer = a_finished_analysis(session, older.slide, findings(a_lesion(80)))
    decide_all(session, older, reader, "confirmed", "confirmed")
    decide_all(session, newer, reader, "rejected")
    (one,) = training.reviewed_slides(session, storage=storage)
    assert one.lesions == []
