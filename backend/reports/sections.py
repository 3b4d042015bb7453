"""Lay a report out as titled rows of text in one language: all that a page shows, before it is set in type."""

import re
from dataclasses import dataclass
from typing import Any

from backend.core.consensus import GREENSPAN_CONFLUENT_SCORE, suggested_chisholm_mason
from backend.core.focus_score import ADEQUATE_GLANDS, ADEQUATE_GLANDULAR_AREA_MM2, BORDERLINE_LYMPHOCYTES
from backend.reports.content import Report, ReportedLesion, ReportedScore
from backend.reports.wording import Language, number, time, words

Row = tuple[str, str]


_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Section:
    """A title and its rows of label and value."""

    title: str
    rows: tuple[Row, ...]


class Sections:
    """The sections of one report in one language."""

    def __init__(self, report: Report, language: Language) -> None:
        self.report = report
        self.words = words(language)
        self.labels = self.words["labels"]
        self.plain = self.words["words"]

    def facts(self) -> tuple[list[Section], list[Section]]:
        """Return what the consensus asks to be reported: specimen and count, then pattern and changes."""
        counted = [
            self._section("specimen", self._specimen()),
            self._section("count", self._count()),
            self._section("blind", self._blind()),
        ]
        judged = [
            self._section("pattern", self._pattern()),
            self._section("exclusions", self._answers("granuloma", "amyloid", "igg4_type")),
            self._section("grades", self._grades()),
        ]
        return counted, judged

    def origin(self) -> Section:
        """Return who signed what, and what it was made from."""
        report, signature, slide = self.report, self.report.signature, self.report.slide
        unsigned = self.plain["not_signed"]
        rows = [
            ("signed_by", signature.signed_by if signature else unsigned),
            ("signed_at", time(signature.signed_at) if signature else unsigned),
            ("version", str(signature.version) if signature else unsigned),
            *([("amendment", signature.reason)] if signature and signature.reason else []),
            ("review_id", str(report.review_id)),
            ("content_sha256", report.content_sha256),
            ("slide", slide.name),
            ("slide_sha256", slide.sha256),
            ("slide_size", f"{slide.size[0]} × {slide.size[1]} px"),
            ("mpp", f"{slide.mpp[0]:g} × {slide.mpp[1]:g} µm" if slide.mpp else self.plain["not_known"]),
            ("vendor", slide.vendor or self.plain["not_known"]),
            ("analysis_id", str(report.analysis_id)),
            ("analysed_at", time(report.analysed_at)),
            ("software", report.software),
        ]
        return self._section("origin", [(self.labels[key], value) for key, value in rows])

    def comparison(self) -> list[tuple[str, str, str]]:
        """Return the predicted against the reviewed numbers, row by row."""
        predicted, reviewed = self.report.predicted, self.report.reviewed
        keys = ("foci", "glandular_area", "focus_score", "interval", "area_fraction", "criterion")
        return [
            (self.labels[key], left, right)
            for key, left, right in zip(keys, self._numbers(predicted), self._numbers(reviewed), strict=True)
        ]

    def headline(self) -> dict[str, str]:
        """Return the score, its interval, and what may be said of it."""
        score = self.report.reviewed
        said = {True: "meets", False: "does_not_meet", None: "criterion_unknown"}[score.meets_criterion]
        return {
            "value": self.score(score),
            "unit": self.plain["per_area"] if score.focus_score is not None else "",
            "interval": f"{self.labels['interval']}: {self.interval(score)}" if score.low is not None else "",
            "formula": self._formula(score),
            "criterion": self.words["sentences"][said],
            "reason": self.sentence(score.reason or ""),
            "specimen": self.words["sentences"]["inadequate"] if False in self._adequate() else "",
            "note": self.words["sentences"]["two_decisions"],
        }

    def warnings(self) -> list[str]:
        """Return what to know before the numbers are trusted."""
        undecided = sum(one.verdict == "undecided" for one in self.report.lesions)
        open_ones = self.words["sentences"]["undecided"].format(count=undecided, total=len(self.report.lesions))
        return [*([open_ones] if undecided else []), *(self.sentence(one) for one in self.report.warnings)]

    def lesion(self, lesion: ReportedLesion) -> list[str]:
        """Return the row of one lesion: number, focus, verdict, lymphocytes, area, confidence, remarks."""
        count = lesion.lymphocyte_count
        borderline = [self.plain["borderline"]] if count in BORDERLINE_LYMPHOCYTES else []
        return [
            str(lesion.number),
            self._truth(lesion.counts_as_focus),
            self.words["verdict"][lesion.verdict],
            self.plain["not_counted"] if count is None else str(count),
            f"{lesion.area_mm2:.3f}",
            self.plain["by_reader"] if lesion.confidence is None else f"{lesion.confidence:.2f}",
            "\n".join([*borderline, *([lesion.reason] if lesion.reason else []), *lesion.comments]),
        ]

    def score(self, score: ReportedScore) -> str:
        """Write a focus score; where rounding would carry it over the criterion, with more decimals."""
        return self.plain["undefined"] if score.focus_score is None else number(score.focus_score, 1.0)

    def interval(self, score: ReportedScore) -> str:
        """Write the interval of a score."""
        if score.low is None or score.high is None:
            return self.plain["undefined"]
        return f"{number(score.low)} – {number(score.high)}"

    def sentence(self, text: str) -> str:
        """Translate a sentence of the software where that is known, and leave it as it is where not.

        Known sentences have `{}` for their numbers, which stay in their order.
        """
        known = self.words["reasons"].get(_NUMBER.sub("{}", text))
        return text if known is None else known.format(*_NUMBER.findall(text))

    def _section(self, key: str, rows: list[Row]) -> Section:
        return Section(self.words["sections"][key], tuple(rows))

    def _specimen(self) -> list[Row]:
        slide, fields = self.report.slide, self.report.fields
        enough_area, enough_glands = self._adequate()
        return [
            (self.labels["case"], self._text(slide.case)),
            (self.labels["slide"], slide.name),
            (self.labels["specimen"], self._text(fields.specimen)),
            (self.labels["sections"], self._text(fields.sections)),
            (self.labels["levels"], self._text(fields.levels)),
            (self.labels["glands"], self._text(fields.glands)),
            (self.labels["enough_glands"], self._truth(enough_glands)),
            (self.labels["glandular_area"], self._area(self.report.reviewed.glandular_area_mm2)),
            (self.labels["enough_area"], self._truth(enough_area, unknown="not_known")),
        ]

    def _adequate(self) -> tuple[bool | None, bool | None]:
        """Say whether area and number of glands suffice, None where they are not known."""
        area, glands = self.report.reviewed.glandular_area_mm2, self.report.fields.glands
        return (
            None if area is None else area >= ADEQUATE_GLANDULAR_AREA_MM2,
            None if glands is None else glands >= ADEQUATE_GLANDS,
        )

    def _count(self) -> list[Row]:
        score, confluent = self.report.reviewed, self.report.fields.confluent
        greenspan = self.words["sentences"]["greenspan"].format(score=GREENSPAN_CONFLUENT_SCORE)
        return [
            (self.labels["foci"], str(score.foci)),
            (self.labels["focus_score"], self._with_unit(score)),
            (self.labels["formula"], self.words["sentences"]["formula_general"]),
            (self.labels["interval"], self.interval(score)),
            (self.labels["area_fraction"], self._fraction(score)),
            (self.labels["confluent"], self._truth(confluent)),
            *([(self.labels["greenspan"], greenspan)] if confluent else []),
        ]

    def _pattern(self) -> list[Row]:
        pattern = self.report.fields.pattern
        return [
            (self.labels["pattern"], self.words["pattern"][pattern] if pattern else self.plain["not_stated"]),
            *self._answers("gc_like", "lymphoepithelial_lesions"),
            *self._answers("atrophy", "fibrosis", "duct_dilatation", "nscs", "fatty_replacement", kind="grade"),
        ]

    def _grades(self) -> list[Row]:
        fields = self.report.fields
        grade = self._text(fields.chisholm_mason)
        suggested = suggested_chisholm_mason(self.report.reviewed.focus_score)
        if suggested is not None and suggested != fields.chisholm_mason:
            grade += f" ({self.words['sentences']['suggested'].format(grade=suggested)})"
        return [(self.labels["chisholm_mason"], grade), (self.labels["tarpley"], self._text(fields.tarpley))]

    def _blind(self) -> list[Row]:
        blind = self.report.blind_read
        if blind is None:
            return [("", self.plain["no_blind_read"])]
        estimated = blind.estimated_focus_score
        return [
            (self.labels["pattern"], self.words["pattern"].get(blind.pattern, blind.pattern)),
            (self.labels["estimated"], self.plain["not_stated"] if estimated is None else number(estimated, 1.0)),
            (self.labels["reader"], blind.reader),
            (self.labels["recorded_at"], time(blind.recorded_at)),
        ]

    def _answers(self, *names: str, kind: str = "presence") -> list[Row]:
        answers = self.words[kind]
        return [
            (self.labels[name], answers[answer] if (answer := getattr(self.report.fields, name)) else
             self.plain["not_stated"]) for name in names
        ]  # fmt: skip

    def _numbers(self, score: ReportedScore) -> list[str]:
        return [
            str(score.foci), self._area(score.glandular_area_mm2), self._with_unit(score), self.interval(score),
            self._fraction(score), self._truth(score.meets_criterion, unknown="not_known"),
        ]  # fmt: skip

    def _with_unit(self, score: ReportedScore) -> str:
        if score.focus_score is None:
            return f"{self.plain['undefined']}: {self.sentence(score.reason or '')}"
        return f"{self.score(score)} {self.plain['per_area']}"

    def _formula(self, score: ReportedScore) -> str:
        sentences, area = self.words["sentences"], score.glandular_area_mm2
        if area is None or score.focus_score is None:
            return sentences["formula_general"]
        return sentences["formula"].format(foci=score.foci, area=self._area_number(area), score=self.score(score))

    def _area(self, area: float | None) -> str:
        return self.plain["not_known"] if area is None else f"{self._area_number(area)} mm²"

    def _area_number(self, area: float) -> str:
        return number(area, ADEQUATE_GLANDULAR_AREA_MM2)

    def _fraction(self, score: ReportedScore) -> str:
        return self.plain["not_known"] if score.area_fraction is None else f"{score.area_fraction * 100:.2f} %"

    def _truth(self, value: bool | None, *, unknown: str = "not_stated") -> str:
        return self.plain[unknown if value is None else "yes" if value else "no"]

    def _text(self, value: Any) -> str:
        return self.plain["not_stated"] if value in (None, "") else str(value)
