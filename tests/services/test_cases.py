import pytest
from sqlalchemy.orm import Session

from backend.core.errors import Conflict
from backend.core.focus_score import focus_score, summed_focus_score
from backend.db.tables import AuditEvent, Slide, User
from backend.services import cases
from tests.factories import a_case, a_slide, a_user


@pytest.fixture
def reader(session: Session) -> User:
    return a_user(session)


def test_levels_are_summed_and_never_averaged() -> None:
    total = summed_focus_score([("first", focus_score(3, 9.1)), ("second", focus_score(2, 8.4))])
    assert total.value == pytest.approx(5 / 17.5 * 4) and total.foci == 5
    averaged = (3 / 9.1 + 2 / 8.4) / 2 * 4
    assert total.value != pytest.approx(averaged)
    assert (total.low, total.high) == pytest.approx((0.371, 2.667), abs=0.001)


def test_one_level_gives_its_own_score_and_interval() -> None:
    assert summed_focus_score([("only", focus_score(2, 8.0))]) == focus_score(2, 8.0)


def test_one_unknown_level_leaves_the_sum_unknown_and_is_named() -> None:
    total = summed_focus_score([("first", focus_score(3, 9.1)), ("level 2", focus_score(0, None))])
    assert (total.value, total.low, total.reason) == (None, None, "level 2: The glandular area is unknown.")


def test_case_without_slides_is_unknown_and_not_zero() -> None:
    assert summed_focus_score([]).value is None


def test_two_cases_cannot_have_pseudonyms_that_look_alike(session: Session, reader: User) -> None:
    a_case(session, reader, pseudonym="SG  0042")
    with pytest.raises(Conflict, match="Another case"):
        a_case(session, reader, pseudonym=" sg 0042 ")
    assert [one.pseudonym for one in cases.find(session, user=reader, search="", most=20)] == ["SG 0042"]


def test_slide_of_one_case_is_not_taken_by_another(session: Session, reader: User) -> None:
    slide = a_slide(session, reader)
    first, second = a_case(session, reader, slide), a_case(session, reader, pseudonym="other")
    with pytest.raises(Conflict, match="belongs to another case"):
        cases.add_slides(session, case=second, slides=[slide], by=reader)
    cases.remove_slide(session, case=first, slide=slide, by=reader)
    cases.add_slides(session, case=second, slides=[slide], by=reader)
    assert session.get_one(Slide, slide.id).case_id == second.id


def test_only_an_empty_case_is_deleted(session: Session, reader: User) -> None:
    slide = a_slide(session, reader)
    case = a_case(session, reader, slide)
    with pytest.raises(Conflict, match="still has slides"):
        cases.delete(session, case=case, by=reader)
    cases.remove_slide(session, case=case, slide=slide, by=reader)
    cases.delete(session, case=case, by=reader)
    assert cases.find(session, user=reader, search="", most=20) == []


def test_pseudonyms_stay_out_of_the_audit_trail(session: Session, reader: User) -> None:
    case = a_case(session, reader, pseudonym="perhaps a name")
    cases.rename(session, case=case, pseudonym="perhaps another", by=reader)
    cases.assign(session, case=case, reader_id=reader.id, by=reader)
    session.commit()
    said = [f"{one.action} {one.before} {one.after}" for one in session.query(AuditEvent).filter_by(subject="case")]
    assert [one.split()[0] for one in said] == ["case.create", "case.set_blind_first", "case.rename", "case.assign"]
    assert "perhaps" not in " ".join(said)
