"""What axe-core finds on a page, of what keeps readers out."""

from typing import Literal

from playwright.sync_api import Page, expect

from backend.core.settings import ROOT

SCRIPT = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SCHEMES: dict[Literal["light", "dark"], tuple[str, ...]] = {"light": (), "dark": ("color-contrast",)}
KEEPS_READERS_OUT = ("serious", "critical")
AT_REST = """() => document.getAnimations().every(
    (one) => one.effect.getComputedTiming().iterations === Infinity || one.playState === "finished"
)"""


def barriers(page: Page, *rules: str) -> list[str]:
    """Return the serious and critical violations on a page at rest, each with where it is; of these rules alone."""
    assert SCRIPT.exists(), "axe-core is not installed: run `make test`, or `npm ci` in frontend."
    page.wait_for_function(AT_REST)
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT.read_text())
    asked = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = page.evaluate("(asked) => axe.run(document, asked)", asked)["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['failureSummary']}"
        for rule in found
        if rule["impact"] in KEEPS_READERS_OUT
        for node in rule["nodes"]
    ]


def keeps_nobody_out(page: Page) -> None:
    """See that what is on screen has no barrier, and none of contrast in the dark, which is all that differs there."""
    for scheme, rules in SCHEMES.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        found = barriers(page, *rules)
        assert not found, "\n".join(found)
