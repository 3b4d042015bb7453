"""Who may ask for what: every route of the application by every kind of person, as `access_matrix.txt` has it."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx import Response
from starlette.routing import Route

from backend.api.routes import uploads
from backend.api.tilegate import TILE, TileGate
from backend.core.settings import Settings
from backend.db.base import utc_now
from backend.db.session import Sessions
from backend.db.tables import Case, SecondFactor, Slide, User, UserSession
from backend.inbox import Expected, Inbox
from backend.services import cases, invitations, sessions
from backend.storage import Storage
from backend.wsi.deepzoom import REVISION
from tests.api.acting import complete, sign
from tests.factories import a_case, a_finished_analysis, a_slide, a_stored_slide, a_user, write_slide
from tests.profiles import a_profile

MATRIX = Path(__file__).with_name("access_matrix.txt")
PAGE = "/{path:path}"
REFUSED = (401, 403, 404)


def matrix() -> dict[str, dict[str, str]]:
    """Return what is expected, by route and person."""
    text = MATRIX.read_text(encoding="utf-8").replace("deepzoom-N", f"deepzoom-{REVISION}")
    lines = [line for line in text.splitlines() if line and line[0] != "#"]
    people, *rows = (line.split() for line in lines)
    return {f"{method} {path}": dict(zip(people, cells, strict=True)) for method, path, *cells in rows}


def routes(client: TestClient) -> set[str]:
    """Return every route of the application, the contract's and those that it leaves out; not the page's files."""
    app = cast(TileGate, client.app).app
    found = {f"{method.upper()} {path}" for path, said in app.openapi()["paths"].items() for method in said}
    for route in [*app.routes, *uploads.router.routes]:
        if isinstance(route, Route | APIRoute) and route.path != PAGE:
            hidden = {"HEAD"} if "GET" in (route.methods or ()) else set()
            found |= {f"{method} {plain(route.path)}" for method in (route.methods or set()) - hidden}
    return found


def plain(path: str) -> str:
    """Return a path without the kinds of its parts."""
    return re.sub(r"{(\w+):\w+}", r"{\1}", path)


@dataclass
class Place:
    """A slide with all that hangs on it, and people to ask for it."""

    client: TestClient
    sessions: Sessions
    inbox: Inbox
    people: dict[str, UUID]
    slide: UUID
    case: UUID
    analysis: UUID

    def with_token(self, token: str) -> None:
        """Let a program ask, with a token and without a browser's cookies."""
        self.client.cookies.clear()
        self.client.headers["Authorization"] = f"Bearer {token}"

    def act_as(self, person: str) -> None:
        """Let the browser be signed in as somebody, or as nobody."""
        self.client.cookies.clear()
        self.client.headers.pop("Authorization", None)
        if person == "nobody":
            return
        token = uuid4().hex
        with self.sessions.begin() as session:
            later = utc_now() + timedelta(hours=1)
            digest = sessions.digest(token)
            session.add(UserSession(user_id=self.people[person], token_sha256=digest, expires_at=later))
        self.client.cookies.set("focusscope_session", token)

    def ask(self, route: str, person: str | None) -> int:
        """Ask for a route as somebody, or as whoever asked last; return the status."""
        method, path = route.split()
        with self.sessions.begin() as session:  # an earlier question may have taken it out
            session.get_one(Slide, self.slide).case_id = self.case
        if person:
            self.act_as(person)
        body = {"slide_ids": [str(self.slide)]} if path == "/api/slides/analyses" else None
        if method == "PATCH" and "uploads" not in path:
            body = {}
        answer: Response = self.client.request(
            method, path.format(**self.filling(path)), json=body,
            headers={"Tus-Resumable": "1.0.0", "If-Match": "0-0"}, params={"x": 0, "y": 0, "side": 100},
        )  # fmt: skip
        if method == "GET" and answer.status_code not in REFUSED:
            assert answer.status_code == 200, (route, person, answer.text)
        assert answer.status_code < 500, (route, person, answer.text)
        status: int = answer.status_code
        return status

    def filling(self, path: str) -> dict[str, Any]:
        known = {
            "slide_id": self.slide, "case_id": self.case, "analysis_id": self.analysis, "name": "probability",
            "dz_level": 0, "column": 0, "row": 0, "format": "csv", "number": 1,
            "user_id": self.people["reader"], "token_id": uuid4(),
        }  # fmt: skip
        if path == "/api/people/{user_id}/second-factor":
            with self.sessions.begin() as session:
                row = SecondFactor(user_id=self.people["reader"], sealed_secret="", confirmed_at=utc_now())
                session.merge(row)
        if "session_id" in path:
            with self.sessions.begin() as session:
                _, token = sessions.begin(session, user=session.get_one(User, self.people["reader"]), hours=1)
                session.flush()
                known["session_id"] = sessions.of_token(session, token=token).id
        if "invitation_id" in path:
            with self.sessions.begin() as session:
                lead = session.get_one(User, self.people["lead"])
                known["invitation_id"] = invitations.invite(session, role="reader", site="main", by=lead)[0].id
        if "incoming_id" in path or "address" in path:
            expected = [Expected("slide.tiff", size_bytes=10)]
            one = self.inbox.create(owner_id=self.people["reader"], name="gland", entry="slide.tiff", files=expected)
            known |= {"incoming_id": one.id, "address": f"{one.id.hex}-0"}
        return known


@pytest.fixture
def place(settings: Settings, sessions: Sessions, storage: Storage, anonymous: TestClient, tmp_path: Path) -> Place:
    with sessions.begin() as session:
        people = {role: a_user(session, role, role=cast(Any, role)) for role in ("admin", "lead", "reader", "viewer")}
        people["assigned"] = a_user(session, "assigned", role="reader", site="far")
        people["stranger"] = a_user(session, "stranger", role="lead", site="far")
        slide = a_stored_slide(session, storage, people["lead"], has_thumbnail=True)
        write_slide(storage.slide_file(slide.id, slide.entry), profile=a_profile())  # so that all there is can be asked
        storage.thumbnail(slide.id).write_bytes(b"picture")
        analysis = a_finished_analysis(session, slide)
        write_slide(storage.maps(slide.id, analysis.id) / "probability.tiff", (750, 500), mpp=1.0)
        case = a_case(session, people["lead"], slide)
        cases.assign(session, case=case, reader_id=people["assigned"].id, by=people["lead"])
        known = {name: one.id for name, one in people.items()}
    place = Place(anonymous, sessions, Inbox(storage.uploads), known, slide.id, case.id, analysis.id)
    place.act_as("lead")
    review = f"/api/analyses/{analysis.id}/review"
    complete(anonymous, review)
    assert sign(anonymous, review).status_code == 201
    return place


def test_every_route_has_a_row_and_every_row_a_route(anonymous: TestClient) -> None:
    assert set(matrix()) == routes(anonymous)


def test_everybody_may_do_what_the_table_says_and_nothing_else(place: Place) -> None:
    differs = {}
    for route, expected in matrix().items():
        for person, cell in expected.items():
            status = place.ask(route, person)
            if cell != (str(status) if status in REFUSED else "yes"):
                differs[route, person] = (cell, status)
    assert differs == {}


def test_a_stranger_finds_nothing_in_any_list_and_the_assigned_reader_their_case(place: Place) -> None:
    def seen() -> tuple[int, int, int, int]:
        ask = place.client.get
        listed, worklist = ask("/api/slides").json(), ask("/api/worklist").json()
        return listed["total"], worklist["total"], len(worklist["items"]), len(ask("/api/cases?search=SG").json())

    place.act_as("stranger")
    assert seen() == (0, 0, 0, 0)
    place.act_as("assigned")
    assert seen() == (1, 1, 1, 1)


def test_same_bytes_at_another_site_are_not_told(place: Place) -> None:
    with place.sessions.begin() as session:
        stranger = session.get_one(User, place.people["stranger"])
        theirs = a_slide(session, stranger, sha256=session.get_one(Slide, place.slide).sha256)
    place.act_as("lead")
    assert place.client.get(f"/api/slides/{place.slide}/same-file").json() == []
    place.act_as("stranger")
    assert place.client.get(f"/api/slides/{theirs.id}/same-file").json() == []
    place.act_as("assigned")
    assert [one["id"] for one in place.client.get(f"/api/slides/{place.slide}/same-file").json()] == [str(theirs.id)]


def test_ids_of_another_site_in_a_body_are_not_there(place: Place) -> None:
    place.act_as("stranger")
    slides = {"slide_ids": [str(place.slide)]}
    assert place.client.post("/api/cases", json={"pseudonym": "SG-0042", **slides}).status_code == 404
    own = place.client.post("/api/cases", json={"pseudonym": "SG-0042"})
    assert own.status_code == 201, "that the pseudonym is taken at another site is not told"
    assert place.client.post(f"/api/cases/{own.json()['id']}/slides", json=slides).status_code == 404
    assert place.client.get("/api/worklist", params={"case_id": str(place.case)}).json()["total"] == 0


def test_a_reader_deletes_what_they_brought_and_assigns_nobody_else(place: Place) -> None:
    with place.sessions.begin() as session:
        own = a_slide(session, session.get_one(User, place.people["reader"])).id
    place.act_as("reader")
    to_lead = {"pseudonym": "SG-0043", "assigned_to_id": str(place.people["lead"])}
    assert place.client.post("/api/cases", json=to_lead).status_code == 403
    assert place.client.delete(f"/api/slides/{own}").status_code == 204


def test_tiles_that_were_shown_a_moment_ago_are_not_when_the_case_is_assigned_to_another(place: Place) -> None:
    tile = TILE.replace(":uuid", "").replace(":int", "").format(slide_id=place.slide, dz_level=0, column=0, row=0)
    place.act_as("assigned")
    assert place.client.get(tile).status_code == 200
    with place.sessions.begin() as session:
        case, lead = session.get_one(Case, place.case), session.get_one(User, place.people["lead"])
        cases.assign(session, case=case, reader_id=None, by=lead)
    assert place.client.get(tile).status_code == 404


def test_a_lead_compares_the_readers_of_their_site_and_no_others(place: Place) -> None:
    def asked(person: str, reader: str) -> int:
        place.act_as(person)
        status: int = place.client.get("/api/agreement", params={"reader_id": str(place.people[reader])}).status_code
        return status

    assert (asked("lead", "reader"), asked("lead", "assigned"), asked("reader", "lead")) == (200, 404, 404)


def test_readers_of_other_sites_are_named_to_those_who_assign(place: Place) -> None:
    def named(person: str) -> set[str]:
        place.act_as(person)
        return {one["name"] for one in place.client.get("/api/readers").json()}

    assert named("lead") == {"Admin", "Lead", "Reader", "Assigned", "Stranger"}
    assert named("viewer") == {"Admin", "Lead", "Reader"}
