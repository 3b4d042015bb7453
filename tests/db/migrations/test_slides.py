"""Slides and cases through the migrations that changed them."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from backend.core.natural_order import sort_key
from backend.core.settings import Settings
from backend.db.session import create_database_engine, create_sessions
from backend.db.tables import (
    Case,
    Slide,
)
from backend.services import cases, naming
from tests.db.migrations.rows import all_of
from tests.factories import (
    a_case,
    a_slide,
    a_user,
)


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


def test_a_slide_of_several_files_is_not_lost_by_going_back(alembic: Config, settings: Settings) -> None:
    with create_sessions(create_database_engine(settings.database)).begin() as session:
        a_slide(session, a_user(session), entry="source/Mirax.mrxs")
    with pytest.raises(RuntimeError, match="several files"):
        command.downgrade(alembic, "20261124c")


def test_shares_of_blur_and_pen_come_and_go_and_slides_stay(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        slide_id = a_slide(session, a_user(session), blur_share=0.25, pen_share=0.01).id
    command.downgrade(alembic, "20261126a")
    assert len(all_of(engine, "slide")) == 1
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
