"""Names of slides that nobody has named: neutral, since a file's may name a patient, and read in each language."""

import re

_STORED = re.compile(r"Slide ([0-9]+)")
_SEARCHED = re.compile(r"切片 ?(?=[0-9]|$)")


def neutral_name(number: int) -> str:
    """Return the name under which a slide is stored until a reader gives it another."""
    return f"Slide {number}"


def shown_name(name: str, language: str) -> str:
    """Return a slide's name in a language: a neutral one translated, a reader's as it was typed."""
    neutral = _STORED.fullmatch(name) if language == "zh" else None
    return f"切片 {neutral[1]}" if neutral else name


def stored_text(text: str) -> str:
    """Return what a search finds stored, where it has neutral names as they are shown in Chinese."""
    return _SEARCHED.sub("Slide ", text)
