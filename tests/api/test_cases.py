from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from backend.db.session import Sessions
from backend.db.tables import Analysis, AuditEvent, User
from backend.services import accounts
from tests.factories import a_case, a_finished_analysis, a_lesion, a_slide, a_user, an_analysis, decide, findings


@pytest.fixture
def levels(sessions: Sessions, user: User) -> list[UUID]:
    """Two analysed slides: 3 foci in 9.1 mm², and 2 in 8.4."""
    with sessions.begin() as session:
        slides = [a_slide(session, user, name=f"level {number}") for number in (1, 2)]
        for slide, foci, area in zip(slides, (3, 2), (9.1, 8.4), strict=True):
            lesions = [a_lesion(80) for _ in range(foci)]
            a_finished_analysis(session, slide, findings(*lesions, glandular_area_mm2=area))
        return [slide.id for slide in slides]


def begun(client: TestClient, slide_ids: list[UUID], **said: Any) -> dict[str, Any]:
    body = {"pseudonym": "SG-0042", "slide_ids": [str(one) for one in slide_ids], **said}
    answer = client.post("/api/cases", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_case_of_two_levels_has_the_summed_score(client: TestClient, levels: list[UUID]) -> None:
    case = begun(client, levels)
    predicted = case["predicted"]
    assert predicted["focus_score"] == pytest.approx(5 / 17.5 * 4)
    assert [(one["foci"], one["glandular_area_mm2"]) for one in predicted["parts"]] == [(3, 9.1), (2, 8.4)]
    assert predicted["low"] < predicted["focus_score"] < predicted["high"]
    assert case["reviewed"]["focus_score"] is None
    assert case["reviewed"]["reason"] == "level 1: No focus has been decided yet."


def test_sum_has_its_slides_as_one_counts_them_however_the_list_is_sorted(
    client: TestClient, sessions: Sessions, user: User
) -> None:
    with sessions.begin() as session:
        slides = [a_slide(session, user, name=f"Slide {number}") for number in (10, 9, 2)]
        case_id = a_case(session, user, *slides, pseudonym="SG-0009").id
    expected = ["Slide 2", "Slide 9", "Slide 10"]
    for query in ("sort=date", "sort=name&order=desc"):
        case = client.get(f"/api/worklist?{query}&search=SG-0009").json()["items"][0]["case"]
        assert [part["name"] for part in case["predicted"]["parts"]] == expected
    case = client.get(f"/api/cases/{case_id}").json()
    assert [part["name"] for part in case["predicted"]["parts"]] == expected
    assert [slide["name"] for slide in case["slides"]] == expected


def test_reviewed_sum_follows_what_readers_accept(
    client: TestClient, levels: list[UUID], sessions: Sessions, user: User
) -> None:
    case = begun(client, levels)
    slides = [client.get(f"/api/slides/{slide_id}").json() for slide_id in levels]
    with sessions.begin() as session:
        for slide, accepted in zip(slides, (1, 2), strict=True):
            analysis = session.get_one(Analysis, UUID(slide["current_analysis"]["id"]))
            for number, lesion in enumerate(analysis.lesions):
                decide(session, analysis, user, lesion.id, "confirmed" if number < accepted else "rejected")
    reviewed = client.get(f"/api/cases/{case['id']}").json()["reviewed"]
    assert (reviewed["foci"], reviewed["focus_score"]) == (3, pytest.approx(3 / 17.5 * 4))
    assert reviewed["meets_criterion"] is False


def test_slide_that_is_not_analysed_leaves_the_sum_unknown(
    client: TestClient, levels: list[UUID], sessions: Sessions, user: User
) -> None:
    with sessions.begin() as session:
        third = a_slide(session, user, name="level 3").id
    predicted = begun(client, [*levels, third])["predicted"]
    assert (predicted["focus_score"], predicted["foci"]) == (None, None)
    assert predicted["reason"] == "level 3: The slide has not been analysed."


def leave_out(client: TestClient, case: dict[str, Any], slide_id: UUID, reason: str) -> dict[str, Any]:
    answer = client.put(f"/api/cases/{case['id']}/slides/{slide_id}/left-out", json={"reason": reason})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_slide_that_is_left_out_is_in_no_sum_and_keeps_its_own_score_until_it_counts_again(
    client: TestClient, levels: list[UUID]
) -> None:
    case = begun(client, levels)
    without = leave_out(client, case, levels[1], "damaged")
    assert (without["predicted"]["foci"], without["predicted"]["focus_score"]) == (3, pytest.approx(3 / 9.1 * 4))
    part = without["predicted"]["parts"][1]
    assert (part["left_out"], part["left_out_by"], part["foci"]) == ("damaged", "Reader", 2)
    assert [one["left_out"] for one in without["slides"]] == [None, "damaged"]
    shown = client.get("/api/worklist").json()["items"][0]["case"]["predicted"]
    assert shown["focus_score"] == pytest.approx(3 / 9.1 * 4)
    again = client.delete(f"/api/cases/{case['id']}/slides/{levels[1]}/left-out").json()
    assert again["predicted"]["focus_score"] == pytest.approx(5 / 17.5 * 4)
    assert [one["left_out"] for one in again["slides"]] == [None, None]


def test_slide_that_is_left_out_may_be_unknown_and_none_left_is_no_score(
    client: TestClient, levels: list[UUID], sessions: Sessions, user: User
) -> None:
    with sessions.begin() as session:
        third = a_slide(session, user, name="level 3").id
    case = begun(client, [*levels, third])
    assert leave_out(client, case, third, "blurred")["predicted"]["focus_score"] == pytest.approx(5 / 17.5 * 4)
    for slide_id in levels:
        last = leave_out(client, case, slide_id, "Ink over the gland")
    assert last["predicted"]["focus_score"] is last["predicted"]["foci"] is None
    assert last["predicted"]["reason"] == "Every slide of the case is left out of the sum."


def test_leaving_out_needs_a_reason_and_a_slide_of_the_case_and_ends_with_its_place_in_the_case(
    client: TestClient, levels: list[UUID], sessions: Sessions
) -> None:
    case, other = begun(client, levels), begun(client, [], pseudonym="SG-0043")
    for reason in ("", "   ", None):
        address = f"/api/cases/{case['id']}/slides/{levels[0]}/left-out"
        assert client.put(address, json={"reason": reason}).status_code == 422
    strange = f"/api/cases/{other['id']}/slides/{levels[0]}/left-out"
    assert client.put(strange, json={"reason": "damaged"}).status_code == client.delete(strange).status_code == 404
    leave_out(client, case, levels[0], "Zhang Wei's second section")
    client.delete(f"/api/cases/{case['id']}/slides/{levels[0]}")
    assert client.get(f"/api/slides/{levels[0]}").json()["left_out"] is None
    with sessions() as session:
        noted = session.scalars(select(AuditEvent).where(AuditEvent.action == "case.leave_out_slide")).one()
    assert noted.after == {"slide": str(levels[0]), "left_out": "written"}, "what was written may name a patient"


def test_case_is_renamed_assigned_and_taken_back(client: TestClient, levels: list[UUID], user: User) -> None:
    address = f"/api/cases/{begun(client, levels)['id']}"
    changed = client.patch(address, json={"pseudonym": "SG-0043", "assigned_to_id": str(user.id)}).json()
    assert (changed["pseudonym"], changed["assigned_to"]["name"]) == ("SG-0043", "Reader")
    assert client.patch(address, json={"blind_first": True}).json()["assigned_to"]["name"] == "Reader"
    assert client.patch(address, json={"assigned_to_id": None}).json()["assigned_to"] is None
    assert client.patch(address, json={"assigned_to_id": str(uuid4())}).status_code == 404


def test_slides_are_taken_out_and_the_empty_case_is_deleted(client: TestClient, levels: list[UUID]) -> None:
    address = f"/api/cases/{begun(client, levels)['id']}"
    assert client.delete(address).status_code == 409
    for slide_id in levels:
        assert client.delete(f"{address}/slides/{slide_id}").status_code == 200
    assert client.get(address).json()["slides"] == []
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    assert client.get(f"/api/slides/{levels[0]}").json()["case"] is None


def test_deleting_a_slide_leaves_its_case(client: TestClient, levels: list[UUID]) -> None:
    case = begun(client, levels)
    assert client.delete(f"/api/slides/{levels[0]}").status_code == 204
    assert [one["name"] for one in client.get(f"/api/cases/{case['id']}").json()["slides"]] == ["level 2"]


def test_slide_is_in_one_case_only(client: TestClient, levels: list[UUID]) -> None:
    begun(client, levels)
    other = begun(client, [], pseudonym="SG-0043")
    taken = client.post(f"/api/cases/{other['id']}/slides", json={"slide_ids": [str(levels[0])]})
    assert (taken.status_code, taken.json()["detail"]) == (
        409, "“level 1” belongs to another case: take it out there first.",
    )  # fmt: skip
    assert client.post("/api/cases", json={"pseudonym": "sg-0042"}).status_code == 409


def test_one_missing_slide_spoils_the_whole_request(client: TestClient, levels: list[UUID]) -> None:
    answer = client.post("/api/cases", json={"pseudonym": "new", "slide_ids": [str(levels[0]), str(uuid4())]})
    assert answer.status_code == 404
    assert client.get("/api/cases?search=new").json() == []


def test_slide_is_not_taken_out_through_a_case_that_it_is_not_in(client: TestClient, levels: list[UUID]) -> None:
    case = begun(client, levels)
    other = begun(client, [], pseudonym="SG-0043")
    assert client.delete(f"/api/cases/{other['id']}/slides/{levels[0]}").status_code == 404
    assert len(client.get(f"/api/cases/{case['id']}").json()["slides"]) == 2


ROUTES = [
    ("GET", "/api/worklist", None),
    ("GET", "/api/readers", None),
    ("GET", "/api/cases", None),
    ("POST", "/api/cases", {"pseudonym": "mine"}),
    ("GET", "/api/cases/{case}", None),
    ("PATCH", "/api/cases/{case}", {"pseudonym": "mine"}),
    ("DELETE", "/api/cases/{case}", None),
    ("POST", "/api/cases/{case}/slides", {"slide_ids": ["{slide}"]}),
    ("DELETE", "/api/cases/{case}/slides/{slide}", None),
    ("PUT", "/api/cases/{case}/slides/{slide}/left-out", {"reason": "damaged"}),
    ("DELETE", "/api/cases/{case}/slides/{slide}/left-out", None),
    ("POST", "/api/slides/analyses", {"slide_ids": ["{slide}"]}),
]


@pytest.mark.parametrize(("method", "address", "body"), ROUTES)
def test_nobody_comes_in_without_a_session(
    anonymous: TestClient, sessions: Sessions, user: User, method: str, address: str, body: Any
) -> None:
    with sessions.begin() as session:
        slide = a_slide(session, user)
        case = a_case(session, user, slide)
    ids = {"case": case.id, "slide": slide.id}
    said = {"slide_ids": [str(slide.id)]} if body and "slide_ids" in body else body
    assert anonymous.request(method, address.format(**ids), json=said).status_code == 401


@pytest.mark.parametrize(("method", "address", "body"), [one for one in ROUTES if "{" in one[1] or "slides" in one[1]])
def test_what_is_not_there_is_not_found(client: TestClient, method: str, address: str, body: Any) -> None:
    ids = {"case": uuid4(), "slide": uuid4()}
    said = {"slide_ids": [str(ids["slide"])]} if body and "slide_ids" in body else body
    assert client.request(method, address.format(**ids), json=said).status_code == 404


def test_every_reader_sees_and_edits_every_case_as_every_slide(
    client: TestClient, other_client: TestClient, levels: list[UUID]
) -> None:
    address = f"/api/cases/{begun(client, levels)['id']}"
    assert other_client.get(address).json()["created_by"] == "Reader"
    assert other_client.patch(address, json={"pseudonym": "SG-0044"}).status_code == 200


def test_batch_says_of_each_slide_whether_it_was_queued_or_why_not(
    client: TestClient, sessions: Sessions, user: User
) -> None:
    with sessions.begin() as session:
        good, busy, unknown = (a_slide(session, user) for _ in range(3))
        an_analysis(session, busy, status="running")
        unknown.mpp_x = unknown.mpp_y = None
        rejected = a_slide(session, user, status="rejected", rejection="It is a text file.")
    asked = [str(one.id) for one in (busy, good, unknown, rejected)]
    answers = client.post("/api/slides/analyses", json={"slide_ids": asked}).json()
    assert [one["slide_id"] for one in answers] == asked
    assert [one["analysis_id"] is not None for one in answers] == [False, True, False, False]
    assert "already queued" in answers[0]["reason"] and "pixel size" in answers[2]["reason"]
    assert answers[3]["reason"] == "It is a text file."
    assert client.get(f"/api/slides/{good.id}").json()["standing"] == "analysing"


def test_case_that_is_read_blind_first_hides_what_was_proposed_until_the_reader_has_read(
    client: TestClient, other_client: TestClient, levels: list[UUID]
) -> None:
    case = begun(client, levels, blind_first=True)
    assert case["predicted"]["reason"] == "level 1: Shown once you have recorded what you see yourself."
    hidden = client.get(f"/api/slides/{levels[0]}").json()["current_analysis"]
    assert (hidden["withheld"], hidden["focus_score"], hidden["foci"], hidden["review"]) == (True, None, None, None)
    for slide_id in levels:
        analysis_id = client.get(f"/api/slides/{slide_id}").json()["current_analysis"]["id"]
        read = {"id": str(uuid4()), "kind": "read", "pattern": "fls", "estimated_focus_score": 1.0}
        assert client.post(f"/api/analyses/{analysis_id}/review/commands", json=read).status_code == 201
    assert client.get(f"/api/cases/{case['id']}").json()["predicted"]["focus_score"] == pytest.approx(5 / 17.5 * 4)
    assert other_client.get(f"/api/cases/{case['id']}").json()["predicted"]["focus_score"] is None
    for asked in ("meets", "below"):
        assert other_client.get(f"/api/worklist?score={asked}").json()["total"] == 0
    assert client.get("/api/worklist?score=meets").json()["total"] == 1


def test_readers_are_those_who_may_sign_in(client: TestClient, sessions: Sessions) -> None:
    with sessions.begin() as session:
        a_user(session, "gone")
        accounts.disable_user(session, username="gone")
    assert [one["name"] for one in client.get("/api/readers").json()] == ["Reader"]
