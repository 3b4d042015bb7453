"""The review through the API: two readers, lost answers, outlines, and what is refused."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from backend.core import geojson
from backend.db.session import Sessions
from backend.db.tables import User
from backend.services import shapes
from backend.worker import catch_up
from tests.api.acting import act
from tests.factories import Queue, a_finished_analysis, a_slide


@pytest.fixture
def review(sessions: Sessions, user: User) -> str:
    with sessions.begin() as session:
        return f"/api/analyses/{a_finished_analysis(session, a_slide(session, user)).id}/review"


def square(x: float, y: float, side: float) -> list[list[list[float]]]:
    return [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]


def drawn(x: float = 100, side: float = 200, layer: str = "lesion") -> dict[str, Any]:
    return {"id": str(uuid4()), "layer": layer, "polygon": square(x, 100, side)}


@pytest.mark.both_databases
def test_whoever_has_not_seen_the_latest_is_shown_it_and_overwrites_nothing(client: TestClient, review: str) -> None:
    seen = client.get(review)
    first, second = (one["id"] for one in seen.json()["lesions"][:2])
    act(client, review, "verdict", lesion_ids=[first], verdict="confirmed")
    late = {"id": str(uuid4()), "kind": "verdict", "lesion_ids": [first, second], "verdict": "rejected"}
    answer = client.post(f"{review}/commands", json=late, headers={"If-Match": seen.headers["ETag"]})
    assert answer.status_code == 412
    assert [one["verdict"] for one in answer.json()["current"]["lesions"]] == ["confirmed", "undecided", "undecided"]
    assert client.get(review).json() == answer.json()["current"]


@pytest.mark.both_databases
def test_command_whose_answer_was_lost_is_done_once(client: TestClient, review: str) -> None:
    seen = client.get(review)
    said = {"id": str(uuid4()), "kind": "comment", "text": "Close to a duct."}
    for _ in range(3):
        answer = client.post(f"{review}/commands", json=said, headers={"If-Match": seen.headers["ETag"]})
        assert answer.status_code == 201
    assert [one["text"] for one in client.get(review).json()["comments"]] == ["Close to a duct."]


@pytest.mark.parametrize("mark", ['W/"{}"', '"{}-gzip"', '"{}-zstd"', "{}"])
def test_a_proxy_that_compresses_may_mark_the_version(client: TestClient, review: str, mark: str) -> None:
    version = client.get(review).json()["version"]
    said = {"id": str(uuid4()), "kind": "comment", "text": "Seen."}
    answer = client.post(f"{review}/commands", json=said, headers={"If-Match": mark.format(version)})
    assert answer.status_code == 201, answer.text


def test_change_without_a_version_is_refused(client: TestClient, review: str) -> None:
    answer = client.post(f"{review}/commands", json={"id": str(uuid4()), "kind": "comment", "text": "x"})
    assert (answer.status_code, "If-Match" in answer.json()["detail"]) == (428, True)


def test_all_that_is_visible_is_accepted_in_one_step_and_taken_back_in_one(client: TestClient, review: str) -> None:
    ids = [one["id"] for one in client.get(review).json()["lesions"]]
    shown = act(client, review, "verdict", lesion_ids=ids, verdict="confirmed")
    assert (shown["complete"], shown["undo"]) == (True, {"kind": "verdict", "lesions": 3})
    shown = act(client, review, "undo")
    assert (shown["decided"], shown["undo"], shown["redo"]["lesions"]) == (0, None, 3)
    assert act(client, review, "redo")["complete"]


def test_nothing_to_undo_is_said(client: TestClient, review: str) -> None:
    version = client.get(review).headers["ETag"]
    answer = client.post(f"{review}/commands", json={"id": str(uuid4()), "kind": "undo"}, headers={"If-Match": version})
    assert (answer.status_code, answer.json()["detail"]) == (409, "There is nothing to undo.")


def test_drawn_lesion_has_an_area_at_once_and_a_score_once_it_is_counted(
    client: TestClient, review: str, queue: Queue, sessions: Sessions
) -> None:
    shape = drawn(side=400)
    shown = act(client, review, "shape", removed=[], added=[shape])
    lesion = next(one for one in shown["lesions"] if one["id"] == shape["id"])
    assert lesion["area_mm2"] == pytest.approx(0.04) and lesion["verdict"] == "added"
    assert lesion["lymphocyte_count"] is None and lesion["counts_as_focus"] is None
    assert shown["reviewed"]["focus_score"] is None and "counted" in shown["reviewed"]["reason"]
    ((task, review_id),) = queue.drain()
    assert task == "review.count"
    catch_up.send_uncounted(sessions)  # the message was lost
    assert queue.drain() == [(task, review_id)]
    with sessions.begin() as session:
        shapes.was_counted(session, review_id=UUID(review_id), counts={UUID(shape["id"]): 50})
    catch_up.send_uncounted(sessions)
    assert queue.drain() == []
    shown = client.get(review).json()
    assert (shown["reviewed"]["foci"], shown["reviewed"]["focus_score"]) == (1, 1.0)


def test_reader_need_not_wait_for_the_count_to_say_that_it_is_a_focus(client: TestClient, review: str) -> None:
    shape = drawn()
    act(client, review, "shape", removed=[], added=[shape])
    shown = act(client, review, "verdict", lesion_ids=[shape["id"]], verdict="confirmed", counts_as_focus=True)
    assert shown["reviewed"]["focus_score"] == 1.0


def test_redrawn_gland_changes_the_denominator(client: TestClient, review: str) -> None:
    gland = client.get(review).json()["glands"][0]
    shown = act(client, review, "shape", removed=[gland["id"]], added=[drawn(side=800, layer="gland")])
    assert shown["if_rest_confirmed"]["glandular_area_mm2"] == pytest.approx(4.0 - gland["area_mm2"] + 0.16)
    assert shown["predicted"]["glandular_area_mm2"] == 4.0


@pytest.mark.parametrize(
    ("polygon", "said"),
    [
        ([[[0, 0], [100, 100], [100, 0], [0, 100], [0, 0]]], "crosses"),
        ([[[0, 0], [100, 0], [0, 0]]], "3 corners"),
        ([[[-50, 0], [100, 0], [100, 100], [-50, 0]]], "outside"),
        ([[[0, 0], [100, 0], [50, 0], [0, 0]]], "crosses|empty"),
    ],
)  # fmt: skip
def test_outline_that_encloses_nothing_plain_is_refused(
    client: TestClient, review: str, polygon: Any, said: str
) -> None:
    version = client.get(review).headers["ETag"]
    change = {"id": str(uuid4()), "kind": "shape", "removed": [], "added": [{**drawn(), "polygon": polygon}]}
    answer = client.post(f"{review}/commands", json=change, headers={"If-Match": version})
    assert answer.status_code == 422
    assert any(word in answer.json()["detail"] for word in said.split("|"))
    assert client.get(review).headers["ETag"] == version


def test_outline_that_has_been_replaced_cannot_be_changed_again(client: TestClient, review: str) -> None:
    lesion = client.get(review).json()["lesions"][0]["id"]
    act(client, review, "shape", removed=[lesion], added=[drawn()])
    version = client.get(review).headers["ETag"]
    again = {"id": str(uuid4()), "kind": "shape", "removed": [lesion], "added": [drawn(300)]}
    answer = client.post(f"{review}/commands", json=again, headers={"If-Match": version})
    assert (answer.status_code, "no longer there" in answer.json()["detail"]) == (409, True)


def test_fields_keep_what_was_not_sent(client: TestClient, review: str) -> None:
    act(client, review, "fields", fields={"pattern": "fls", "atrophy": "mild"})
    shown = act(client, review, "fields", fields={"atrophy": None})
    assert (shown["fields"]["pattern"], shown["fields"]["atrophy"]) == ("fls", None)
    assert "atrophy" in shown["missing_fields"] and "pattern" not in shown["missing_fields"]


def test_readers_see_who_else_is_there(client: TestClient, other_client: TestClient, review: str) -> None:
    assert client.put(f"{review}/presence").json() == []
    (seen,) = other_client.put(f"{review}/presence").json()
    assert (seen["name"], seen["first"]) == ("Reader", True)
    assert [one["first"] for one in client.put(f"{review}/presence").json()] == [False]


@pytest.mark.both_databases
def test_undo_leaves_what_another_reader_did(client: TestClient, other_client: TestClient, review: str) -> None:
    first, second, _ = (one["id"] for one in client.get(review).json()["lesions"])
    act(client, review, "verdict", lesion_ids=[first], verdict="confirmed")
    act(other_client, review, "verdict", lesion_ids=[second], verdict="rejected")
    shown = act(client, review, "undo")
    assert [one["verdict"] for one in shown["lesions"]] == ["undecided", "rejected", "undecided"]


def take_over(client: TestClient, review: str, data: bytes) -> Any:
    headers = {"If-Match": client.get(review).headers["ETag"], "Content-Type": "application/geo+json"}
    return client.post(f"{review}/geojson", content=data, headers=headers)


def as_file(*shapes: tuple[str, Any, str | None]) -> bytes:
    features = [
        geojson.feature(id or str(uuid4()), polygon, class_name, class_name) for class_name, polygon, id in shapes
    ]
    return json.dumps(geojson.collection(features)).encode()


def test_outlines_of_a_file_are_taken_over_as_one_change(client: TestClient, review: str) -> None:
    before = client.get(review).json()
    first = before["lesions"][0]
    file = as_file(
        ("Focus", square(300, 300, 200), None), ("Gland", square(200, 200, 600), None),
        ("Focus", square(20, 20, 90), first["id"]), ("Rejected", square(700, 700, 90), None),
    )  # fmt: skip
    answer = take_over(client, review, file)
    assert answer.status_code == 201, answer.text
    shown = answer.json()
    assert [(one["number"], one["verdict"]) for one in shown["lesions"]] == [
        (1, "corrected"), (2, "undecided"), (3, "undecided"), (4, "added"),
    ]  # fmt: skip
    assert shown["lesions"][0]["parents"] == [first["id"]]
    assert len(shown["glands"]) == len(before["glands"]) + 1
    again = take_over(client, review, as_file(("Focus", square(300, 300, 200), None)))
    assert (again.status_code, "already" in again.json()["detail"]) == (422, True)
    assert act(client, review, "undo")["lesions"] == before["lesions"]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"not json", "not GeoJSON"),
        (as_file(("Focus", square(300, 300, 200), None)).replace(b'"Focus"', b'"Duct"'), "Duct"),
        (as_file(("Focus", square(300, 300, 200), None), ("Focus", square(-900, 0, 100), None)), "outside the slide"),
    ],
)
def test_file_that_cannot_be_used_is_refused_and_changes_nothing(
    client: TestClient, review: str, file: bytes, said: str
) -> None:
    before = client.get(review)
    answer = take_over(client, review, file)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert client.get(review).headers["ETag"] == before.headers["ETag"]
