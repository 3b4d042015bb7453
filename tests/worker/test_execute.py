"""How an analysis ends, whatever happens to its worker. The pipeline is played by small functions here."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.core.errors import SlideNotSuitable
from backend.core.findings import Findings, Stage
from backend.db.base import utc_now
from backend.db.session import Sessions
from backend.db.tables import Analysis, AuditEvent, Lesion, User, Worker
from backend.services import analyses, runs, workers
from backend.storage import Storage
from backend.worker import execute as execution
from backend.worker.execute import Analyse, Workplace
from backend.wsi.slide import Slide
from tests.factories import a_stored_slide, a_user, an_analysis, findings

OnProgress = Callable[[Stage, float], None]


@pytest.fixture
def place(sessions: Sessions, storage: Storage) -> Workplace:
    with sessions.begin() as session:
        return Workplace(sessions, storage, a_worker(session))


def a_worker(session: Session, host: str = "elsewhere") -> UUID:
    worker_id = uuid4()
    workers.beat(session, worker_id=worker_id, host=host, pid=1, queues=["worker-gpu"])
    return worker_id


def execute(place: Workplace, analysis_id: UUID, analyse: Analyse) -> None:
    """Take this analysis, whosever turn it is, and run it."""
    with place.sessions.begin() as session:
        claim = runs.claim(session, analysis_id=analysis_id, worker_id=place.worker_id)
    if claim:
        execution.execute(place, claim, analyse)


def die(place: Workplace) -> None:
    """Be silent for long enough."""
    with place.sessions.begin() as session:
        session.execute(update(Worker).values(seen_at=utc_now() - timedelta(seconds=30)))


@pytest.fixture
def analysis_id(place: Workplace, user: User) -> UUID:
    with place.sessions.begin() as session:
        return an_analysis(session, a_stored_slide(session, place.storage, user)).id


def read(place: Workplace, analysis_id: UUID) -> Analysis:
    with place.sessions() as session:
        return analyses.get(session, analysis_id=analysis_id)


def lesions_of(place: Workplace, analysis_id: UUID) -> int:
    with place.sessions() as session:
        return len(session.scalars(select(Lesion).where(Lesion.analysis_id == analysis_id)).all())


def succeed(_slide: Slide, on_progress: OnProgress, _maps: Path) -> Findings:
    on_progress("tissue", 1.0)
    return findings()


def test_analysis_that_succeeds_stores_all_its_findings(place: Workplace, analysis_id: UUID) -> None:
    execute(place, analysis_id, succeed)
    analysis = read(place, analysis_id)
    assert (analysis.status, analysis.focus_score, lesions_of(place, analysis_id)) == ("succeeded", 2.0, 3)
    assert analysis.started_at and analysis.finished_at and analysis.finished_at.tzinfo


def test_maps_are_kept_with_the_analysis_that_succeeds_only(place: Workplace, analysis_id: UUID) -> None:
    def draw_then_fail(slide: Slide, _on_progress: OnProgress, maps: Path) -> Findings:
        (maps / "probability.tiff").write_bytes(b"half")
        raise SlideNotSuitable("The slide holds no tissue.")

    def draw(slide: Slide, on_progress: OnProgress, maps: Path) -> Findings:
        (maps / "probability.tiff").write_bytes(b"whole")
        return succeed(slide, on_progress, maps)

    slide_id = read(place, analysis_id).slide_id
    kept = place.storage.maps(slide_id, analysis_id)
    with place.sessions.begin() as session:
        failing = an_analysis(session, a_stored_slide(session, place.storage, read(place, analysis_id).requested_by))
        failing_slide, failing_id = failing.slide_id, failing.id
    execute(place, failing_id, draw_then_fail)
    assert list(place.storage.maps(failing_slide, failing_id).parent.iterdir()) == []
    execute(place, analysis_id, draw)
    assert (kept / "probability.tiff").read_bytes() == b"whole"
    assert list(kept.parent.iterdir()) == [kept]


def test_pipeline_gets_the_pixel_size_that_was_entered(place: Workplace, user: User) -> None:
    with place.sessions.begin() as session:
        slide = a_stored_slide(session, place.storage, user, mpp_x=0.25, mpp_y=0.25, mpp_source="entered")
        analysis_id = an_analysis(session, slide).id
    seen = []

    def look(slide: Slide, _on_progress: OnProgress, _maps: Path) -> Findings:
        seen.append(slide.required_mpp.mean)
        return findings()

    execute(place, analysis_id, look)
    assert seen == [0.25]


def test_cancelled_analysis_ends_as_cancelled_and_stores_nothing(place: Workplace, analysis_id: UUID) -> None:
    def cancel_on_the_way(slide: Slide, on_progress: OnProgress, maps: Path) -> Findings:
        with place.sessions.begin() as session:
            analysis = analyses.get(session, analysis_id=analysis_id)
            analyses.cancel(session, analysis=analysis, by=analysis.requested_by)
        return succeed(slide, on_progress, maps)

    execute(place, analysis_id, cancel_on_the_way)
    assert (read(place, analysis_id).status, lesions_of(place, analysis_id)) == ("cancelled", 0)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (SlideNotSuitable("The slide holds no tissue."), "The slide holds no tissue."),
        (SoftTimeLimitExceeded(), "The analysis took longer than this server allows and was stopped."),
    ],
)
def test_failure_is_told_in_a_sentence(place: Workplace, analysis_id: UUID, error: Exception, sentence: str) -> None:
    def fail(_slide: Slide, _on_progress: OnProgress, _maps: Path) -> Findings:
        raise error

    execute(place, analysis_id, fail)
    assert (read(place, analysis_id).status, read(place, analysis_id).failure) == ("failed", sentence)


def test_fault_is_logged_and_its_details_stay_out_of_the_sentence(
    place: Workplace, analysis_id: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(_slide: Slide, _on_progress: OnProgress, _maps: Path) -> Findings:
        raise KeyError("an inner detail")

    execute(place, analysis_id, break_down)
    assert read(place, analysis_id).failure == f"A fault stopped the analysis; the log has it under {analysis_id}."
    assert "an inner detail" in caplog.text


def test_findings_that_cannot_all_be_stored_are_not_stored_in_part(place: Workplace, analysis_id: UUID) -> None:
    def find_one_lesion_twice(_slide: Slide, _on_progress: OnProgress, _maps: Path) -> Findings:
        twice = findings().lesions[0]
        return findings(twice, twice)

    execute(place, analysis_id, find_one_lesion_twice)
    analysis = read(place, analysis_id)
    assert (analysis.status, analysis.focus_score, lesions_of(place, analysis_id)) == ("failed", None, 0)


@pytest.mark.both_databases
def test_message_that_arrives_twice_runs_the_analysis_once(place: Workplace, analysis_id: UUID) -> None:
    times = []

    def count(slide: Slide, on_progress: OnProgress, maps: Path) -> Findings:
        times.append(1)
        execute(place, analysis_id, count)
        return succeed(slide, on_progress, maps)

    execute(place, analysis_id, count)
    execute(place, analysis_id, count)
    assert (len(times), lesions_of(place, analysis_id)) == (1, 3)


@pytest.mark.both_databases
def test_analysis_of_a_silent_worker_is_taken_over(place: Workplace, analysis_id: UUID) -> None:
    with place.sessions.begin() as session:
        assert runs.claim_next(session, worker_id=place.worker_id)
        assert analyses.waiting(session) == [] and runs.claim(session, analysis_id=analysis_id) is None
    die(place)
    with place.sessions.begin() as session:
        assert analyses.waiting(session) == [analysis_id]
        [dead] = workers.bury(session, host="here", runs=lambda _: True)
        assert (dead.task, dead.subject_id) == ("analysis.run", analysis_id)
    execute(place, analysis_id, succeed)
    assert (read(place, analysis_id).status, read(place, analysis_id).attempt) == ("succeeded", 2)


@pytest.mark.both_databases
@pytest.mark.parametrize("taken", [False, True], ids=["free", "taken"])
def test_worker_that_was_silent_and_lives_goes_on_with_what_nobody_has_taken(
    place: Workplace, analysis_id: UUID, taken: bool
) -> None:
    with place.sessions.begin() as session:
        mine = runs.claim_next(session, worker_id=place.worker_id)
    die(place)
    with place.sessions.begin() as session:
        assert workers.bury(session, host="here", runs=lambda _: True)
        other = a_worker(session)
        if taken:
            assert runs.claim_next(session, worker_id=other)
        assert place.worker_id
        workers.beat(session, worker_id=place.worker_id, host="elsewhere", pid=1, queues=["worker-gpu"], idle=False)
    with place.sessions.begin() as session:
        assert mine and runs.claim_next(session, worker_id=other) is None
        holder = session.scalars(select(Worker).where(Worker.subject_id == analysis_id)).one()
        assert holder.id == (other if taken else place.worker_id)


def test_worker_whose_process_is_gone_is_buried_at_once_and_one_elsewhere_is_not(place: Workplace) -> None:
    with place.sessions.begin() as session:
        here = a_worker(session, host="here")
        assert [one.id for one in workers.bury(session, host="here", runs=lambda _: False)] == [here]


@pytest.mark.both_databases
def test_users_take_turns_and_what_is_urgent_goes_first(place: Workplace, user: User) -> None:
    with place.sessions.begin() as session:
        other = a_user(session, "other")
        many = [queued(session, place, user) for _ in range(3)]
        theirs = [queued(session, place, other) for _ in range(2)]
        assert analyses.waiting(session) == [many[0], theirs[0], many[1], theirs[1], many[2]]
        urgent = queued(session, place, user, urgent=True)
        assert analyses.waiting(session)[0] == urgent
        assert runs.claim(session, analysis_id=urgent, worker_id=place.worker_id)
        assert analyses.waiting(session) == [*theirs, *many], "a running one counts, and whoever has it had a turn"
        first = runs.claim_next(session, worker_id=None)
        assert first and first.analysis_id == theirs[0]


@pytest.mark.both_databases
def test_sites_take_turns_however_many_users_one_has(place: Workplace, user: User) -> None:
    with place.sessions.begin() as session:
        second, far = a_user(session, "second"), a_user(session, "far", site="far")
        here = [queued(session, place, by) for by in (user, second, user, second)]
        there = [queued(session, place, far) for _ in range(2)]
        assert analyses.waiting(session) == [here[0], there[0], here[1], there[1], here[2], here[3]]
        assert runs.claim(session, analysis_id=there[0], worker_id=place.worker_id)
        assert analyses.waiting(session) == [here[0], here[1], there[1], here[2], here[3]], "a running one counts"


@pytest.mark.both_databases
@pytest.mark.parametrize("site", ["far", "main"], ids=["sites", "users of a site"])
def test_one_device_goes_from_one_line_to_the_other(place: Workplace, user: User, site: str) -> None:
    with place.sessions.begin() as session:
        many = [queued(session, place, user) for _ in range(3)]
    served = [run_next(place)]
    with place.sessions.begin() as session:
        other = a_user(session, "other", site=site)
        theirs = [queued(session, place, other) for _ in range(2)]
    served += [run_next(place) for _ in range(4)]
    assert served == [many[0], theirs[0], many[1], theirs[1], many[2]]


def run_next(place: Workplace) -> UUID:
    """Run the analysis whose turn it is, to its end; return it."""
    claim = execution.claim_next(place)
    assert claim
    execution.execute(place, claim, succeed)
    return claim.analysis_id


def queued(session: Session, place: Workplace, by: User, **columns: Any) -> UUID:
    return an_analysis(session, a_stored_slide(session, place.storage, by), **columns).id


def test_worker_thought_dead_cannot_write_over_its_successor(place: Workplace, analysis_id: UUID) -> None:
    def be_overtaken(_slide: Slide, _on_progress: OnProgress, _maps: Path) -> Findings:
        die(place)
        execute(place, analysis_id, succeed)
        return findings(glandular_area_mm2=99.0)

    execute(place, analysis_id, be_overtaken)
    assert (read(place, analysis_id).glandular_area_mm2, lesions_of(place, analysis_id)) == (4.0, 3)


def test_analysis_that_keeps_killing_its_worker_is_given_up(place: Workplace, analysis_id: UUID) -> None:
    for _ in range(runs.MOST_ATTEMPTS):
        with place.sessions.begin() as session:
            assert runs.claim(session, analysis_id=analysis_id)
    execute(place, analysis_id, succeed)
    assert (read(place, analysis_id).failure or "").startswith("The analysis ended its process 3 times")


def test_audit_trail_names_the_weights(place: Workplace, analysis_id: UUID) -> None:
    execute(place, analysis_id, succeed)
    with place.sessions() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "analysis.succeed")).one()
    assert event.after == {"networks": {"m2cf_net": "ab" * 32}}
