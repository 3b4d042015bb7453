"""What one does on the worklist, as a user would say it."""

from pathlib import Path

from playwright.sync_api import Locator, Page


def choose_files(page: Page, *files: Path) -> None:
    """Choose files with the upload button."""
    page.locator("input[type=file]").set_input_files([str(file) for file in files])


def drop_file(page: Page, name: str, content: str) -> None:
    """Drop a file on the page."""
    transfer = page.evaluate_handle(
        """([name, content]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([content], name));
            return transfer;
        }""",
        [name, content],
    )
    page.dispatch_event("body", "dragover", {"dataTransfer": transfer})
    page.dispatch_event("body", "drop", {"dataTransfer": transfer})


def row(page: Page, name: str) -> Locator:
    """Return a slide's row."""
    return page.get_by_role("row").filter(has_text=name)


def uploads(page: Page) -> Locator:
    """Return the panel of uploads."""
    return page.get_by_role("region", name="Uploads")
