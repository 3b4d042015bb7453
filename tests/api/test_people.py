"""Admins and leads let people in, and take their access away."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select, update

from backend.db.base import utc_now
from backend.db.session import Sessions
from backend.db.tables import AuditEvent, Invitation, User
from tests.api.test_tokens import made, program
from tests.factories import PASSWORD, a_user

NEW = {"username": "new", "display_name": "New Reader", "password": "violet otter climbs nine"}


@pytest.fixture
def admin(anonymous: TestClient, sessions: Sessions) -> TestClient:
    return signed_in(anonymous, sessions, "admin", role="admin")


def signed_in(browser: TestClient, sessions: Sessions, username: str, **columns: Any) -> TestClient:
    with sessions.begin() as session:
        a_user(session, username, **columns)
    another = TestClient(browser.app)
    assert another.post("/api/session", json={"username": username, "password": PASSWORD}).status_code == 200
    return another


def invited(by: TestClient, **wanted: str) -> str:
    answer = by.post("/api/invitations", json={"role": "reader", **wanted})
    assert answer.status_code == 201, answer.text
    token: str = answer.json()["token"]
    return token


def accept(browser: TestClient, token: str, **said: str) -> Response:
    answer: Response = browser.post("/api/links/accept", json=NEW | {"token": token} | said)
    return answer


def test_whoever_is_invited_joins_once_in_the_role_and_at_the_site_of_the_link(
    admin: TestClient, anonymous: TestClient
) -> None:
    token = invited(admin, role="viewer", site="far")
    opened = anonymous.post("/api/links/open", json={"token": token}).json()
    assert opened == {"role": "viewer", "site": "far", "username": None}
    assert accept(anonymous, token).status_code == 204
    assert accept(anonymous, token, username="second").json()["detail"].startswith("This link is not good any more")
    user = anonymous.post("/api/session", json=NEW).json()["user"]
    assert (user["username"], user["display_name"], user["role"], user["site"]) == (
        "new", "New Reader", "viewer", "far"
    )  # fmt: skip


def test_link_is_of_no_use_when_it_is_old_or_withdrawn_and_the_database_holds_none(
    admin: TestClient, anonymous: TestClient, sessions: Sessions
) -> None:
    old, withdrawn = invited(admin), invited(admin)
    with sessions.begin() as session:
        assert not {old, withdrawn} & set(session.scalars(select(Invitation.token_sha256)))
        first = select(Invitation.id).order_by(Invitation.created_at).limit(1).scalar_subquery()
        past = utc_now() - timedelta(seconds=1)
        session.execute(update(Invitation).where(Invitation.id == first).values(expires_at=past))
    (left,) = admin.get("/api/invitations").json()
    assert (left["invited_by"], left["username"]) == ("Admin", None)
    assert admin.delete(f"/api/invitations/{left['id']}").status_code == 204
    assert [accept(anonymous, token).status_code for token in (old, withdrawn, "guessed")] == [404] * 3


def test_lead_invites_to_their_own_site_and_no_admins(anonymous: TestClient, sessions: Sessions) -> None:
    lead = signed_in(anonymous, sessions, "lead", role="lead")
    asked = [{"role": "reader"}, {"role": "lead"}, {"role": "admin"}, {"role": "reader", "site": "far"}]
    answers = [lead.post("/api/invitations", json=one).status_code for one in asked]
    assert answers == [201, 201, 403, 403]


def test_easy_password_is_refused_with_advice_and_the_link_stays_good(admin: TestClient, anonymous: TestClient) -> None:
    token = invited(admin)
    for easy, reason in (("password1234", "common word"), ("qwertyuiop[]", ""), ("short", "at least 10")):
        answer = accept(anonymous, token, password=easy)
        assert answer.status_code == 422 and reason in answer.json()["detail"]
    assert accept(anonymous, token).status_code == 204


def test_admin_lets_somebody_take_a_new_password_without_knowing_it(
    admin: TestClient, anonymous: TestClient, sessions: Sessions
) -> None:
    forgetful = signed_in(anonymous, sessions, "forgetful")
    asks = program(forgetful, made(forgetful)["token"])
    person = next(one for one in admin.get("/api/people").json() if one["username"] == "forgetful")
    token = admin.post(f"/api/people/{person['id']}/link").json()["token"]
    assert anonymous.post("/api/links/open", json={"token": token}).json()["username"] == "forgetful"
    assert asks.get("/api/slides").status_code == 200
    assert accept(anonymous, token, username="ignored").status_code == 204
    assert [forgetful.get("/api/session").status_code, asks.get("/api/slides").status_code] == [401, 401]
    assert anonymous.post("/api/session", json=NEW | {"username": "forgetful"}).status_code == 200


def test_admin_changes_and_bars_people_and_everything_is_noted(
    admin: TestClient, anonymous: TestClient, sessions: Sessions
) -> None:
    other = signed_in(anonymous, sessions, "other")
    people = {one["username"]: one for one in admin.get("/api/people").json()}
    address = f"/api/people/{people['other']['id']}"
    (seen,) = admin.get(f"{address}/sessions").json()
    assert admin.delete(f"{address}/sessions/{seen['id']}").status_code == 204
    assert other.get("/api/session").status_code == 401
    assert other.post("/api/session", json={"username": "other", "password": PASSWORD}).status_code == 200
    changed = admin.patch(address, json={"role": "viewer", "site": "far"}).json()
    assert (changed["role"], changed["site"], changed["disabled_at"]) == ("viewer", "far", None)
    assert other.get("/api/session").status_code == 401, "nobody comes into other rights who was in before"
    assert admin.patch(address, json={"disabled": True}).json()["disabled_at"]
    assert other.post("/api/session", json={"username": "other", "password": PASSWORD}).status_code == 401
    assert admin.patch(address, json={"disabled": False}).json()["disabled_at"] is None
    assert other.post("/api/session", json={"username": "other", "password": PASSWORD}).status_code == 200
    with sessions() as session:
        by = session.scalars(select(User.id).where(User.username == "admin")).one()
        noted = session.scalars(select(AuditEvent).where(AuditEvent.actor_id == by)).all()
    actions = [one.action for one in noted]
    ended = ["user.end_session", "user.change", "user.end_sessions", "user.end_sessions"]
    assert actions[1:] == [*ended, "user.disable", "user.enable"]


def test_nobody_takes_their_own_access_away(admin: TestClient) -> None:
    (own,) = admin.get("/api/people").json()
    for change in ({"disabled": True}, {"role": "viewer"}):
        assert admin.patch(f"/api/people/{own['id']}", json=change).status_code == 409


def test_links_are_not_guessed_from_one_address(anonymous: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.services.attempts.FROM_ONE_SOURCE", 3)
    asked = [anonymous.post("/api/links/open", json={"token": f"guess-{n}"}).status_code for n in range(4)]
    assert asked == [404, 404, 404, 429]
