"""Find a Chromium to drive, or get one, or say what is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_S = 600


class NoBrowser(Exception):
    """There is no Chromium, and none could be installed."""

    def __init__(self) -> None:
        super().__init__(
            "The browser test needs Chromium: install the package `chromium`, or run `playwright install chromium`, "
            "or set FOCUSSCOPE_CHROMIUM to the program."
        )


def launch(playwright: Playwright) -> Browser:
    """Start a Chromium without a window."""
    return playwright.chromium.launch(executable_path=chromium(playwright), args=ARGUMENTS)


def chromium(playwright: Playwright) -> Path:
    """Return the program; install it where there is none.

    Raises:
        NoBrowser: where that fails, too.
    """
    return _found(playwright) or _installed_by_playwright(playwright) or _installed_by_debian() or _missing()


def _found(playwright: Playwright) -> Path | None:
    if named := os.environ.get("FOCUSSCOPE_CHROMIUM"):
        return Path(named)
    return _on_path() or _playwrights_own(playwright)


def _on_path() -> Path | None:
    found = (shutil.which(command) for command in COMMANDS)
    return next((Path(path) for path in found if path), None)


def _playwrights_own(playwright: Playwright) -> Path | None:
    path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def _installed_by_playwright(playwright: Playwright) -> Path | None:
    _run(sys.executable, "-m", "playwright", "install", "chromium")
    return _playwrights_own(playwright)


def _installed_by_debian() -> Path | None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "update")
        _run("apt-get", "install", "--yes", "--no-install-recommends", "chromium")
    return _on_path()


def _run(*command: str) -> None:
    """Run an installer; whether it worked shows in what it leaves behind."""
    try:
        subprocess.run(command, check=False, capture_output=True, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        return


def _missing() -> Path:
    raise NoBrowser
