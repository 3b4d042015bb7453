"""The order in which people count: “Slide 2” before “Slide 10”."""

import re
import unicodedata

_NUMBER = re.compile(r"[0-9]+")


def sort_key(text: str) -> str:
    """Return what sorts by code points as `text` does for whoever counts, and does not mind capitals."""
    return _NUMBER.sub(_counted, unicodedata.normalize("NFKC", text).casefold())


def _counted(number: re.Match[str]) -> str:
    """Put how many digits a number has before them: of two numbers the longer one is the greater."""
    digits = number[0].lstrip("0") or "0"
    return f"{min(len(digits), 99):02}{digits}"
