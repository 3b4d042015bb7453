"""Signing in by an OpenID provider that runs beside the tests."""

import base64
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from joserfc import jwt
from pydantic import ValidationError
from sqlalchemy import select

from backend.core.settings import Settings
from backend.db.session import Sessions
from backend.db.tables import AuditEvent, User, UserSession
from backend.main import create_app
from backend.provider import Provider
from backend.services import accounts, invitations, single_sign_on
from backend.services import sessions as signed_in
from backend.storage import Storage
from tests.api.acting import complete
from tests.api.test_tokens import TOKENS, WANTED, made, program
from tests.factories import PASSWORD, Queue, a_finished_analysis, a_stored_slide, a_user
from tests.provider import OpenIdProvider, running

START = "/api/session/provider"


@pytest.fixture(scope="module")
def running_provider() -> Iterator[OpenIdProvider]:
    with running("http://testserver") as provider:
        yield provider


@pytest.fixture
def provider(running_provider: OpenIdProvider) -> OpenIdProvider:
    running_provider.forget()
    return running_provider


class Hospital:
    """A FocusScope with single sign-on, and browsers that ask it."""

    def __init__(self, settings: Settings, sessions: Sessions, provider: OpenIdProvider) -> None:
        self._settings, self.sessions, self.provider = settings, sessions, provider

    def browser(self, **otherwise: Any) -> TestClient:
        """Return one in which nobody has signed in; settings may be otherwise."""
        settings = {**self._settings.model_dump(), **self.provider.settings(), **otherwise}
        return TestClient(create_app(Settings(**settings, _env_file=None)), raise_server_exceptions=False)

    def lets_in(self, name: str, **known: Any) -> str:
        """Let an admin enter the address of somebody who has an account; return it."""
        email = self.provider.add_person(name)
        with self.sessions.begin() as session:
            a_user(session, name, **known).email = email
        return email

    def actions(self) -> list[str]:
        with self.sessions() as session:
            return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


@pytest.fixture
def hospital(settings: Settings, sessions: Sessions, queue: Queue, provider: OpenIdProvider) -> Hospital:
    return Hospital(settings, sessions, provider)


def begun(browser: TestClient, **why: Any) -> str:
    answer = browser.post(START, json=why)
    assert answer.status_code == 200, answer.text
    return cast(str, answer.json()["address"])


def answered(browser: TestClient, said: dict[str, str]) -> Response:
    told = {name: said[name] for name in ("state", "code") if name in said}
    answer: Response = browser.post(f"{START}/answer", json=told)
    return answer


def sign_in(hospital: Hospital, browser: TestClient, email: str, **why: Any) -> Response:
    return answered(browser, hospital.provider.sign_in(begun(browser, **why), email))


def test_page_knows_whether_there_is_single_sign_on(hospital: Hospital, anonymous: TestClient) -> None:
    assert hospital.browser().get(START).json() == {"name": "Hospital ID"}
    assert anonymous.get(START).json() == {"name": None}
    assert [anonymous.post(START, json={}).status_code, anonymous.get("/api/slides").status_code] == [409, 401]


def test_whose_address_an_admin_entered_is_signed_in_and_known_from_then_on_whatever_their_address(
    hospital: Hospital,
) -> None:
    email = hospital.lets_in("anna")
    browser = hospital.browser()
    answer = sign_in(hospital, browser, email)
    assert (answer.status_code, answer.json()["session"]["user"]["username"]) == (200, "anna")
    assert answer.json()["session"]["provider"] == "Hospital ID"
    assert hospital.actions()[-2:] == ["user.bind_provider", "user.sign_in"]
    assert len(browser.get("/api/account/sessions").json()) == 1
    hospital.provider.claims = {}  # it does not even say any more that the address is verified
    first = browser.cookies["focusscope_session"]
    assert sign_in(hospital, browser, email).status_code == 200
    assert browser.cookies["focusscope_session"] != first
    browser.cookies.set("focusscope_session", first)
    assert browser.get("/api/session").status_code == 401, "the session that was there has ended"


def test_nobody_else_is_let_in_and_the_trail_says_so(hospital: Hospital) -> None:
    barred, stranger = hospital.lets_in("barred"), hospital.provider.add_person("stranger")
    unverified = hospital.lets_in("unverified")
    with hospital.sessions.begin() as session:
        accounts.disable_user(session, username="barred")
        a_user(session, stranger)  # a username is chosen by whoever joins, and proves nothing
    for email in (barred, stranger):
        answer = sign_in(hospital, hospital.browser(), email)
        assert answer.status_code == 403 and "Hospital ID has confirmed who you are" in answer.json()["detail"]
    for claims in ({}, {"email_verified": False}):
        hospital.provider.claims = claims
        assert sign_in(hospital, hospital.browser(), unverified).status_code == 403
    assert hospital.actions()[-4:] == ["user.turned_away"] * 4


def test_address_leads_to_the_account_that_came_first_until_an_admin_enters_it_anew(hospital: Hospital) -> None:
    email, other = hospital.lets_in("anna"), hospital.provider.add_person("other")
    browser = hospital.browser()
    assert sign_in(hospital, browser, email).status_code == 200
    hospital.provider.claims["email"] = email  # given to somebody else at the provider
    assert sign_in(hospital, hospital.browser(), other).status_code == 403
    with hospital.sessions.begin() as session:
        anna, boss = accounts.named(session, username="anna"), a_user(session, "boss", role="admin")
        single_sign_on.set_email(session, user=anna, email="", by=boss)
        single_sign_on.set_email(session, user=anna, email=email, by=boss)
    assert browser.get("/api/session").status_code == 401
    assert sign_in(hospital, hospital.browser(), other).status_code == 200


def test_admin_enters_addresses_each_of_which_leads_to_one_account_that_is_entered_anew(
    hospital: Hospital, user: User
) -> None:
    with hospital.sessions.begin() as session:
        a_user(session, "boss", role="admin").email = "boss@hospital.example"
    admin = hospital.browser()
    admin.post("/api/session", json={"username": "boss", "password": PASSWORD})
    theirs = hospital.browser()
    theirs.post("/api/session", json={"username": "reader", "password": PASSWORD})
    asks = program(theirs, made(theirs)["token"])
    asked = {"no address": 422, "boss@hospital.example": 409, "": 200}
    for email, status in asked.items():
        assert admin.patch(f"/api/people/{user.id}", json={"email": email}).status_code == status
    assert [one.get("/api/slides").status_code for one in (theirs, asks)] == [200, 200], "nothing has changed"
    assert admin.patch(f"/api/people/{user.id}", json={"email": "Reader@Hospital.example "}).status_code == 200
    assert [one.get("/api/slides").status_code for one in (theirs, asks)] == [401, 401], "it may be somebody else now"
    known = {one["username"]: one["email"] for one in admin.get("/api/people").json()}
    assert known == {"boss": "boss@hospital.example", "reader": "reader@hospital.example"}


def test_whoever_is_invited_joins_without_a_password(hospital: Hospital) -> None:
    with hospital.sessions.begin() as session:
        boss = a_user(session, "boss", role="admin")
        _, link = invitations.invite(session, role="viewer", site="far", by=boss)
        _, password_link = invitations.for_new_password(session, user=a_user(session, "forgetful"), by=boss)
    email, browser = hospital.provider.add_person("new"), hospital.browser()
    assert sign_in(hospital, hospital.browser(), email, link=password_link).status_code == 404
    joined = sign_in(hospital, browser, email, link=link).json()["session"]
    assert (joined["user"]["role"], joined["user"]["site"], joined["user"]["display_name"]) == (
        "viewer", "far", "New Lind",
    )  # fmt: skip
    assert (joined["has_password"], joined["user"]["username"]) == (False, email.partition("@")[0])
    for password in ("", "a guess", PASSWORD):
        said = {"username": joined["user"]["username"], "password": password}
        assert browser.post("/api/session", json=said).status_code in (401, 422)
    assert sign_in(hospital, hospital.browser(), hospital.provider.add_person("late"), link=link).status_code == 404


def test_settings_may_let_anybody_in_whom_the_provider_knows(hospital: Hospital) -> None:
    browser = hospital.browser(oidc_unknown="viewer", oidc_site="wards")
    told = sign_in(hospital, browser, hospital.provider.add_person("anybody")).json()["session"]["user"]
    assert (told["role"], told["site"]) == ("viewer", "wards")


def test_second_factor_is_the_providers_or_has_to_be_stated(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = hospital.lets_in("lead", role="lead")
    reader = hospital.lets_in("reader", role="reader")
    trusted = sign_in(hospital, hospital.browser(second_factor="leads"), lead).json()["session"]
    assert not trusted["needs_second_factor"]
    strict = hospital.browser(second_factor="leads", oidc_second_factor="stated")
    refused = sign_in(hospital, strict, lead)
    assert refused.status_code == 403 and "does not say that you gave one" in refused.json()["detail"]
    assert sign_in(hospital, strict, reader).status_code == 200, "who need not have one may come without"
    monkeypatch.setattr("canaille.oidc.provider.compute_amr_values", lambda _: ["pwd", "mfa"])
    assert sign_in(hospital, strict, lead).status_code == 200


def test_answer_counts_in_the_browser_that_began_and_once(hospital: Hospital) -> None:
    email = hospital.lets_in("anna")
    browser, other = hospital.browser(), hospital.browser()
    said = hospital.provider.sign_in(begun(browser), email)
    assert answered(other, said).status_code == 403, "nobody is led into the account of whoever sends a link"
    begun(other)
    assert answered(other, said).status_code == 403
    assert answered(browser, said | {"state": "another"}).status_code == 403
    assert answered(browser, {"state": said["state"]}).status_code == 403, "the provider refused"
    kept = browser.cookies["focusscope_provider"]
    assert answered(browser, said).status_code == 200
    browser.cookies.set("focusscope_provider", kept, path=START)
    assert answered(browser, said).status_code == 403, "a code is good once"


def test_browser_is_sent_with_a_challenge_and_told_none_of_the_secrets(
    hospital: Hospital, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    email, browser = hospital.lets_in("anna"), hospital.browser()
    address = begun(browser)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert asked["redirect_uri"] == "http://testserver/sign-in/provider"
    assert "prompt" not in asked and len(asked["state"]) >= 43 and len(asked["nonce"]) >= 43
    cookie = next(one for one in browser.cookies.jar if one.name == "focusscope_provider")
    assert cookie.path == START and cookie.has_nonstandard_attr("HttpOnly")
    said = hospital.provider.sign_in(address, email)
    assert answered(browser, said).status_code == 200
    ours = [one.getMessage() for one in caplog.records if one.name.startswith("backend")]
    assert not [one for one in (said["code"], asked["nonce"], email) if one in "".join(ours)]


FORGED: dict[str, Any] = {
    "nonce": "another", "aud": ["another"], "iss": "https://another.example", "exp": 1, "iat": 2**32, "sub": None,
}  # fmt: skip


def test_token_of_another_sign_in_another_installation_or_another_time_is_refused(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed, email, browser = jwt.encode, hospital.lets_in("anna"), hospital.browser()
    for claim, forged in FORGED.items():

        def forging(header: Any, said: dict[str, Any], *more: Any, told: Any = (claim, forged), **others: Any) -> str:
            return signed(header, {**said, told[0]: told[1]} if "nonce" in said else said, *more, **others)

        monkeypatch.setattr(jwt, "encode", forging)
        assert sign_in(hospital, browser, email).status_code == 403, claim
    monkeypatch.setattr(jwt, "encode", signed)
    assert sign_in(hospital, browser, email).status_code == 200


def test_token_without_a_signature_is_refused(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    from authlib.integrations.requests_client import OAuth2Session

    fetched = OAuth2Session.fetch_token

    def bare(self: Any, *args: Any, **more: Any) -> Any:
        token = fetched(self, *args, **more)
        head = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=")
        return {**token, "id_token": f"{head}.{token['id_token'].split('.')[1]}."}

    monkeypatch.setattr(OAuth2Session, "fetch_token", bare)
    assert sign_in(hospital, hospital.browser(), hospital.lets_in("anna")).status_code == 403


def test_provider_that_is_away_or_calls_itself_otherwise_is_said_in_a_sentence(hospital: Hospital) -> None:
    for issuer in ("http://localhost:9", f"{hospital.provider.issuer}/"):
        answer = hospital.browser(oidc_issuer=issuer).post(START, json={})
        assert answer.status_code == 503 and "Hospital ID does not answer" in answer.json()["detail"]


def test_only_safe_addresses_are_asked(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    for issuer in ("http://id.hospital.example", "file:///etc/passwd", "id.hospital.example"):
        with pytest.raises(ValidationError):
            Settings(**{**hospital.provider.settings(), "oidc_issuer": issuer})
    plain = Provider._fetched
    for address in ("http://169.254.169.254/latest", "file:///etc/passwd", ""):
        said = {"token_endpoint": address, "authorization_endpoint": address, "jwks_uri": address}
        monkeypatch.setattr(Provider, "_fetched", lambda self, at, said=said: {**plain(self, at), **said})
        assert hospital.browser().post(START, json={}).status_code == 503


def test_guesses_from_one_address_are_bounded(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.services.attempts.FROM_ONE_SOURCE", 3)
    browser = hospital.browser()
    begun(browser)
    guessed = [answered(browser, {"state": "guessed", "code": "guessed"}).status_code for _ in range(4)]
    assert guessed == [403, 403, 403, 429]


class Signer:
    """A reader without a password, with a review that can be signed."""

    def __init__(self, hospital: Hospital, storage: Storage) -> None:
        self.hospital, self.browser, self.at_provider = hospital, hospital.browser(), httpx.Client()
        self.email = hospital.lets_in("anna")
        with hospital.sessions.begin() as session:
            anna = accounts.named(session, username="anna")
            anna.password_hash = ""
            analysis = a_finished_analysis(session, a_stored_slide(session, storage, anna))
            self.review = f"/api/analyses/{analysis.id}/review"
        assert self.confirm(again=False).status_code == 200
        complete(self.browser, self.review)

    def confirm(self, email: str | None = None, *, again: bool = True, left_out: str = "") -> Response:
        address = begun(self.browser, again=again)
        assert left_out in address
        address = address.replace(left_out, "")
        return answered(self.browser, self.hospital.provider.sign_in(address, email or self.email, self.at_provider))

    def sign(self, **said: str) -> int:
        headers = {"If-Match": self.browser.get(self.review).headers["ETag"]}
        status: int = self.browser.post(f"{self.review}/signature", json=said, headers=headers).status_code
        return status


@pytest.fixture
def signer(hospital: Hospital, storage: Storage) -> Signer:
    return Signer(hospital, storage)


def test_without_a_password_one_signs_after_signing_in_at_the_provider_once_more_and_once(
    signer: Signer, sessions: Sessions
) -> None:
    assert [signer.sign(), signer.sign(password="a guess")] == [403, 403]
    confirmed = signer.confirm().json()
    assert (confirmed["again"], confirmed["session"]["is_proved"]) == (True, True)
    assert (
        signer.browser.post(TOKENS, json={name: WANTED[name] for name in ("name", "scopes", "days")}).status_code == 201
    )
    assert not signer.browser.get("/api/session").json()["is_proved"]
    assert signer.sign() == 403, "that was used for the token"
    assert signer.confirm().status_code == 200
    with sessions.begin() as session:
        here = session.scalars(select(UserSession)).one()
        here.proved_at = (here.proved_at or here.created_at) - signed_in.PROOF_GOOD_FOR
    assert signer.sign() == 403, "that was too long ago"
    assert signer.confirm().status_code == 200
    assert signer.sign() == 201
    assert "user.prove" in signer.hospital.actions()


def test_being_signed_in_at_the_provider_for_long_confirms_nothing(signer: Signer) -> None:
    signer.hospital.provider.stale = timedelta(hours=1)
    lazy = signer.confirm(left_out="&prompt=login&max_age=60")  # the browser leaves the question out
    assert lazy.status_code == 403 and "did not ask you to sign in once more" in lazy.json()["detail"]
    assert signer.sign() == 403
    assert signer.hospital.actions()[-1] == "user.not_proved"


def test_nobody_confirms_for_somebody_else_nor_in_another_session(signer: Signer) -> None:
    other = signer.hospital.lets_in("other")
    signer.at_provider = httpx.Client()
    assert signer.confirm(other).status_code == 403
    assert signer.sign() == 403
    signer.at_provider = httpx.Client()
    said = signer.hospital.provider.sign_in(begun(signer.browser, again=True), signer.email, signer.at_provider)
    kept = signer.browser.cookies["focusscope_provider"]
    assert signer.confirm(again=False).status_code == 200  # another session by now
    signer.browser.cookies.set("focusscope_provider", kept, path=START)
    assert answered(signer.browser, said).status_code == 403
    assert TestClient(signer.browser.app).post(START, json={"again": True}).status_code == 401
