"""What the audit trail says of each request: no route changes or shows anything of a patient without an event."""

import re
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from httpx import Response
from pyotp import TOTP
from sqlalchemy import select

from backend.api.tilegate import TileGate
from backend.db.base import utc_now
from backend.db.session import Sessions
from backend.db.tables import AuditEvent, SecondFactor, User
from backend.services import cases, trail
from backend.services import sessions as signed_in
from backend.storage import Storage
from tests.api.acting import act, complete, sign
from tests.api.test_access import Place, matrix, place
from tests.factories import PASSWORD, a_finished_analysis, a_stored_slide

__all__ = ["place"]  # a fixture

SHOWS: dict[str, tuple[str, ...]] = {
    "worklist.view": ("/worklist", "/slides", "/cases"),
    "agreement.view": ("/agreement",),
    "audit.view": ("/audit",),
    "performance.view": ("/performance",),
    "case.view": ("/cases/{case_id}",),
    "slide.view": (
        "/slides/{slide_id}", "/slides/{slide_id}/analyses", "/slides/{slide_id}/deepzoom-N.dzi",
        "/slides/{slide_id}/deepzoom-N-srgb-1.dzi", "/slides/{slide_id}/crop.jpeg",
        "/slides/{slide_id}/deepzoom-N_files/{dz_level}/{column}_{row}.jpeg",
        "/slides/{slide_id}/deepzoom-N-srgb-1_files/{dz_level}/{column}_{row}.jpeg",
    ),
    "analysis.view": (
        "/analyses/{analysis_id}", "/analyses/{analysis_id}/findings", "/analyses/{analysis_id}/maps",
        "/analyses/{analysis_id}/maps/{name}/{dz_level}/{column}_{row}.png",
    ),
    "analysis.view_review": (
        "/analyses/{analysis_id}/review", "/analyses/{analysis_id}/review/glands",
        "/analyses/{analysis_id}/review/signatures",
    ),
}  # fmt: skip
"""What is noted once when somebody looks."""

LEAVES = {
    "/performance/csv": ("performance.export", {}),
    "/analyses/{analysis_id}/lesions.geojson": ("analysis.export", {}),
    "/analyses/{analysis_id}/review/report/{format}": ("analysis.report", {"format": "csv"}),
    "/analyses/{analysis_id}/review/signatures/{number}/report/{format}":
        ("analysis.report", {"format": "csv", "number": "1"}),
}  # fmt: skip
"""What is noted each time, because a file leaves."""

NOT_NOTED = {
    "GET": ("/health", "/ready", "/metrics", "/status", "/openapi.json", "/session",
            "/session/provider", "/people", "/people/{user_id}/sessions", "/invitations",
            "/account/sessions", "/account/second-factor", "/account/tokens", "/readers", "/incoming",
            "/slides/{slide_id}/same-file", "/slides/{slide_id}/thumbnail.jpeg", "/slides/{slide_id}/colours"),
    "OPTIONS": ("/uploads",),
    "POST": ("/links/open", "/session/provider"),
    "HEAD": ("/uploads/{address}",),
}  # fmt: skip
"""What shows nothing of a slide but what the worklist, which is noted, has shown already."""


class Trail:
    """The events since the last question."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions, self._last = sessions, 0
        self.new()

    def new(self) -> list[AuditEvent]:
        with self._sessions() as session:
            found = session.scalars(select(AuditEvent).where(AuditEvent.id > self._last).order_by(AuditEvent.id)).all()
        self._last = found[-1].id if found else self._last
        return list(found)


def plain(path: str) -> str:
    return re.sub(r"deepzoom-\d+", "deepzoom-N", path.removeprefix("/api"))


def full(path: str) -> str:
    return next(one.split()[1] for one in matrix() if plain(one.split()[1]) == path)


def forget_looks(place: Place) -> None:
    """As if a quarter of an hour had gone by."""
    cast(TileGate, place.client.app).app.state.looks.forget()


def test_whoever_looks_is_noted_once_and_every_file_that_leaves_each_time(place: Place) -> None:
    told, person = Trail(place.sessions), place.people["admin"]
    for action, paths in SHOWS.items():
        for path in paths:
            forget_looks(place)
            status = place.ask(f"GET {full(path)}", "admin")
            if status == 404:
                assert "srgb" in path, "the slide has no colour profile, so this shows nothing"
            expected = [] if status == 404 else [(action, person)]
            assert [(one.action, one.actor_id) for one in told.new()] == expected, path
            place.ask(f"GET {full(path)}", "admin")
            assert told.new() == [], path
    for path, (action, after) in LEAVES.items():
        for _ in range(2):
            place.ask(f"GET {full(path)}", "admin")
            (event,) = told.new()
            subject = place.analysis if "{analysis_id}" in path else None
            assert (event.action, event.actor_id, event.subject_id) == (action, person, subject), path
            assert (event.after or {}) == after
    for path in (path for paths in (*SHOWS.values(), LEAVES) for path in paths if "_id}" in path):
        forget_looks(place)
        place.ask(f"GET {full(path)}", "stranger")
    assert told.new() == [], "what is refused shows nothing"


def test_every_change_is_noted_and_every_route_is_considered(place: Place, storage: Storage) -> None:
    with place.sessions.begin() as session:
        lead = session.get_one(User, place.people["lead"])
        slides = [a_stored_slide(session, storage, lead) for _ in range(3)]
        analyses = [a_finished_analysis(session, one) for one in slides[:2]]
    free, reviews = slides[2].id, [f"/api/analyses/{one.id}/review" for one in analyses]
    place.act_as("lead")
    client, told, kept = place.client, Trail(place.sessions), dict[str, str]()
    case, tus = f"/api/cases/{place.case}", {"Tus-Resumable": "1.0.0"}
    geojson = {"type": "FeatureCollection", "features": [{
        "type": "Feature", "properties": {"objectType": "annotation", "classification": {"name": "Focus"}},
        "geometry": {"type": "Polygon", "coordinates": [[[400, 400], [500, 400], [500, 500], [400, 400]]]},
    }]}  # fmt: skip

    def begun() -> Response:
        file = {"Upload-Length": "5", "Upload-Metadata": f"filename {b64encode(b'gland.tiff').decode()}"}
        answer: Response = client.post("/api/uploads", headers=tus | file)
        kept["address"] = answer.headers["Location"]
        return answer

    def sent() -> Response:
        headers = {**tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        return cast(Response, client.patch(kept["address"], content=b"12345", headers=headers))

    def announced() -> Response:
        files = [{"path": "other.tiff", "size_bytes": 10, "modified_ms": 1}]
        answer: Response = client.post("/api/incoming", json={"files": files})
        kept["incoming"] = answer.json()["slides"][0]["id"]
        return answer

    def queued(path: str, json: Any = None) -> Response:
        answer: Response = client.post(path, json=json)
        said = answer.json()
        kept["analysis"] = said[0]["analysis_id"] if isinstance(said, list) else said["id"]
        return answer

    def taken_over() -> Response:
        headers = {"If-Match": client.get(reviews[1]).headers["ETag"]}
        return cast(Response, client.post(f"{reviews[1]}/geojson", json=geojson, headers=headers))

    def created() -> Response:
        answer: Response = client.post("/api/cases", json={"pseudonym": "SG-0077"})
        kept["case"] = answer.json()["id"]
        return answer

    def ask(method: str, path: str, **said: Any) -> Response:
        return cast(Response, client.request(method, path, **said))

    cancel = (
        "/analyses/{analysis_id}/cancel",
        "analysis.cancel",
        lambda: ask("POST", f"/api/analyses/{kept['analysis']}/cancel"),
    )
    review, slide, left_out = (
        "/analyses/{analysis_id}/review",
        f"{case}/slides/{free}",
        f"{case}/slides/{free}/left-out",
    )
    second = "/account/second-factor"

    def begun_second() -> Response:
        answer = ask("POST", f"/api{second}", json={"password": PASSWORD})
        kept["secret"] = answer.json()["secret"]
        return answer

    def made_token() -> Response:
        wanted = {"password": PASSWORD, "name": "script", "scopes": ["slides:read"], "days": 1}
        answer = ask("POST", "/api/account/tokens", json=wanted)
        kept["token"] = answer.json()["id"]
        return answer

    def second_step(path: str, seconds: int) -> Response:
        code = TOTP(kept["secret"]).at(utc_now() + timedelta(seconds=seconds))
        return ask("POST", f"/api{second}{path}", json={"password": PASSWORD, "code": code})

    passwords = {"password": PASSWORD, "new_password": "corvid lantern 71 obelisk"}
    done: list[tuple[str, str, str, Callable[[], Any]]] = [
        ("POST", "/incoming", "upload.begin", announced),
        ("DELETE", "/incoming/{incoming_id}", "upload.give_up",
         lambda: ask("DELETE", f"/api/incoming/{kept['incoming']}")),
        ("POST", "/uploads", "upload.begin", begun),
        ("PATCH", "/uploads/{address}", "slide.upload", sent),
        ("POST", "/uploads", "upload.begin", begun),
        ("DELETE", "/uploads/{address}", "upload.give_up", lambda: ask("DELETE", kept["address"], headers=tus)),
        ("POST", "/slides/analyses", "analysis.queue",
         lambda: queued("/api/slides/analyses", {"slide_ids": [str(free)]})),
        ("POST", *cancel),
        ("POST", "/slides/{slide_id}/analyses", "analysis.queue", lambda: queued(f"/api/slides/{free}/analyses")),
        ("POST", *cancel),
        ("PATCH", "/slides/{slide_id}", "slide.rename",
         lambda: ask("PATCH", f"/api/slides/{free}", json={"name": "gland 2"})),
        ("PUT", f"{review}/presence", "analysis.view_review", lambda: ask("PUT", f"{reviews[0]}/presence")),
        ("POST", f"{review}/commands", "review.fields", lambda: complete(client, reviews[0])),
        ("POST", f"{review}/commands", "review.undo", lambda: act(client, reviews[0], "undo")),
        ("POST", f"{review}/commands", "review.redo", lambda: act(client, reviews[0], "redo")),
        ("POST", f"{review}/signature", "review.sign", lambda: sign(client, reviews[0])),
        ("POST", f"{review}/geojson", "review.shape", taken_over),
        ("POST", "/cases", "case.create", created),
        ("PATCH", "/cases/{case_id}", "case.rename", lambda: ask("PATCH", case, json={"pseudonym": "SG-0043"})),
        ("POST", "/cases/{case_id}/slides", "case.add_slide",
         lambda: ask("POST", f"{case}/slides", json={"slide_ids": [str(free)]})),
        ("PUT", "/cases/{case_id}/slides/{slide_id}/left-out", "case.leave_out_slide",
         lambda: ask("PUT", left_out, json={"reason": "blurred"})),
        ("DELETE", "/cases/{case_id}/slides/{slide_id}/left-out", "case.leave_out_slide",
         lambda: ask("DELETE", left_out)),
        ("DELETE", "/cases/{case_id}/slides/{slide_id}", "case.remove_slide", lambda: ask("DELETE", slide)),
        ("DELETE", "/slides/{slide_id}", "slide.delete", lambda: ask("DELETE", f"/api/slides/{free}")),
        ("DELETE", "/cases/{case_id}", "case.delete", lambda: ask("DELETE", f"/api/cases/{kept['case']}")),
        ("POST", "/account/tokens", "token.make", made_token),
        ("DELETE", "/account/tokens/{token_id}", "token.revoke",
         lambda: ask("DELETE", f"/api/account/tokens/{kept['token']}")),
        ("POST", second, "user.begin_second_factor", begun_second),
        ("POST", f"{second}/confirm", "user.set_up_second_factor", lambda: second_step("/confirm", -30)),
        ("POST", f"{second}/recovery-codes", "user.new_recovery_codes", lambda: second_step("/recovery-codes", 0)),
        ("POST", f"{second}/remove", "user.remove_second_factor", lambda: second_step("/remove", 30)),
        ("POST", "/session", "user.sign_in",
         lambda: ask("POST", "/api/session", json={"username": "lead", "password": PASSWORD})),
        ("DELETE", "/account/sessions", "user.end_sessions", lambda: ask("DELETE", "/api/account/sessions")),
        ("POST", "/account/password", "user.set_password",
         lambda: ask("POST", "/api/account/password", json=passwords)),
        ("DELETE", "/session", "user.sign_out", lambda: ask("DELETE", "/api/session")),
    ]  # fmt: skip
    for _, path, action, do in done:
        answer = do()
        assert not isinstance(answer, Response) or answer.is_success, (path, answer.text)
        assert action in {one.action for one in told.new() if one.actor_id == lead.id}, path
    place.act_as("lead")
    this = client.get("/api/account/sessions").json()[0]["id"]
    assert ask("DELETE", f"/api/account/sessions/{this}").is_success
    assert [one.action for one in told.new()] == ["user.end_session"]

    place.act_as("admin")
    person = f"/api/people/{place.people['reader']}"
    link = ask("POST", "/api/invitations", json={"role": "viewer"}).json()["token"]
    joins = {"token": link, "username": "newcomer", "display_name": "", "password": "corvid lantern 71 obelisk"}
    assert ask("POST", "/api/links/accept", json=joins).is_success
    assert ask("PATCH", person, json={"role": "viewer"}).is_success
    assert ask("POST", f"{person}/link").is_success
    with place.sessions.begin() as session:
        _, theirs = signed_in.begin(session, user=session.get_one(User, place.people["reader"]), hours=1)
    with place.sessions() as session:
        session_id = signed_in.of_token(session, token=theirs).id
    assert ask("DELETE", f"{person}/sessions/{session_id}").is_success
    with place.sessions.begin() as session:
        session.add(SecondFactor(user_id=place.people["reader"], sealed_secret="", confirmed_at=utc_now()))
    assert ask("DELETE", f"{person}/second-factor").is_success
    waiting = ask("GET", "/api/invitations").json()[0]["id"]
    assert ask("DELETE", f"/api/invitations/{waiting}").is_success
    assert [one.action for one in told.new()] == [
        "invitation.make", "user.add", "invitation.accept", "user.change", "user.end_sessions", "invitation.make",
        "user.end_session", "user.end_sessions", "user.reset_second_factor", "invitation.withdraw",
    ]  # fmt: skip
    people = [
        ("POST", "/invitations"), ("POST", "/links/accept"), ("PATCH", "/people/{user_id}"),
        ("POST", "/people/{user_id}/link"), ("DELETE", "/people/{user_id}/sessions/{session_id}"),
        ("DELETE", "/invitations/{invitation_id}"), ("DELETE", "/people/{user_id}/second-factor"),
    ]  # fmt: skip

    seen = {("GET", path) for paths in (*SHOWS.values(), LEAVES) for path in paths}
    seen |= {(method, path) for method, paths in NOT_NOTED.items() for path in paths}
    seen |= {(method, path) for method, path, *_ in done} | {("DELETE", "/account/sessions/{session_id}")}
    seen |= {*people, ("POST", "/session/provider/answer")}  # the latter with a provider: test_single_sign_on
    assert seen == {(method, plain(path)) for method, path in (one.split() for one in matrix())}
    with place.sessions() as session:
        verdict = trail.verify(session)
    assert verdict.faults == [] and verdict.count > len(done)


def test_an_admin_reads_what_concerns_their_site_page_by_page(place: Place) -> None:
    with place.sessions.begin() as session:
        stranger = session.get_one(User, place.people["stranger"])
        cases.create(session, pseudonym="SG-0099", by=stranger)
    place.client.post("/api/session", json={"username": "nobody at all", "password": "guessed"})
    place.act_as("admin")
    place.client.get(f"/api/slides/{place.slide}")
    first = place.client.get("/api/audit", params={"page_size": 3}).json()
    said = [(one["action"], one["actor"]) for one in first["items"]]
    assert said[:2] == [("slide.view", "Admin"), ("user.wrong_password", None)]
    older = place.client.get("/api/audit", params={"page_size": 500, "before": first["next"]}).json()
    assert older["next"] is None and older["items"][0]["id"] < first["items"][-1]["id"] == first["next"]
    everything = [*first["items"], *older["items"]]
    assert "Stranger" not in {one["actor"] for one in everything}
    signed = place.client.get("/api/audit", params={"action": "review.sign", "since": "2020-01-01T00:00:00"}).json()
    assert [one["actor_id"] for one in signed["items"]] == [str(place.people["lead"])]
    assert place.client.get("/api/audit", params={"until": "2020-01-01T00:00:00"}).json()["items"] == []
    assert place.client.get("/api/audit", params={"before": 2**31}).status_code == 422, "no row has such a number"
