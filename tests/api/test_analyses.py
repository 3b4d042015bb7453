from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from backend.db.session import Sessions
from backend.db.tables import Slide, User
from backend.services import runs
from tests.factories import Queue, a_finished_analysis, a_slide


@pytest.fixture
def slide(sessions: Sessions, user: User) -> Slide:
    with sessions.begin() as session:
        return a_slide(session, user)


@pytest.fixture
def finished(sessions: Sessions, slide: Slide) -> str:
    with sessions.begin() as session:
        return str(a_finished_analysis(session, slide).id)


def test_started_analysis_waits_in_the_queue(client: TestClient, slide: Slide, queue: Queue) -> None:
    answer = client.post(f"/api/slides/{slide.id}/analyses")
    analysis = answer.json()
    assert (answer.status_code, analysis["status"], analysis["progress"]) == (201, "queued", 0)
    assert queue.drain() == [("analysis.run", analysis["id"])]
    assert client.get(f"/api/slides/{slide.id}").json()["current_analysis"]["id"] == analysis["id"]


def test_slide_is_analysed_once_at_a_time(client: TestClient, slide: Slide, queue: Queue) -> None:
    client.post(f"/api/slides/{slide.id}/analyses")
    answer = client.post(f"/api/slides/{slide.id}/analyses")
    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "An analysis of this slide is already queued or running.",
    )
    assert len(queue.drain()) == 1


def test_progress_is_shown_by_stage(client: TestClient, slide: Slide, sessions: Sessions) -> None:
    analysis_id = client.post(f"/api/slides/{slide.id}/analyses").json()["id"]
    with sessions.begin() as session:
        claim = runs.claim(session, analysis_id=UUID(analysis_id))
        assert claim
        runs.report(session, claim=claim, stage="stain", fraction=0.5, seconds={"tissue": 1.0, "roi": 2.0})
    shown = client.get(f"/api/analyses/{analysis_id}").json()
    assert (shown["status"], shown["stage"]) == ("running", "stain")
    assert [(one["fraction"], one["seconds"]) for one in shown["stages"]][:4] == [
        (1, 1),
        (1, 2),
        (0.5, None),
        (0, None),
    ]
    assert shown["progress"] == pytest.approx(0.03 + 0.12 + 0.025)


def test_waiting_analysis_is_cancelled_at_once(client: TestClient, slide: Slide) -> None:
    analysis_id = client.post(f"/api/slides/{slide.id}/analyses").json()["id"]
    assert client.post(f"/api/analyses/{analysis_id}/cancel").json()["status"] == "cancelled"
    assert client.post(f"/api/analyses/{analysis_id}/cancel").status_code == 409
    again = client.post(f"/api/slides/{slide.id}/analyses", params={"urgent": True})
    assert (again.status_code, again.json()["urgent"]) == (201, True)


def test_findings_come_back_as_the_pipeline_said_them(client: TestClient, finished: str) -> None:
    found = client.get(f"/api/analyses/{finished}/findings").json()
    assert (found["foci"], found["focus_score"], found["glandular_area_mm2"]) == (2, 2.0, 4.0)
    assert [(one["number"], one["lymphocyte_count"], one["borderline"]) for one in found["lesions"]] == [
        (1, 120, False),
        (2, 60, True),
        (3, 45, True),
    ]
    assert found["networks"][0]["sha256"] == "ab" * 32
    assert found["seconds"] == {"tissue": 0.5, "segmentation": 3.0}
    assert found["notice"].startswith("For Research Use Only")


def test_analysis_that_has_not_succeeded_has_no_findings(client: TestClient, slide: Slide) -> None:
    analysis_id = client.post(f"/api/slides/{slide.id}/analyses").json()["id"]
    assert client.get(f"/api/analyses/{analysis_id}/findings").status_code == 409
    assert client.get(f"/api/analyses/{analysis_id}/review").status_code == 409


def test_lesions_download_as_a_file_for_qupath(client: TestClient, finished: str) -> None:
    answer = client.get(f"/api/analyses/{finished}/lesions.geojson")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert [one["properties"]["classification"]["name"] for one in answer.json()["features"]] == [
        "Focus",
        "Focus",
        "Aggregate < 50",
    ]


def test_verdicts_change_the_reviewed_score_at_once(client: TestClient, finished: str) -> None:
    first, second, small = (one["id"] for one in client.get(f"/api/analyses/{finished}/findings").json()["lesions"])
    untouched = client.get(f"/api/analyses/{finished}/review").json()
    assert untouched["reviewed"]["focus_score"] is None
    assert untouched["reviewed"]["reason"] == "No focus has been decided yet."
    assert untouched["if_rest_confirmed"]["focus_score"] == untouched["predicted"]["focus_score"] == 2.0

    def decide(lesion: str, verdict: str, counts: bool | None = None) -> dict[str, Any]:
        said = {"id": str(uuid4()), "kind": "verdict", "lesion_ids": [lesion], "verdict": verdict}
        version = client.get(f"/api/analyses/{finished}/review").headers["ETag"]
        answer = client.post(
            f"/api/analyses/{finished}/review/commands", json={**said, "counts_as_focus": counts},
            headers={"If-Match": version},
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
        review: dict[str, Any] = answer.json()
        return review

    assert decide(first, "confirmed")["reviewed"]["focus_score"] == 1.0
    assert decide(second, "rejected")["if_rest_confirmed"]["focus_score"] == 1.0
    complete = decide(small, "confirmed", True)
    assert (complete["complete"], complete["decided"], complete["reviewed"]["focus_score"]) == (True, 3, 2.0)
    assert decide(small, "undecided")["decided"] == 2
    summary = client.get(f"/api/analyses/{finished}").json()["review"]
    assert (summary["decided"], summary["total"], summary["focus_score"]) == (2, 3, 1.0)
