"""What one does from a read of one's own to a signed PDF, as a reader would say it."""

from io import BytesIO
from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from tests.factories import PASSWORD

REQUIRED = (
    ("Pattern", 0),
    ("Germinal-centre-like structures", 0),
    ("Lymphoepithelial lesions", 1),
    ("Atrophy", 1),
    ("Fibrosis", 0),
    ("Duct dilatation", 2),
    ("Non-specific chronic sialadenitis (required)", 0),
)
"""Each field that sign-off asks for, and the place of the answer that is given here."""


def read_first(page: Page) -> None:
    """Record a read of one's own in the form that is on screen."""
    page.get_by_role("radio", name="Focal lymphocytic sialadenitis (FLS)").check(force=True)
    page.get_by_role("textbox", name="Estimated focus score").fill("0.5")
    page.get_by_role("button", name="Show the proposals").click()


def saved(page: Page) -> None:
    """See on the review's tab that the server has everything, and come back."""
    page.get_by_role("tab", name="Review", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    page.get_by_role("tab", name="Report and sign-off").click()


def answer_by_keyboard(page: Page, field: str, steps: int) -> None:
    """Choose an answer with the space bar and the arrow keys alone."""
    page.get_by_role("group", name=field).get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    for _ in range(steps):
        page.keyboard.press("ArrowRight")


def answer_required(page: Page) -> None:
    """Answer what sign-off asks for."""
    for field, steps in REQUIRED:
        answer_by_keyboard(page, field, steps)


def sign(page: Page) -> Locator:
    """Sign with the password, and return the banner that says so."""
    page.get_by_role("button", name="Sign…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign", exact=True).click()
    expect(dialog).to_have_count(0)
    return page.get_by_role("status").filter(has_text="Signed by Reader on")


def text_of(path: Path) -> str:
    """Return the text of a PDF without its spaces."""
    pages = PdfReader(BytesIO(path.read_bytes())).pages
    return "".join("".join(page.extract_text().split()) for page in pages).replace("\u200b", "")


def download(page: Page, version: int, tmp_path: Path) -> Path:
    """Download the PDF of a signed version."""
    with page.expect_download() as under_way:
        page.get_by_role("group", name=f"Downloads of version {version}").get_by_role("link", name="PDF").first.click()
    path = tmp_path / under_way.value.suggested_filename
    under_way.value.save_as(path)
    return path
