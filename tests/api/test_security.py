"""What browsers are told, and what they are refused when another site's page makes them ask."""

from fastapi.testclient import TestClient

from backend.api.limits import Allowance
from backend.core.settings import Settings
from backend.db.tables import User
from backend.main import create_app
from backend.wsi.deepzoom import REVISION
from tests.api.test_access import matrix

CHANGES = sorted(one for one in matrix() if one.split()[0] in ("POST", "PUT", "PATCH", "DELETE"))
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
]
OWN: list[dict[str, str]] = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://testserver"},
]


def test_no_script_runs_but_the_pages_own_and_nobody_frames_it(anonymous: TestClient) -> None:
    headers = anonymous.get("/health").headers
    policy = dict(one.strip().split(" ", 1) for one in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'" and headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "same-origin"


def test_answers_about_slides_are_not_kept_by_browsers(client: TestClient) -> None:
    assert client.get("/api/slides").headers["Cache-Control"] == "no-store"


def test_browsers_keep_to_encrypted_connections_once_the_installation_has_one(settings: Settings) -> None:
    def said(secure: bool) -> bool:
        with TestClient(create_app(settings.model_copy(update={"secure_cookies": secure}))) as browser:
            return "Strict-Transport-Security" in browser.get("/health").headers

    assert (said(True), said(False)) == (True, False)


def test_no_page_of_another_site_changes_anything(anonymous: TestClient) -> None:
    for method, path in (route.split() for route in CHANGES):
        for headers in FOREIGN:
            answer = anonymous.request(method, path, headers=headers)
            assert answer.json() == {"detail": "This was asked by a page of another site, so nothing has been done."}
            assert answer.status_code == 403


def test_own_pages_and_what_is_no_browser_are_let_through(client: TestClient) -> None:
    for number, headers in enumerate(OWN):
        assert client.post("/api/cases", json={"pseudonym": f"SG-{number}"}, headers=headers).status_code == 201


def test_other_sites_may_link_here(client: TestClient) -> None:
    assert client.get("/api/session", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_who_asks_too_often_has_to_wait_and_others_have_not(
    settings: Settings, client: TestClient, other_client: TestClient, user: User
) -> None:
    app = create_app(settings.model_copy(update={"requests_per_minute": 3}))

    def browser(of: TestClient) -> TestClient:
        return TestClient(app, cookies=of.cookies)

    asks, other = browser(client), browser(other_client)
    answers = [asks.get("/api/session") for _ in range(5)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 20 and "try again in" in answers[-1].json()["detail"]
    assert answers[-1].headers["X-Content-Type-Options"] == "nosniff"
    assert other.get("/api/session").status_code == 200
    assert asks.get(f"/api/slides/{user.id}/deepzoom-{REVISION}_files/0/0_0.jpeg").status_code == 404, "not counted"
    guesses = [TestClient(app, cookies={"focusscope_session": f"g{n}"}).get("/api/session") for n in range(60)]
    assert {one.status_code for one in guesses} == {401, 429}, "nor does another name help"


def test_an_allowance_comes_back_with_time() -> None:
    allowance = Allowance(60)
    assert [allowance.wait_s("a", 0.0) for _ in range(61)] == [0.0] * 60 + [1.0]
    assert (allowance.wait_s("b", 0.0), allowance.wait_s("a", 0.5), allowance.wait_s("a", 1.0)) == (0.0, 0.5, 0.0)
    assert allowance.wait_s("a", 1.0) == 1.0
