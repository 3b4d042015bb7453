"""People are let in by links, and look after their own accounts."""

from time import time

import pytest
from playwright.sync_api import Browser, Page, expect
from pyotp import TOTP

from tests.e2e.axe import barriers
from tests.e2e.conftest import Product, sign_in
from tests.factories import a_case, a_finished_analysis, a_slide, a_stored_slide, a_user

pytestmark = pytest.mark.e2e

ADMIN = "admin-of-people"
PASSWORD = "violet otter climbs nine"


@pytest.fixture
def admin(product: Product, stranger: Page) -> Page:
    """A page on which an admin looks at the people."""
    with product.sessions.begin() as session:
        a_user(session, ADMIN, role="admin")
    stranger.goto("/people")
    sign_in(stranger, name=ADMIN)
    expect(stranger.get_by_role("heading", name="People", level=1)).to_be_visible()
    return stranger


def test_somebody_is_invited_joins_and_later_loses_their_access(
    admin: Page, product: Product, chromium: Browser
) -> None:
    admin.get_by_role("combobox", name="Role").click()
    admin.get_by_role("option", name="Viewer").click()
    admin.get_by_role("button", name="Make a link").click()
    link = admin.get_by_role("textbox", name="Link").input_value()
    assert barriers(admin) == []
    admin.keyboard.press("Escape")
    expect(admin.get_by_role("table", name="Links that nobody has used")).to_contain_text("Viewer")
    assert barriers(admin) == []

    page = chromium.new_context(base_url=product.address, locale="en-US").new_page()
    page.goto(link)
    page.get_by_role("textbox", name="User name").fill("newcomer")
    page.get_by_role("textbox", name="New password").fill("password1234")
    assert barriers(page) == []
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("alert")).to_contain_text("common word")
    page.get_by_text("简体中文").click()
    page.get_by_role("button", name="加入").click()
    expect(page.get_by_role("alert")).to_contain_text("此密码由常见的词或名字构成")
    page.get_by_text("English").click()
    page.get_by_role("textbox", name="New password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    sign_in(page, PASSWORD, "newcomer")

    page.get_by_role("button", name="Account of newcomer").click()
    expect(page.get_by_role("menuitem", name="People")).to_have_count(0)
    page.get_by_role("menuitem", name="My account").click()
    expect(page.get_by_role("table", name="Where you are signed in")).to_contain_text("Chrome, Linux")
    assert barriers(page) == []

    page.get_by_role("button", name="Set up…").click()
    dialog = page.get_by_role("dialog", name="Set up a second factor")
    dialog.get_by_role("textbox", name="Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()
    app = TOTP(dialog.get_by_role("textbox", name="Key").input_value())
    width = "img => img.decode().then(() => img.naturalWidth)"
    assert dialog.get_by_role("img", name="QR code").evaluate(width) > 100
    assert barriers(page) == []
    earlier = int(time()) - 30
    dialog.get_by_role("textbox", name="Code").fill(app.at(earlier))
    dialog.get_by_role("button", name="Turn on").click()
    expect(dialog.get_by_role("listitem")).to_have_count(10)
    recovery = dialog.get_by_role("listitem").first.inner_text()
    assert barriers(page) == []
    dialog.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_role("region", name="Second factor")).to_contain_text("Recovery codes left: 10")
    page.context.clear_cookies()
    page.goto("/account")
    sign_in(page, PASSWORD, "newcomer")
    code = page.get_by_role("textbox", name="Code")
    code.fill(app.at(earlier))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("was used before")
    assert barriers(page) == []
    code.fill(recovery)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("region", name="Second factor")).to_contain_text("Recovery codes left: 9")

    page.get_by_role("button", name="Make a token…").click()
    dialog = page.get_by_role("dialog", name="Make a token")
    dialog.get_by_role("textbox", name="Name").fill("export script")
    dialog.get_by_role("textbox", name="Password").fill(PASSWORD)
    assert barriers(page) == []
    dialog.get_by_role("button", name="Make a token").click()
    token = dialog.get_by_role("textbox", name="Token").input_value()
    assert barriers(page) == []
    dialog.get_by_role("button", name="I have kept it").click()
    asked = [page.request.get("/api/slides", headers={"Authorization": f"Bearer {one}"}) for one in (token, token[:-1])]
    assert [one.status for one in asked] == [200, 401]
    page.reload()
    row = page.get_by_role("table", name="API tokens").get_by_role("row", name="export script")
    expect(row).not_to_contain_text("never")
    assert barriers(page) == []
    page.get_by_role("button", name="Revoke export script").click()
    expect(row).to_have_count(0)
    expect(page.get_by_text("revokes your API tokens")).to_be_visible()
    page.get_by_role("textbox", name="Present password").fill(PASSWORD)
    page.get_by_role("textbox", name="New password").fill(f"another {PASSWORD}")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("your API tokens are revoked")).to_be_visible()

    admin.reload()
    admin.get_by_role("button", name="Change newcomer…").click()
    expect(admin.get_by_role("button", name="Reset second factor")).to_be_visible()
    expect(admin.get_by_role("dialog", name="newcomer")).to_contain_text("Chrome, Linux")
    assert barriers(admin) == []
    admin.get_by_role("switch", name="May sign in").click()
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_role("row", name="newcomer")).to_contain_text("may not sign in")
    page.reload()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.context.close()


def test_viewer_is_offered_nothing_that_would_be_refused(product: Product, stranger: Page) -> None:
    with product.sessions.begin() as session:
        lead = a_user(session, "lead-of-viewers", site="looking")
        a_user(session, "viewer-only", role="viewer", site="looking")
        slide = a_stored_slide(session, product.storage, lead, name="Gland to look at")
        a_finished_analysis(session, slide)
        a_case(session, lead, a_slide(session, lead, mpp_x=None, mpp_y=None, mpp_source=None, name="No size"))
    refused: list[str] = []
    stranger.on("response", lambda answer: refused.append(answer.url) if answer.status == 403 else None)

    stranger.goto("/")
    sign_in(stranger, name="viewer-only")
    expect(stranger.get_by_role("link", name="Gland to look at")).to_be_visible()
    for name in ("Upload slides", "Upload a folder", "Enter µm per pixel", "Analyse Gland to look at"):
        expect(stranger.get_by_role("button", name=name)).to_have_count(0)
    stranger.get_by_role("button", name="More about Gland to look at").click()
    expect(stranger.get_by_role("menuitem")).to_have_text(["Compare with…"])
    stranger.keyboard.press("Escape")

    stranger.get_by_role("link", name="Gland to look at").click()
    confirm = stranger.get_by_role("button", name="Confirm focus 1")
    expect(confirm).to_be_disabled()
    stranger.keyboard.press("j")
    stranger.keyboard.press("a")
    stranger.get_by_role("tab", name="Analysis and slide").click()
    expect(stranger.get_by_text("Software")).to_be_visible()
    expect(stranger.get_by_role("link", name="GeoJSON for QuPath")).to_have_count(0)
    expect(stranger.get_by_role("button", name="Analyse again Gland to look at")).to_have_count(0)
    assert barriers(stranger) == []
    assert refused == []
