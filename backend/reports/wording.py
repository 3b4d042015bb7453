"""The words of a report in each language, and how its numbers and times are written."""

import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from backend.reports.content import in_utc

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

Words = dict[str, dict[str, str]]

RESEARCH_USE_ONLY_ZH = "仅供研究使用，不得用于诊断程序。"


@cache
def words(language: Language) -> Words:
    """Return the words of a language, by section and key."""
    return tomllib.loads((Path(__file__).parent / "texts" / f"{language}.toml").read_text(encoding="utf-8"))


def number(value: float, threshold: float | None = None, decimals: int = 2) -> str:
    """Write a number with two decimals, or as many more as keep it on its side of a threshold."""
    shown = f"{value:.{decimals}f}"
    if threshold is not None and decimals < 12 and (float(shown) >= threshold) != (value >= threshold):
        return number(value, threshold, decimals + 1)
    return shown


def time(when: datetime) -> str:
    """Write a time in UTC, and say so."""
    return in_utc(when).strftime("%Y-%m-%d %H:%M:%S UTC")
