"""Somebody without a password signs in, and signs, by an OpenID provider that runs beside the browser."""

import socket
from collections.abc import Iterator
from threading import Thread

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from backend.core.settings import Settings
from backend.db.session import Sessions
from backend.db.tables import User
from backend.main import SERVER, create_app
from backend.storage import Storage
from tests.api.acting import complete
from tests.e2e.axe import barriers
from tests.factories import PASSWORD, Queue, a_finished_analysis, a_stored_slide, a_user, write_slide
from tests.provider import PASSWORD as AT_PROVIDER
from tests.provider import OpenIdProvider, running

pytestmark = pytest.mark.e2e


@pytest.fixture
def place(settings: Settings, queue: Queue) -> Iterator[tuple[str, OpenIdProvider]]:
    """A server with single sign-on, by its address, and the provider."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with running(address) as provider:
        known = Settings(**{**settings.model_dump(), **provider.settings()}, _env_file=None)
        server = uvicorn.Server(uvicorn.Config(create_app(known), port=port, **SERVER))
        thread = Thread(target=server.run)
        thread.start()
        try:
            with httpx.Client(transport=httpx.HTTPTransport(retries=10)) as client:
                client.get(f"{address}/health")
            yield address, provider
        finally:
            server.should_exit = True
            thread.join()


def at_provider(page: Page, email: str | None) -> None:
    """Fill in the provider's pages; whom they know already they ask for the password alone."""
    if email:
        page.locator("input[name=login]").fill(email)
        page.keyboard.press("Enter")
    page.locator("input[name=password]").fill(AT_PROVIDER)
    page.keyboard.press("Enter")


def test_reader_without_a_password_signs_in_and_signs_by_single_sign_on(
    place: tuple[str, OpenIdProvider], chromium: Browser, sessions: Sessions, storage: Storage
) -> None:
    address, provider = place
    email = provider.add_person("anna")
    with sessions.begin() as session:
        anna = a_user(session, "anna")
        anna.email = email
        slide = a_stored_slide(session, storage, anna)
        write_slide(storage.slide_file(slide.id, slide.entry))
        analysis = a_finished_analysis(session, slide)
    with httpx.Client(base_url=address) as client:
        client.post("/api/session", json={"username": "anna", "password": PASSWORD})
        complete(client, f"/api/analyses/{analysis.id}/review")  # type: ignore[arg-type]  # it asks in the same way
    with sessions.begin() as session:
        session.get_one(User, anna.id).password_hash = ""

    context = chromium.new_context(base_url=address, viewport={"width": 1440, "height": 900}, locale="en-US")
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(f"/slides/{slide.id}")
    expect(page.get_by_role("button", name="Sign in with Hospital ID")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="Sign in with Hospital ID").click()
    at_provider(page, email)

    page.get_by_role("tab", name="Report and sign-off").click()  # where the page was left
    page.get_by_role("button", name="Sign…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Sign", exact=True)).to_be_disabled()
    assert barriers(page) == []
    dialog.get_by_role("button", name="Confirm with Hospital ID").click()
    at_provider(page, None)
    expect(dialog).to_contain_text("Hospital ID has just confirmed that it is you")
    dialog.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Signed by Anna on")).to_be_visible()

    page.goto("/sign-in/provider?state=forged&code=forged")
    expect(page.get_by_text("Hospital ID has not signed you in")).to_be_visible()
    context.close()
    assert not refused
