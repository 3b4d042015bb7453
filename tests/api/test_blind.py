"""Blind-first: what proposes anything stays with the server until the reader has said what they see."""

from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from fastapi.testclient import TestClient

from backend.core.settings import Settings
from backend.db.session import Sessions
from backend.db.tables import User
from backend.storage import Storage
from tests.api.acting import act, complete, sign
from tests.factories import a_finished_analysis, a_stored_slide, write_slide

SHOWN_TO_ALL = {
    "GET /api/analyses/{analysis_id}": "its numbers withheld",
    "POST /api/analyses/{analysis_id}/cancel": "nothing is shown",
    "GET /api/analyses/{analysis_id}/maps": "glandular tissue only",
    "GET /api/analyses/{analysis_id}/maps/{name}/{dz_level}/{column}_{row}.png": "glandular tissue only",
    "GET /api/analyses/{analysis_id}/review/glands": "no proposal",
    "POST /api/analyses/{analysis_id}/review/commands": "takes the read, and nothing else",
    "PUT /api/analyses/{analysis_id}/review/presence": "names only",
}
"""The routes of an analysis that a blind reader may use, and why; every other must refuse."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"blind_first": True})


@pytest.fixture
def analysis(sessions: Sessions, storage: Storage, user: User) -> str:
    with sessions.begin() as session:
        slide = a_stored_slide(session, storage, user)
        analysis = a_finished_analysis(session, slide)
        for name in ("roi", "probability"):
            write_slide(storage.maps(slide.id, analysis.id) / f"{name}.tiff", (750, 500), mpp=1.0)
        return f"/api/analyses/{analysis.id}"


def read(client: TestClient, analysis: str, score: float | None = 1.5) -> int:
    said = {"id": str(uuid4()), "kind": "read", "pattern": "fls", "estimated_focus_score": score}
    status: int = client.post(f"{analysis}/review/commands", json=said).status_code
    return status


def routes(client: TestClient) -> list[tuple[str, str]]:
    """Every route below an analysis, from the contract itself, so that none is forgotten."""
    paths = client.get("/api/openapi.json").json()["paths"]
    return [
        (method.upper(), path)
        for path, methods in paths.items()
        if path.startswith("/api/analyses/{analysis_id}")
        for method in methods
    ]


def ask(client: TestClient, method: str, path: str, analysis: str) -> set[int]:
    """Ask for an address in all its forms; return what was answered."""
    filled = {"number": "1", "name": "probability", "dz_level": "0", "column": "0", "row": "0"}
    address = path.replace("/api/analyses/{analysis_id}", analysis)
    body = {"password": "x"} if method == "POST" else None
    formats = ("pdf", "csv", "geojson", "fhir", "zip") if "{format}" in path else ("",)
    urls = [address.format(**filled, format=one) for one in formats]
    return {client.request(method, one, json=body, headers={"If-Match": "0-0"}).status_code for one in urls}


def test_every_route_that_could_show_a_proposal_refuses(client: TestClient, analysis: str) -> None:
    for method, path in routes(client):
        if f"{method} {path}" not in SHOWN_TO_ALL:
            assert ask(client, method, path, analysis) == {403}, (method, path)
    assert read(client, analysis) == 201
    for method, path in routes(client):
        if f"{method} {path}" not in SHOWN_TO_ALL and method == "GET" and "signatures/{number}" not in path:
            assert ask(client, method, path, analysis) == {200}, (method, path)


def test_no_number_of_the_proposals_reaches_the_worklist(client: TestClient, analysis: str) -> None:
    slide = client.get("/api/slides").json()["items"][0]
    for shown in (client.get(analysis).json(), slide["current_analysis"]):
        assert (shown["withheld"], shown["focus_score"], shown["foci"], shown["review"]) == (True, None, None, None)
        assert "recorded" in shown["focus_score_reason"]
    assert client.get(f"/api/slides/{slide['id']}/analyses").json()[0]["focus_score"] is None
    read(client, analysis)
    shown = client.get(analysis).json()
    assert (shown["withheld"], shown["focus_score"], shown["review"]["total"]) == (False, 2.0, 3)


def test_tissue_is_shown_and_likelihood_is_not(client: TestClient, analysis: str) -> None:
    assert [one["name"] for one in client.get(f"{analysis}/maps").json()] == ["roi"]
    assert client.get(f"{analysis}/maps/roi/0/0_0.png").status_code == 200
    assert client.get(f"{analysis}/maps/probability/0/0_0.png").status_code == 403
    assert len(client.get(f"{analysis}/review/glands").json()) == 1
    read(client, analysis)
    assert [one["name"] for one in client.get(f"{analysis}/maps").json()] == ["probability", "roi"]
    assert client.get(f"{analysis}/maps/probability/0/0_0.png").status_code == 200


def test_reader_changes_nothing_unseen_and_reads_once(client: TestClient, analysis: str) -> None:
    said = {"id": str(uuid4()), "kind": "comment", "text": "Unseen."}
    answer = client.post(f"{analysis}/review/commands", json=said, headers={"If-Match": "0-0"})
    assert answer.status_code == 403
    assert read(client, analysis, None) == 201
    assert read(client, analysis, 3.0) == 409
    (one,) = client.get(f"{analysis}/review").json()["reads"]
    assert (one["by"], one["pattern"], one["estimated_focus_score"]) == ("Reader", "fls", None)


def test_one_reader_seeing_does_not_unblind_another(
    client: TestClient, other_client: TestClient, analysis: str
) -> None:
    read(client, analysis)
    assert client.get(f"{analysis}/review").status_code == 200
    assert other_client.get(f"{analysis}/review").status_code == 403
    read(other_client, analysis, 2.5)
    reads = client.get(f"{analysis}/review").json()["reads"]
    assert [(one["by"], one["estimated_focus_score"]) for one in reads] == [("Reader", 1.5), ("Other", 2.5)]
    with ZipFile(BytesIO(client.get(f"{analysis}/review/report/zip").content)) as files:
        summary = files.read("summary.csv").decode()
    for one, score in (("Reader", 1.5), ("Other", 2.5)):
        assert f"blind_read_focus_score,{score}," in summary and f"blind_read_by,{one}," in summary


def test_signed_review_is_there_to_be_read(client: TestClient, other_client: TestClient, analysis: str) -> None:
    read(client, analysis)
    complete(client, f"{analysis}/review")
    assert sign(client, f"{analysis}/review").status_code == 201
    assert other_client.get(f"{analysis}/review/signatures/1/report/pdf").status_code == 200
    act(client, f"{analysis}/review", "amend", reason="Once more.")
    assert other_client.get(f"{analysis}/review/signatures/1/report/pdf").status_code == 403
    assert client.get(f"{analysis}/review").status_code == 200


def test_own_reads_are_compared_with_what_was_signed(
    client: TestClient, other_client: TestClient, analysis: str
) -> None:
    read(client, analysis, 1.5)
    assert client.get("/api/agreement").json()["slides"] == []
    complete(client, f"{analysis}/review")
    sign(client, f"{analysis}/review")
    own = client.get("/api/agreement").json()
    assert (own["pairs"], own["mean_difference"], own["icc"]) == (1, -0.5, None)
    assert own["slides"][0]["estimated_focus_score"] == 1.5 and own["slides"][0]["signed_focus_score"] == 2.0
    assert other_client.get("/api/agreement").json()["slides"] == []
