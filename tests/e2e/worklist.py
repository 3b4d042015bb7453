"""What one does on the worklist, as a user would say it."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect


def choose_files(page: Page, *files: Path) -> None:
    """Choose files with the upload button."""
    page.locator("input[type=file]").set_input_files([str(file) for file in files])


def choose_folder(page: Page, folder: Path) -> None:
    """Choose a folder with the button for folders."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload a folder").click()
    chooser.value.set_files(str(folder))


def drop_from_desktop(page: Page, *paths: Path) -> None:
    """Drop files and folders as a file manager does, which a script in the page cannot."""
    expect(page.get_by_role("button", name="Upload slides")).to_be_visible()  # before that nothing takes a drop
    network = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        network.send("Input.dispatchDragEvent", {"type": kind, "x": 600, "y": 400, "data": data})


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
