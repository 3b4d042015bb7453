from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from backend.db.session import Sessions, after_commit
from backend.db.tables import AuditEvent, ReviewCommand, Slide, User
from tests.factories import a_finished_analysis, a_slide, a_user, decide


@pytest.mark.both_databases
def test_moment_comes_back_the_same_and_in_utc(sessions: Sessions, user: User) -> None:
    beijing = datetime(2026, 3, 1, 7, 30, tzinfo=timezone(timedelta(hours=8)))
    with sessions.begin() as session:
        slide_id = a_slide(session, user, uploaded_at=beijing).id
    with sessions() as session:
        moment = session.get_one(Slide, slide_id).uploaded_at
    assert moment == beijing and moment.tzinfo is UTC


def test_moment_without_a_time_zone_is_refused(session: Session, user: User) -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        a_slide(session, user, uploaded_at=datetime(2026, 3, 1))


def test_slide_of_nobody_is_refused(session: Session, user: User) -> None:
    with pytest.raises(IntegrityError):
        a_slide(session, User(username="ghost", display_name="", password_hash=""), status="unheard of")


def test_action_waits_for_the_commit(sessions: Sessions) -> None:
    done: list[str] = []
    with sessions.begin() as session:
        after_commit(session, lambda: done.append("sent"))
        assert done == []
    assert done == ["sent"]


def test_rollback_forgets_the_action(sessions: Sessions) -> None:
    done: list[str] = []
    with sessions() as session:
        after_commit(session, lambda: done.append("sent"))
        session.execute(select(1))
        session.rollback()
        session.commit()
    assert done == []


def test_action_that_fails_does_not_stop_the_others(sessions: Sessions, caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []
    with sessions.begin() as session:
        after_commit(session, lambda: 1 / 0)
        after_commit(session, lambda: done.append("sent"))
    assert done == ["sent"] and "ZeroDivisionError" in caplog.text


@pytest.mark.both_databases
def test_two_who_read_and_then_write_take_turns(sessions: Sessions, user: User) -> None:
    with sessions.begin() as session:
        slide_id = a_slide(session, user, crashes=0).id
    together = Barrier(4)

    def count(_: int) -> None:
        together.wait()
        for _ in range(5):
            with sessions.begin() as session:
                session.get_one(Slide, slide_id, with_for_update=True).crashes += 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))
    with sessions() as session:
        assert session.get_one(Slide, slide_id).crashes == 20


@pytest.mark.both_databases
def test_command_cannot_be_changed_but_goes_with_its_slide(session: Session) -> None:
    user = a_user(session)
    slide = a_slide(session, user)
    analysis = a_finished_analysis(session, slide)
    lesion = analysis.lesions[0]
    decide(session, analysis, user, lesion.id, "confirmed")
    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.execute(update(ReviewCommand).values(kind="undo"))
    session.expunge_all()
    session.delete(session.get_one(Slide, slide.id))
    session.commit()
    assert session.scalars(select(ReviewCommand)).all() == []
    assert session.scalars(select(AuditEvent.action)).all()[-1] == "review.verdict"


def test_nothing_follows_a_savepoint_before_the_whole_is_stored(sessions: Sessions) -> None:
    done: list[str] = []
    with sessions.begin() as session:
        after_commit(session, lambda: done.append("after the commit"))
        with session.begin_nested():
            a_user(session)
        assert done == []
    assert done == ["after the commit"]
