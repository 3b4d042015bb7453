from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from backend.core.natural_order import sort_key
from backend.core.settings import ROOT, Settings
from backend.db.base import Base, utc_now
from backend.db.migrate import migrate
from backend.db.session import create_database_engine, create_sessions
from backend.db.tables import (
    Analysis,
    ApiToken,
    Case,
    ProviderAccount,
    Review,
    SecondFactor,
    Signature,
    SignedTally,
    Slide,
    User,
    Worker,
    WrongPasswords,
)
from backend.services import accounts, api_tokens, cases, invitations, naming, parts, reviews, rights, sessions, workers
from tests.factories import (
    PASSWORD,
    a_case,
    a_finished_analysis,
    a_signature,
    a_slide,
    a_user,
    an_analysis,
    decide,
    findings,
)


@pytest.fixture
def alembic(settings: Settings) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = settings.database
    return config


@pytest.mark.both_databases
def test_migrations_make_exactly_the_tables_of_the_code(alembic: Config) -> None:
    command.check(alembic)


@pytest.mark.both_databases
def test_migrations_can_be_taken_back(alembic: Config, settings: Settings) -> None:
    command.downgrade(alembic, "base")
    left = inspect(create_database_engine(settings.database)).get_table_names()
    assert set(left) <= {"alembic_version"}
    command.upgrade(alembic, "head")


def test_migrating_twice_is_harmless_and_makes_the_folder(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'focusscope.db'}"
    migrate(url)
    migrate(url)
    assert set(inspect(create_database_engine(url)).get_table_names()) > set(Base.metadata.tables)


@pytest.fixture
def on_sqlite(settings: Settings) -> None:
    if not settings.database.startswith("sqlite"):
        pytest.skip("asks SQLite in its own words")


@pytest.mark.usefixtures("on_sqlite")
def test_sqlite_keeps_foreign_keys_and_a_write_ahead_log(settings: Settings) -> None:
    with create_database_engine(settings.database).connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


@pytest.mark.usefixtures("on_sqlite")
def test_decisions_become_commands_and_go_back_to_decisions(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    command.downgrade(alembic, "20261123a")
    user, slide, analysis, review, first, second = (uuid4().hex for _ in range(6))
    now = "2026-01-01 00:00:00.000000"
    rows = {
        "user": (user, "reader", "Reader", "-", now, None),
        "slide": (slide, "gland", ".tiff", "ab", 1, "ready", *[None] * 1, 0, *[None] * 9, True, user, now),
    }
    with engine.begin() as connection:
        for table, row in rows.items():
            marks = ", ".join("?" * len(row))
            connection.exec_driver_sql(f'INSERT INTO "{table}" VALUES ({marks})', row)
        connection.exec_driver_sql(
            "INSERT INTO analysis (id, slide_id, status, stage_fraction, stage_seconds, attempt, cancel_requested, "
            "requested_by_id, queued_at) VALUES (?, ?, 'succeeded', 1, '{}', 1, 0, ?, ?)", (analysis, slide, user, now)
        )  # fmt: skip
        for number, lesion in enumerate((first, second), 1):
            lesion_row = (analysis, lesion, number, "[]", 0.1, 80, 0.9, True)
            connection.exec_driver_sql("INSERT INTO lesion VALUES (?, ?, ?, ?, ?, ?, ?, ?)", lesion_row)
        connection.exec_driver_sql("INSERT INTO review VALUES (?, ?, ?, ?)", (review, analysis, user, now))
        for number, (lesion, verdict, counts) in enumerate(
            [
                (first, "confirmed", None),
                (second, "rejected", None),
                (first, "undecided", None),
                (first, "confirmed", 1),
            ],
            1,
        ):
            row = (number, review, analysis, lesion, verdict, counts, user, now)
            connection.exec_driver_sql("INSERT INTO decision VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
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
    before = _all_of(engine, "review_summary")
    command.downgrade(alembic, "20261124a")
    assert len(_all_of(engine, "slide")) == len(_all_of(engine, "review")) == 1, "nothing else went with the cases"
    command.upgrade(alembic, "head")
    assert _all_of(engine, "review_summary") == before and len(before) == 1
    with Session(engine) as session:
        again = session.get_one(Analysis, analysis.id)
        assert (again.warning_count, again.slide.case_id) == (1, None)


def _all_of(engine: Engine, table: str) -> list[Any]:
    with engine.begin() as connection:
        return list(connection.exec_driver_sql(f'SELECT * FROM "{table}"').all())


def test_a_slide_keeps_its_file_when_endings_become_entries(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        slide_id = a_slide(session, a_user(session), entry="slide.svs").id
    command.downgrade(alembic, "20261124c")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT suffix FROM slide")) == ".svs"
    command.upgrade(alembic, "head")
    with create_sessions(engine)() as session:
        assert session.get_one(Slide, slide_id).entry == "slide.svs"


def test_counts_of_wrong_passwords_come_and_go_and_users_stay(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        a_user(session)
        session.add(WrongPasswords(purpose_sha256="ab" * 32, count=3))
    command.downgrade(alembic, "20261124d")
    assert len(_all_of(engine, "user")) == 1
    command.upgrade(alembic, "head")
    assert (len(_all_of(engine, "user")), _all_of(engine, "wrong_passwords")) == (1, [])


def test_shares_of_blur_and_pen_come_and_go_and_slides_stay(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        slide_id = a_slide(session, a_user(session), blur_share=0.25, pen_share=0.01).id
    command.downgrade(alembic, "20261126a")
    assert len(_all_of(engine, "slide")) == 1
    command.upgrade(alembic, "head")
    with create_sessions(engine)() as session:
        slide = session.get_one(Slide, slide_id)
        assert (slide.name, slide.blur_share, slide.pen_share) == ("gland", None, None)


def test_what_a_slide_waits_for_comes_and_goes_and_the_slide_stays(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        slide_id = a_slide(session, a_user(session), status="inspecting", delay="The disk is full.").id
    command.downgrade(alembic, "20261126c")
    command.upgrade(alembic, "head")
    with create_sessions(engine)() as session:
        slide = session.get_one(Slide, slide_id)
        assert (slide.status, slide.delay) == ("inspecting", None)


@pytest.mark.both_databases
def test_slides_come_through_being_left_out_and_sums_do_not_change_unseen(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        reader = a_user(session)
        slide = a_slide(session, reader)
        case = a_case(session, reader, slide)
        cases.leave_out(session, case=case, slide=slide, reason="damaged", by=reader)
    with pytest.raises(RuntimeError, match="left out"):
        command.downgrade(alembic, "20261126b")
    command.upgrade(alembic, "head")
    with create_sessions(engine).begin() as session:
        counted = session.get_one(Slide, slide.id)
        cases.count_again(session, case=session.get_one(Case, case.id), slide=counted, by=reader)
    command.downgrade(alembic, "20261126b")
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        again = session.get_one(Slide, slide.id)
        assert (again.case_id, again.left_out) == (case.id, None)


def test_an_analysis_stays_when_workers_come_and_go(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        analysis = an_analysis(session, a_slide(session, a_user(session)), urgent=True)
    command.downgrade(alembic, "20261126e")
    assert "worker" not in inspect(engine).get_table_names()
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        again = session.get_one(Analysis, analysis.id)
        assert (again.status, again.urgent, again.worker_id) == (analysis.status, False, None)


def test_a_worker_stays_when_its_gpus_come_and_go(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        session.add(Worker(host="here", pid=1, queues=["worker-gpu"], gpus=[{"name": "a GPU"}]))
    command.downgrade(alembic, "20261126g")
    assert len(_all_of(engine, "worker")) == 1
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        worker = session.scalars(select(Worker)).one()
        assert (worker.host, worker.gpus) == ("here", None)


def test_a_slide_of_several_files_is_not_lost_by_going_back(alembic: Config, settings: Settings) -> None:
    with create_sessions(create_database_engine(settings.database)).begin() as session:
        a_slide(session, a_user(session), entry="source/Mirax.mrxs")
    with pytest.raises(RuntimeError, match="several files"):
        command.downgrade(alembic, "20261124c")


@pytest.mark.both_databases
def test_everybody_before_there_were_sites_becomes_a_lead_of_one_and_the_first_its_admin(
    alembic: Config, settings: Settings
) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        first, second = a_user(session, "first", role="viewer"), a_user(session, "second", role="viewer")
        slide = a_slide(session, second)
        case = a_case(session, second, slide)
        cases.assign(session, case=case, reader_id=a_user(session, "reader").id, by=second)
        accounts.disable_user(session, username="reader")
    command.downgrade(alembic, "20261126d")
    command.upgrade(alembic, "head")
    with create_sessions(engine).begin() as session:
        roles = [(one.username, one.role, one.site) for one in accounts.list_users(session)]
        assert roles == [("first", "admin", "main"), ("reader", "lead", "main"), ("second", "lead", "main")]
        again = rights.slide(session, slide_id=slide.id, user=session.get_one(User, first.id), action="manage")
        assert (again.case and again.case.pseudonym, again.case and again.case.site) == ("SG-0042", "main")
        assert again.case and again.case.assigned_to and again.case.assigned_to.username == "reader"
        a_case(session, a_user(session, "far", site="far"), pseudonym="SG-0042")
    with pytest.raises(RuntimeError, match="several sites"):
        command.downgrade(alembic, "20261126d")


@pytest.mark.both_databases
def test_an_analysis_that_was_to_be_cancelled_is_and_the_others_go_on(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        reader = a_user(session)
        for status in ("cancelled", "running", "queued"):
            an_analysis(session, a_slide(session, reader), status=status, failure=status)
    command.downgrade(alembic, "20261126k")
    with engine.begin() as connection:
        asked = select(Analysis.failure).where(text("cancel_requested"))
        assert connection.scalars(asked).all() == ["cancelled"]
        connection.execute(text("UPDATE analysis SET cancel_requested = (failure <> 'queued')"))
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        found = {one.failure: (one.status, one.finished_at is not None) for one in session.scalars(select(Analysis))}
    assert found == {"cancelled": ("cancelled", False), "running": ("cancelled", True), "queued": ("queued", False)}


@pytest.mark.both_databases
def test_who_is_signed_in_stays_so_when_the_use_of_sessions_comes_to_be_noted(
    alembic: Config, settings: Settings
) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        _, token = sessions.begin(session, user=a_user(session), hours=1, browser="Firefox/140.0 (X11; Linux x86_64)")
    command.downgrade(alembic, "20261126f")
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        again = sessions.of_token(session, token=token)
        assert (again.user.username, again.browser, again.last_used_at) == ("reader", "", again.created_at)


@pytest.mark.both_databases
def test_who_is_signed_in_stays_so_when_second_factors_come_and_go(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        user = a_user(session)
        session.add(SecondFactor(user_id=user.id, sealed_secret="sealed", recovery_sha256=["ab"]))
        _, token = sessions.begin(session, user=user, hours=1, is_strong=True)
    command.downgrade(alembic, "20261126p")
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        again = sessions.of_token(session, token=token)
        assert (again.user.username, again.is_strong, session.scalars(select(SecondFactor)).all()) == (
            "reader", False, [],
        )  # fmt: skip


@pytest.mark.both_databases
def test_users_and_their_sessions_stay_when_api_tokens_come_and_go(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        here, token = sessions.begin(session, user=a_user(session), hours=1)
        api_tokens.make(session, here=here, name="script", scopes=["slides:read"], days=1)
    command.downgrade(alembic, "20261126x")
    assert "api_token" not in inspect(engine).get_table_names()
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        assert sessions.of_token(session, token=token).user.username == "reader"
        assert session.scalars(select(ApiToken)).all() == []


@pytest.mark.both_databases
def test_slides_and_cases_sort_as_one_counts_by_names_from_before(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        reader = a_user(session)
        for number in (10, 2, 9):
            a_case(session, reader, a_slide(session, reader, name=f"Slide {number}"), pseudonym=f"SG {number}")
    command.downgrade(alembic, "20261126y")
    assert "sort_key" not in {column["name"] for column in inspect(engine).get_columns("slide")}
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        assert list(session.scalars(select(Slide.name).order_by(Slide.sort_key))) == ["Slide 2", "Slide 9", "Slide 10"]
        assert list(session.scalars(select(Case.pseudonym).order_by(Case.sort_key))) == ["SG 2", "SG 9", "SG 10"]
        assert session.scalars(select(Slide).order_by(Slide.sort_key)).all()[0].sort_key == sort_key("Slide 2")


@pytest.mark.both_databases
def test_users_and_their_sessions_stay_when_single_sign_on_comes_and_goes(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        user = a_user(session)
        here, token = sessions.begin(session, user=user, hours=1)
        user.email, here.proved_at = "reader@hospital.example", utc_now()
        session.add(ProviderAccount(user=user, issuer="https://id.hospital.example", subject="248289761001"))
    command.downgrade(alembic, "20261126z")
    assert "provider_account" not in inspect(engine).get_table_names()
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        again = sessions.of_token(session, token=token)
        assert (again.user.username, again.user.email, again.proved_at) == ("reader", None, None)
        assert session.scalars(select(ProviderAccount)).all() == []


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


def test_slides_of_each_site_are_counted_and_stay(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        here, far = a_user(session), a_user(session, "far", site="far")
        slides = [a_slide(session, by).id for by in (here, here, far)]
    command.downgrade(alembic, "20261126m")
    assert "slide_count" not in inspect(engine).get_table_names()
    command.upgrade(alembic, "head")
    with create_sessions(engine).begin() as session:
        assert [naming.neutral_name(session, site=one) for one in ("main", "far", "new")] == [
            "Slide 3", "Slide 2", "Slide 1",
        ]  # fmt: skip
        assert {one.id for one in session.scalars(select(Slide))} == set(slides)


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


@pytest.mark.both_databases
def test_analyses_and_workers_stay_when_held_parts_come_and_go(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        analysis_id, worker_id = an_analysis(session, a_slide(session, a_user(session))).id, uuid4()
        workers.beat(session, worker_id=worker_id, host="here", pid=1, queues=[])
        assert parts.hold(session, analysis_id=analysis_id, name="map-0", worker_id=worker_id)
    command.downgrade(alembic, "20261126zc")
    assert "held_part" not in inspect(engine).get_table_names()
    command.upgrade(alembic, "head")
    with create_sessions(engine).begin() as session:
        assert (session.get_one(Analysis, analysis_id).status, session.get_one(Worker, worker_id).pid) == ("queued", 1)
        assert parts.hold(session, analysis_id=analysis_id, name="map-0", worker_id=worker_id)


@pytest.mark.both_databases
def test_whoever_joined_by_a_link_stays_when_invitations_come_and_go(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        admin = a_user(session, "admin", role="admin")
        _, token = invitations.invite(session, role="reader", site="far", by=admin)
        link = invitations.opened(session, token=token, address="")
        invitations.accept(session, link, username="new", display_name="New", password=PASSWORD)
        invitations.for_new_password(session, user=admin, by=admin)
    command.downgrade(alembic, "20261126v")
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        assert [(one.username, one.site) for one in accounts.list_users(session)] == [("admin", "main"), ("new", "far")]
        assert invitations.pending(session, by=accounts.named(session, username="admin")) == []
