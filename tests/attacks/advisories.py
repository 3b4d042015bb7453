"""Ask the advisory databases about every pinned package (`make audit`); what could not be asked is said, not passed.

Ends with 0 where nothing is known, 1 where something is, 2 where a database could not be reached, which it is asked for
a few seconds. `make check` fails at 1 only: a landing needs no network.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from backend.core.settings import ROOT

PATIENCE_S = 300
PROBE_S = 5
TOOLS = ROOT / ".venv-attack"
PIP_AUDIT = "pip-audit==2.10.1"
NONE_KNOWN, KNOWN, NOT_ASKED = 0, 1, 2
console = Console()


def answer_of(command: list[str], folder: Path) -> Any:
    """Return what a tool said as JSON; None where it said none, as it does when it reaches nobody."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        return json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None


def is_reachable(pinned: str) -> bool:
    """Say whether the database answers to what pip-audit asks of it, by the first of the pinned packages."""
    name, _, version = pinned.splitlines()[0].partition("==")
    try:
        return httpx.get(f"https://pypi.org/pypi/{name}/{version}/json", timeout=PROBE_S).is_success
    except httpx.HTTPError:
        return False


def pip_audit() -> str:
    """Return the tool, installed apart from what it looks at."""
    tool = TOOLS / "bin" / "pip-audit"
    if not tool.exists():
        subprocess.run([sys.executable, "-m", "venv", TOOLS], check=True)
        subprocess.run(
            [TOOLS / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PIP_AUDIT],
            check=True,
        )
    return str(tool)


def ask_of_python() -> Any:
    """Return what pip-audit says of all that is pinned; None where it could not ask."""
    if not is_reachable((ROOT / "constraints.txt").read_text(encoding="utf-8")):
        return None
    return answer_of(
        [pip_audit(), "--requirement", "constraints.txt", "--no-deps", "--disable-pip", "--format", "json"], ROOT
    )


def ask_of_page() -> Any:
    """Return what npm says of all that is locked; None where it could not ask."""
    bounded = [f"--fetch-timeout={PROBE_S * 1000}", "--fetch-retries=0"]
    return answer_of(["npm", "audit", "--json", *bounded], ROOT / "frontend")


def python_packages(said: Any) -> list[str] | None:
    """Return each advisory that pip-audit knows; None where it could not ask, about all or about some."""
    if not isinstance(said, dict) or any(
        "skip_reason" in one for one in said.get("dependencies", [{"skip_reason": 1}])
    ):
        return None
    return [f"{one['name']} {one['version']}: {bug['id']}" for one in said["dependencies"] for bug in one["vulns"]]


def page_packages(said: Any) -> list[str] | None:
    """Return each package of which npm knows an advisory; None where it could not ask."""
    if not isinstance(said, dict) or "auditReportVersion" not in said:
        return None
    return [f"{name}: {one['severity']}" for name, one in said["vulnerabilities"].items()]


def report(name: str, known: list[str] | None) -> int:
    """Say what is known, and return the exit status for it."""
    if known is None:
        console.print(
            f"{name}: the advisory database could not be reached, so nothing is known of them.", soft_wrap=True
        )
        return NOT_ASKED
    console.print(f"{name}: {len(known)} advisories." if known else f"{name}: no advisory is known.")
    for one in known:
        console.print(f"  {one}", highlight=False)
    return KNOWN if known else NONE_KNOWN


if __name__ == "__main__":
    found = {
        report("Python packages", python_packages(ask_of_python())),
        report("Packages of the page", page_packages(ask_of_page())),
    }
    sys.exit(KNOWN if KNOWN in found else max(found))
