"""What somebody types stays text on every page, runs as no script, and stands in no log."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Product, sign_in
from tests.factories import PASSWORD, a_case, a_finished_analysis, a_stored_slide, a_user

pytestmark = pytest.mark.e2e

SCRIPT = '<img src="x" onerror="window.ran = true"><script>window.ran = true</script>'


def test_names_and_comments_run_as_no_script_and_stand_in_no_log(product: Product, stranger: Page) -> None:
    with product.sessions.begin() as session:
        writer = a_user(session, "writer-of-scripts", site="scripts")
        writer.display_name = f"Writer {SCRIPT}"
        slide = a_stored_slide(session, product.storage, writer, name=f"Gland {SCRIPT}")
        a_finished_analysis(session, slide)
        case = a_case(session, writer, slide, pseudonym=f"SG {SCRIPT}"[:100])
        pages = ["/", f"/cases/{case.id}", f"/slides/{slide.id}", "/people", "/account"]

    stranger.goto("/sign-in")
    sign_in(stranger, name="writer-of-scripts")
    expect(stranger.get_by_role("heading", name="Worklist")).to_be_visible()
    for page in pages:
        stranger.goto(page)
        expect(stranger.get_by_text(SCRIPT).first).to_be_visible()
        assert stranger.evaluate("window.ran") is None
    token = next(one["value"] for one in stranger.context.cookies() if one["name"] == "focusscope_session")
    logs = "".join(one.read_text(errors="replace") for one in (product.data_dir / "logs").iterdir())
    assert not [secret for secret in (PASSWORD, token, SCRIPT, "SG <img") if secret in logs]
