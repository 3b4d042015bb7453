from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from backend.db.base import utc_now
from backend.db.session import Sessions
from backend.db.tables import User
from backend.services import cases, presence
from backend.services.runs import Claim, fail
from tests.api.acting import engine_of
from tests.factories import (
    a_case,
    a_finished_analysis,
    a_lesion,
    a_signature,
    a_slide,
    a_user,
    an_analysis,
    decide,
    findings,
)


def names(client: TestClient, query: str = "") -> list[list[str]]:
    """The worklist as lists of slides, one for each entry."""
    page = client.get(f"/api/worklist?{query}").json()
    return [[slide["name"] for slide in entry["slides"]] for entry in page["items"]]


@pytest.fixture
def one_of_each(sessions: Sessions, user: User) -> None:
    """A slide in each state, each named after it."""
    with sessions.begin() as session:
        a_slide(session, user, name="checking", status="inspecting")
        a_slide(session, user, name="failed", status="rejected", rejection="It is a text file.")
        a_slide(session, user, name="new")
        an_analysis(session, a_slide(session, user, name="analysing"), status="running", stage="stain")
        a_finished_analysis(session, a_slide(session, user, name="ready"))
        reviewed = a_finished_analysis(session, a_slide(session, user, name="in_review"))
        decide(session, reviewed, user, reviewed.lesions[0].id, "confirmed")


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("status", ["checking", "failed", "new", "analysing", "ready", "in_review"])
@pytest.mark.both_databases
def test_each_status_is_said_and_found(client: TestClient, status: str) -> None:
    items = client.get(f"/api/worklist?status={status}").json()["items"]
    assert [(one["slides"][0]["name"], one["slides"][0]["standing"]) for one in items] == [(status, status)]
    slide_id = items[0]["slides"][0]["id"]
    assert client.get(f"/api/slides/{slide_id}").json()["standing"] == status


@pytest.mark.usefixtures("one_of_each")
def test_sorted_by_status_what_wants_attention_comes_first(client: TestClient) -> None:
    expected = ["failed", "checking", "new", "analysing", "ready", "in_review"]
    assert names(client, "sort=status&order=asc") == [[one] for one in expected]


def test_failed_analysis_is_a_failed_slide_with_the_reason(client: TestClient, sessions: Sessions, user: User) -> None:
    with sessions.begin() as session:
        analysis = an_analysis(session, a_slide(session, user), status="running", attempt=1)
        fail(session, claim=Claim(analysis.id, 1), sentence="The network could not be loaded.")
    slide = client.get("/api/worklist?status=failed").json()["items"][0]["slides"][0]
    assert slide["current_analysis"]["failure"] == "The network could not be loaded."


def test_review_says_by_whom_and_who_has_it_open(client: TestClient, sessions: Sessions, user: User) -> None:
    with sessions.begin() as session:
        other = a_user(session, "other")
        analysis = a_finished_analysis(session, a_slide(session, user))
        decide(session, analysis, other, analysis.lesions[0].id, "confirmed")
        presence.seen(session, analysis=analysis, user=other)
    review = client.get("/api/worklist").json()["items"][0]["slides"][0]["current_analysis"]["review"]
    assert (review["status"], review["last_reader"], review["open_with"]) == ("in_review", "Other", ["Other"])
    assert (review["decided"], review["total"], review["foci"]) == (1, 3, 1) and review["started_at"]


@pytest.mark.both_databases
def test_slides_of_a_case_stay_together_across_pages(client: TestClient, sessions: Sessions, user: User) -> None:
    with sessions.begin() as session:
        slides = [a_slide(session, user, name=f"slide {n}", uploaded_at=_days_ago(n)) for n in range(6)]
        a_case(session, user, slides[0], slides[5])
    assert names(client, "page_size=2") == [["slide 0", "slide 5"], ["slide 1"]]
    assert names(client, "page_size=2&page=3") == [["slide 4"]]
    page = client.get("/api/worklist?page_size=2&page=9").json()
    assert (page["items"], page["total"], page["slides"]) == ([], 5, 6)
    assert names(client, "page_size=2&order=asc") == [["slide 5", "slide 0"], ["slide 4"]]


def test_search_finds_slides_and_pseudonyms_and_the_sum_stays_whole(
    client: TestClient, sessions: Sessions, user: User
) -> None:
    with sessions.begin() as session:
        first, second = a_slide(session, user, name="level one"), a_slide(session, user, name="level two")
        a_slide(session, user, name="唾液腺 100%")
        for slide in (first, second):
            a_finished_analysis(session, slide, findings(a_lesion(80), glandular_area_mm2=8.0))
        a_case(session, user, first, second, pseudonym="Biopsy 7")
    assert names(client, "search=biopsy") == [["level two", "level one"]]
    entry = client.get("/api/worklist?search=two").json()["items"][0]
    assert [one["name"] for one in entry["slides"]] == ["level two"]
    assert (entry["case"]["slide_count"], entry["case"]["predicted"]["focus_score"]) == (2, 0.5)
    assert names(client, "search=腺 100%25") == [["唾液腺 100%"]] and names(client, "search=%25r") == []


@pytest.mark.both_databases
def test_scores_are_filtered_before_rounding_and_unknown_is_neither(
    client: TestClient, sessions: Sessions, user: User
) -> None:
    with sessions.begin() as session:
        for name, area in (("at one", 4.0), ("just below", 4.001), ("unknown", 0.0)):
            a_finished_analysis(
                session, a_slide(session, user, name=name), findings(a_lesion(), glandular_area_mm2=area)
            )
        a_slide(session, user, name="not analysed")
    assert names(client, "score=meets") == [["at one"]]
    assert names(client, "score=below") == [["just below"]]
    assert sorted(names(client, "score=unknown")) == [["not analysed"], ["unknown"]]
    assert names(client, "sort=score&order=desc")[:2] == [["at one"], ["just below"]]
    assert names(client, "sort=score&order=asc")[:2] == [["just below"], ["at one"]]


@pytest.mark.both_databases
def test_cases_are_sorted_by_the_score_of_their_levels_together(
    client: TestClient, sessions: Sessions, user: User
) -> None:
    with sessions.begin() as session:
        slides = {}
        for name, area in (("small", 1.0), ("large", 12.0), ("damaged", 0.1), ("lone", 4.0), ("known", 1.0)):
            slides[name] = a_slide(session, user, name=name)
            a_finished_analysis(session, slides[name], findings(a_lesion(), glandular_area_mm2=area))
        case = a_case(session, user, slides["small"], slides["large"], slides["damaged"], pseudonym="low")
        cases.leave_out(session, case=case, slide=slides["damaged"], reason="damaged", by=user)
        a_case(session, user, slides["known"], a_slide(session, user, name="new"), pseudonym="unknown")
    for order, expected in (("desc", ["lone", "low", "unknown"]), ("asc", ["low", "lone", "unknown"])):
        items = client.get(f"/api/worklist?sort=score&order={order}").json()["items"]
        assert [one["case"]["pseudonym"] if one["case"] else one["slides"][0]["name"] for one in items] == expected
    (low,) = (one["case"] for one in items if one["case"] and one["case"]["pseudonym"] == "low")
    assert low["predicted"]["focus_score"] == pytest.approx(4 * 2 / 13)


def test_reviewed_score_goes_before_the_predicted(client: TestClient, sessions: Sessions, user: User) -> None:
    with sessions.begin() as session:
        found = findings(a_lesion(), glandular_area_mm2=4.0)
        analysis = a_finished_analysis(session, a_slide(session, user), found)
        decide(session, analysis, user, analysis.lesions[0].id, "rejected")
    assert (len(names(client, "score=meets")), len(names(client, "score=below"))) == (0, 1)


@pytest.mark.both_databases
def test_warnings_cases_and_my_own_are_found(
    client: TestClient, other_client: TestClient, sessions: Sessions, user: User
) -> None:
    with sessions.begin() as session:
        warned, assigned, _lone = (a_slide(session, user, name=one) for one in ("warned", "assigned", "lone"))
        found = findings()
        found.warnings.append("The staining is pale.")
        a_finished_analysis(session, warned, found)
        case = a_case(session, user, assigned)
        cases.assign(session, case=case, reader_id=user.id, by=user)
    assert names(client, "warnings=true") == [["warned"]]
    assert names(client, f"case_id={case.id}") == [["assigned"]]
    assert names(client, "assigned_to_me=true") == [["assigned"]]
    assert names(other_client, "assigned_to_me=true") == []


def test_only_the_newest_analysis_counts(client: TestClient, sessions: Sessions, user: User) -> None:
    with sessions.begin() as session:
        slide = a_slide(session, user)
        a_finished_analysis(session, slide)
        an_analysis(session, slide, status="running", queued_at=utc_now() + timedelta(seconds=5))
    assert names(client, "status=analysing") == [["gland"]] and names(client, "status=ready") == []


def test_length_of_the_list_does_not_change_the_number_of_queries(
    client: TestClient, sessions: Sessions, user: User
) -> None:
    def some(session: Session, count: int, start: int) -> None:
        for number in range(start, start + count):
            slides = [a_slide(session, user), a_slide(session, user)]
            a_case(session, user, *slides, pseudonym=f"case {number}")
            analysis = a_finished_analysis(session, slides[0])
            decide(session, analysis, user, analysis.lesions[0].id, "confirmed")

    with sessions.begin() as session:
        some(session, 2, 0)
    client.get("/api/worklist")  # the first look is noted
    few = _queries(client)
    with sessions.begin() as session:
        some(session, 20, 2)
    assert _queries(client) == few and few < 12


def _queries(client: TestClient) -> int:
    engine = engine_of(client)
    seen: list[Any] = []
    event.listen(engine, "before_cursor_execute", lambda *said: seen.append(said[2]))
    assert client.get("/api/worklist").status_code == 200
    return len(seen)


@pytest.mark.both_databases
def test_names_are_sorted_as_one_counts_in_the_list_and_in_a_case(
    client: TestClient, sessions: Sessions, user: User
) -> None:
    with sessions.begin() as session:
        for name in ("Slide 10", "slide 9", "Slide 2"):
            a_slide(session, user, name=name)
        a_case(session, user, *(a_slide(session, user, name=f"L{n}") for n in (10, 2)), pseudonym="Slide 3")
    expected = [["Slide 2"], ["L2", "L10"], ["slide 9"], ["Slide 10"]]
    assert names(client, "sort=name&order=asc") == expected
    assert names(client, "sort=name&order=desc") == expected[::-1]


@pytest.mark.both_databases
def test_slide_stands_by_what_was_signed_whatever_was_analysed_since(
    client: TestClient, sessions: Sessions, user: User
) -> None:
    with sessions.begin() as session:
        slide = a_slide(session, user, name="Lip 7")
        a_case(session, user, slide, pseudonym="SG-0007")
        analysis = a_finished_analysis(session, slide, findings(a_lesion(), a_lesion(), glandular_area_mm2=8.0))
        decide(session, analysis, user, analysis.lesions[0].id, "confirmed")
        a_signature(session, analysis, user)
        a_finished_analysis(session, slide, findings(glandular_area_mm2=8.0))
        signed_id = str(analysis.id)
    for question in ("", "status=signed", "sort=score", "score=unknown"):
        entries = client.get(f"/api/worklist?{question}").json()["items"]
        assert len(entries) == (question != "score=unknown")
        for entry in entries:
            assert entry["slides"][0]["current_analysis"]["id"] == signed_id
            assert entry["case"]["reviewed"]["focus_score"] == 0.5
    assert client.get("/api/worklist?status=ready").json()["items"] == []
    assert client.get("/api/slides").json()["items"][0]["standing"] == "signed"


def _days_ago(days: int) -> Any:
    return utc_now() - timedelta(days=days)


def test_slide_that_nobody_named_is_found_as_it_is_called_in_either_language(
    client: TestClient, sessions: Sessions, user: User
) -> None:
    with sessions.begin() as session:
        for name in ("Slide 7", "唇腺切片", "Lip 7"):
            a_slide(session, user, name=name)
    assert names(client, "search=切片 7") == names(client, "search=slide 7") == [["Slide 7"]]
    assert names(client, "search=切片&sort=name&order=asc") == [["Slide 7"], ["唇腺切片"]]
    assert [one["name"] for one in client.get("/api/slides?search=切片7").json()["items"]] == ["Slide 7"]


@pytest.mark.both_databases
def test_more_readers_at_once_than_there_are_threads_and_connections_are_all_answered(client: TestClient) -> None:
    with ThreadPoolExecutor(120) as readers:
        answers = list(readers.map(lambda _: client.get("/api/worklist"), range(120)))
    assert {answer.status_code for answer in answers} == {200}
