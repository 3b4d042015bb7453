"""Reviews, signatures and scores through the migrations that changed them."""

from uuid import UUID, uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from backend.core.settings import Settings
from backend.db.session import create_database_engine, create_sessions
from backend.db.tables import (
    Analysis,
    Review,
    Signature,
    SignedTally,
    Slide,
)
from backend.services import reviews
from tests.db.migrations.rows import all_of, insert
from tests.factories import (
    a_case,
    a_finished_analysis,
    a_signature,
    a_slide,
    a_user,
    an_analysis,
    decide,
    findings,
)


@pytest.mark.both_databases
def test_decisions_become_commands_and_go_back_to_decisions(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    command.downgrade(alembic, "20261123a")
    user, slide, analysis, review, first, second = (uuid4().hex for _ in range(6))
    now = "2026-01-01 00:00:00.000000"
    with engine.begin() as connection:
        insert(connection, "user", id=user, username="reader", display_name="R", password_hash="-", created_at=now)
        insert(
            connection, "slide", id=slide, name="gland", suffix=".tiff", sha256="ab", size_bytes=1, status="ready",
            crashes=0, has_thumbnail=True, uploaded_by_id=user, uploaded_at=now,
        )  # fmt: skip
        insert(
            connection, "analysis", id=analysis, slide_id=slide, status="succeeded", stage_fraction=1,
            stage_seconds="{}", attempt=1, cancel_requested=False, requested_by_id=user, queued_at=now,
        )  # fmt: skip
        for number, lesion in enumerate((first, second), 1):
            insert(
                connection, "lesion", analysis_id=analysis, id=lesion, number=number, polygon="[]", area_mm2=0.1,
                lymphocyte_count=80, confidence=0.9, counts_as_focus=True,
            )  # fmt: skip
        insert(connection, "review", id=review, analysis_id=analysis, started_by_id=user, started_at=now)
        said = [(first, "confirmed", None), (second, "rejected", None), (first, "undecided", None),
                (first, "confirmed", True)]  # fmt: skip
        for number, (lesion, verdict, counts) in enumerate(said, 1):
            insert(
                connection, "decision", id=number, review_id=review, analysis_id=analysis, lesion_id=lesion,
                verdict=verdict, counts_as_focus=counts, decided_by_id=user, decided_at=now,
            )  # fmt: skip
        before = connection.exec_driver_sql("SELECT * FROM decision ORDER BY id").all()
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        shown = reviews.standing(session, analysis=session.get_one(Analysis, UUID(analysis)))
        verdicts = [(one.verdict, one.counts) for one in shown.state.in_order()]
    assert verdicts == [("confirmed", True), ("rejected", None)]
    command.downgrade(alembic, "20261123a")
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT * FROM decision ORDER BY id").all() == before
    command.upgrade(alembic, "head")


@pytest.mark.both_databases
def test_signatures_outlive_a_migration_in_both_directions_and_cannot_be_deleted(
    alembic: Config, settings: Settings
) -> None:
    engine = create_database_engine(settings.database)
    with Session(engine) as session:
        reader = a_user(session)
        analysis = a_finished_analysis(session, a_slide(session, reader))
        review = Review(analysis_id=analysis.id, started_by_id=reader.id)
        session.add(review)
        session.flush()
        said = {"content": {"foci": 1}, "content_sha256": "ab", "files": {}}
        session.add(Signature(review_id=review.id, version=1, sequence=0, signed_by=reader, **said))
        session.commit()
    command.downgrade(alembic, "20261124a")
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        assert session.scalars(select(Signature)).one().content == {"foci": 1}
        with pytest.raises(DBAPIError, match="append-only"):
            session.delete(session.scalars(select(Slide)).one())
            session.flush()


def test_reviews_get_their_summaries_and_cases_come_and_go_with_data_in_the_tables(
    alembic: Config, settings: Settings
) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        reader = a_user(session)
        found = findings()
        found.warnings.append("The staining is pale.")
        slide = a_slide(session, reader)
        analysis = a_finished_analysis(session, slide, found)
        for lesion, verdict in zip(analysis.lesions, ("confirmed", "rejected"), strict=False):
            decide(session, analysis, reader, lesion.id, verdict)
        a_case(session, reader, slide)
    before = all_of(engine, "review_summary")
    command.downgrade(alembic, "20261124a")
    assert len(all_of(engine, "slide")) == len(all_of(engine, "review")) == 1, "nothing else went with the cases"
    command.upgrade(alembic, "head")
    assert all_of(engine, "review_summary") == before and len(before) == 1
    with Session(engine) as session:
        again = session.get_one(Analysis, analysis.id)
        assert (again.warning_count, again.slide.case_id) == (1, None)


@pytest.mark.both_databases
def test_scores_of_slides_come_back_as_readers_left_them(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        reader = a_user(session)
        predicted, reviewed, again, _new = (a_slide(session, reader, name=name) for name in "abcd")
        for slide in (predicted, reviewed, again):
            analysis = a_finished_analysis(session, slide)
        decide(session, analysis, reader, analysis.lesions[0].id, "confirmed")
        analysis = a_finished_analysis(session, reviewed)
        decide(session, analysis, reader, analysis.lesions[0].id, "confirmed")
        an_analysis(session, again)
        signed = a_slide(session, reader, name="e")
        analysis = a_finished_analysis(session, signed)
        decide(session, analysis, reader, analysis.lesions[0].id, "confirmed")
        a_signature(session, analysis, reader)
        a_finished_analysis(session, signed)
    scores = select(Slide.name, Slide.focus_score, Slide.glandular_area_mm2).order_by(Slide.name)
    with Session(engine) as session:
        kept = [tuple(row) for row in session.execute(scores)]
    assert kept == [("a", 2.0, 4.0), ("b", 1.0, 4.0), ("c", None, None), ("d", None, None), ("e", 1.0, 4.0)]
    command.downgrade(alembic, "20261126s")
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        assert [tuple(row) for row in session.execute(scores)] == kept


@pytest.mark.both_databases
def test_what_became_of_proposals_is_counted_from_what_was_signed(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    score = {"focus_score": 2.0}
    with create_sessions(engine).begin() as session:
        reader = a_user(session)
        for merged in (False, True):
            analysis = a_finished_analysis(session, a_slide(session, reader))
            ids = [one.id for one in analysis.lesions]
            decide(session, analysis, reader, ids[0], "confirmed")
            lesion = {"confidence": 0.9, "verdict": "confirmed", "counts_as_focus": True, "reason": None}
            aggregate = {**lesion, "id": str(ids[2]), "number": 3}
            drawn = {**lesion, "id": str(uuid4()), "number": 1, "confidence": None, "verdict": "corrected"}
            rejected = {**lesion, "id": str(ids[1]), "number": 2, "verdict": "rejected", "reason": "typed"}
            lesions = [drawn, aggregate] if merged else [drawn, rejected, aggregate]
            networks = [{"name": "m2cf_net", "preset": "small", "sha256": "ab", "weights": "", "trained_on": ""}]
            content = {"predicted": score, "reviewed": score, "lesions": lesions, "networks": networks}
            a_signature(session, analysis, reader, content)
    command.downgrade(alembic, "20261126zb")
    assert "signed_tally" not in inspect(engine).get_table_names()
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        one = session.scalars(select(SignedTally)).one()  # where foci were merged it is not known
        assert (one.proposed, one.confirmed, one.corrected, one.rejected, one.added) == (2, 0, 1, {"other": 1}, 1)
        assert (one.networks, one.predicted_focus_score) == ([["m2cf_net", "small", "ab"]], 2.0)
