"""How the numbers and answers of a report are written in one language."""

import re
from typing import Any

from backend.core.focus_score import ADEQUATE_GLANDULAR_AREA_MM2, HISTOLOGICAL_CRITERION
from backend.core.neutral_names import shown_name
from backend.reports.content import ReportedScore
from backend.reports.wording import Language, number, words

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class Phrases:
    """Writes values, and says so where one is not known, not stated or undefined."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.words = words(language)
        self.labels = self.words["labels"]
        self.plain = self.words["words"]

    def score(self, score: ReportedScore) -> str:
        """Write a focus score; where rounding would carry it over the criterion, with more decimals."""
        value = score.focus_score
        return self.plain["undefined"] if value is None else number(value, HISTOLOGICAL_CRITERION)

    def interval(self, score: ReportedScore) -> str:
        """Write the interval of a score."""
        if score.low is None or score.high is None:
            return self.plain["undefined"]
        return f"{number(score.low)} – {number(score.high)}"

    def sentence(self, text: str) -> str:
        """Translate a sentence of the software where that is known, and leave it as it is where not.

        Known sentences have `{}` for their numbers, which stay in their order; the name of a slide may stand before.
        """
        for begin in (0, *(found.end() for found in re.finditer(": ", text))):
            known = self.words["reasons"].get(_NUMBER.sub("{}", text[begin:]))
            if known is not None:
                said = known.format(*_NUMBER.findall(text[begin:]))
                return self.labelled(shown_name(text[: begin - 2], self.language), said) if begin else said
        return text

    def with_unit(self, score: ReportedScore) -> str:
        """Write a score with its unit, or why there is none."""
        if score.focus_score is None:
            return self.labelled(self.plain["undefined"], self.sentence(score.reason or ""))
        return f"{self.score(score)} {self.plain['per_area']}"

    def formula(self, score: ReportedScore) -> str:
        """Write the score out as a sum, in general where it is undefined."""
        sentences, area = self.words["sentences"], score.glandular_area_mm2
        if area is None or score.focus_score is None:
            return sentences["formula_general"]
        return sentences["formula"].format(foci=score.foci, area=self.area_number(area), score=self.score(score))

    def area(self, area: float | None) -> str:
        """Write an area in mm²."""
        return self.plain["not_known"] if area is None else f"{self.area_number(area)} mm²"

    def area_number(self, area: float) -> str:
        """Write an area without its unit, on its side of what is adequate."""
        return number(area, ADEQUATE_GLANDULAR_AREA_MM2)

    def fraction(self, score: ReportedScore) -> str:
        """Write the area fraction in per cent."""
        return self.plain["not_known"] if score.area_fraction is None else self.percent(score.area_fraction)

    def percent(self, fraction: float) -> str:
        """Write a fraction in per cent."""
        return self.plain["percent"].format(value=f"{fraction * 100:.2f}")

    def labelled(self, label: str, value: str) -> str:
        """Write a value behind what it is, with the colon of the language."""
        return self.plain["labelled"].format(label=label, value=value)

    def noted(self, text: str, note: str) -> str:
        """Write a note behind a text, in the brackets of the language."""
        return self.plain["noted"].format(text=text, note=note)

    def rejection(self, reason: str) -> str:
        """Write why a lesion was rejected: one of the reasons that the page offers, or what the reader wrote."""
        return self.words["rejection"].get(reason, reason)

    def measured(self, what: str, value: float) -> str:
        """Write a number of a score, or the area of a lesion, with its unit."""
        if what in ("focus_score", "case_score"):
            return number(value, HISTOLOGICAL_CRITERION)
        if what == "area_fraction":
            return self.percent(value)
        return f"{value:.3f} mm²" if what == "area" else self.area(value)

    def left_out(self, reason: str) -> str:
        """Write why a slide does not count: one of the reasons that the page offers, or what the reader wrote."""
        return self.plain["left_out"].format(reason=self.words["left_out"].get(reason, reason))

    def truth(self, value: bool | None, *, unknown: str = "not_stated") -> str:
        """Write yes, no, or that it is not known or not stated."""
        return self.plain[unknown if value is None else "yes" if value else "no"]

    def text(self, value: Any) -> str:
        """Write an answer, or that there is none."""
        return self.plain["not_stated"] if value in (None, "") else str(value)
