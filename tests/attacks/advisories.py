"""Ask the advisory databases about every pinned package (`make audit`); what could not be asked is said, not passed.

Ends with 0 where nothing is known, 1 where something is, 2 where a database could not be reached.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from backend.core.settings import ROOT

PATIENCE_S = 300
NONE_KNOWN, KNOWN, NOT_ASKED = 0, 1, 2
console = Console()


def answer_of(command: list[str], folder: Path) -> Any:
    """Return what a tool said as JSON; None where it said none, as it does when it reaches nobody."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        return json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None


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
    pip_audit = [sys.argv[1], "--requirement", "constraints.txt", "--no-deps", "--disable-pip", "--format", "json"]
    npm = ["npm", "audit", "--json"]
    found = {
        report("Python packages", python_packages(answer_of(pip_audit, ROOT))),
        report("Packages of the page", page_packages(answer_of(npm, ROOT / "frontend"))),
    }
    sys.exit(KNOWN if KNOWN in found else max(found))
