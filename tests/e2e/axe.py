"""What axe-core finds on a page, of what keeps readers out."""

from playwright.sync_api import Page

from backend.core.settings import ROOT

SCRIPT = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
KEEPS_READERS_OUT = ("serious", "critical")
AT_REST = """() => document.getAnimations().every(
    (one) => one.effect.getComputedTiming().iterations === Infinity || one.playState === "finished"
)"""


def barriers(page: Page) -> list[str]:
    """Return the serious and critical violations on a page at rest, each with where it is."""
    assert SCRIPT.exists(), "axe-core is not installed: run `make test`, or `npm ci` in frontend."
    page.wait_for_function(AT_REST)
    page.evaluate(SCRIPT.read_text())
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['failureSummary']}"
        for rule in found
        if rule["impact"] in KEEPS_READERS_OUT
        for node in rule["nodes"]
    ]
