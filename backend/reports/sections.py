"""Lay a report out as titled rows of text in one language: all that a page shows, before it is set in type."""

from dataclasses import dataclass
from typing import Any

from backend.core.consensus import GREENSPAN_CONFLUENT_SCORE, suggested_chisholm_mason
from backend.core.focus_score import ADEQUATE_GLANDS, ADEQUATE_GLANDULAR_AREA_MM2, BORDERLINE_LYMPHOCYTES
from backend.core.neutral_names import shown_name
from backend.reports.content import BlindRead, Change, Report, ReportedCase, ReportedLesion, ReportedScore, SlideOfCase
from backend.reports.difference import NUMBERS
from backend.reports.phrases import Phrases
from backend.reports.wording import Language, number, time

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """A title and its rows of label and value."""

    title: str
    rows: tuple[Row, ...]


class Sections(Phrases):
    """The sections of one report in one language."""

    def __init__(self, report: Report, language: Language) -> None:
        super().__init__(language)
        self.report = report

    def facts(self) -> tuple[list[Section], list[Section]]:
        """Return what the consensus asks to be reported: specimen and count, then pattern and changes."""
        counted = [
            self._section("specimen", self._specimen()),
            self._section("count", self._count()),
            *([self._section("case", self._case(self.report.case))] if self.report.case else []),
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
            ("slide", shown_name(slide.name, self.language)),
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
            "interval": self.labelled(self.labels["interval"], self.interval(score)) if score.low is not None else "",
            "formula": self.formula(score),
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
            self.truth(lesion.counts_as_focus),
            self.words["verdict"][lesion.verdict],
            self.plain["not_counted"] if count is None else str(count),
            f"{lesion.area_mm2:.3f}",
            self.plain["by_reader"] if lesion.confidence is None else f"{lesion.confidence:.2f}",
            "\n".join([*borderline, *([self.rejection(lesion.reason)] if lesion.reason else []), *lesion.comments]),
        ]

    def changes(self) -> list[tuple[str, str, str]]:
        """Return what differs from the version signed before: what, before, after."""
        return [
            (self._subject(one), self._state(one.what, one.before), self._state(one.what, one.after))
            for one in self.report.changes
        ]

    def _subject(self, change: Change) -> str:
        what = self.words["lesions"].get(change.what) or self.labels.get(change.what) or \
            self.words["sections"].get(change.what, change.what)  # fmt: skip
        if change.lesion is None:
            return what
        return self.labelled(self.words["lesions"]["caption"].format(number=change.lesion), what)

    def _state(self, what: str, value: Any) -> str:
        """Write one side of a change as the rest of the report writes that value."""
        if value is None:
            undefined = dict.fromkeys(("focus_score", "case_score"), "undefined")
            unknown = dict.fromkeys(NUMBERS, "not_known") | {"verdict": "not_there"} | undefined
            return self.plain[unknown.get(what, "not_stated")]
        if isinstance(value, bool):
            return self.truth(value)
        if isinstance(value, float):
            return self.measured(what, value)
        kind = {"verdict": "verdict", "pattern": "pattern", "reason": "rejection"}.get(what, "grade")
        return self.words[kind].get(str(value), str(value))

    def _section(self, key: str, rows: list[Row]) -> Section:
        return Section(self.words["sections"][key], tuple(rows))

    def _specimen(self) -> list[Row]:
        slide, fields = self.report.slide, self.report.fields
        enough_area, enough_glands = self._adequate()
        return [
            (self.labels["case"], self.text(slide.case)),
            (self.labels["slide"], shown_name(slide.name, self.language)),
            (self.labels["specimen"], self.text(fields.specimen)),
            (self.labels["sections"], self.text(fields.sections)),
            (self.labels["levels"], self.text(fields.levels)),
            (self.labels["glands"], self.text(fields.glands)),
            (self.labels["enough_glands"], self.truth(enough_glands)),
            (self.labels["glandular_area"], self.area(self.report.reviewed.glandular_area_mm2)),
            (self.labels["enough_area"], self.truth(enough_area, unknown="not_known")),
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
            (self.labels["focus_score"], self.with_unit(score)),
            (self.labels["formula"], self.words["sentences"]["formula_general"]),
            (self.labels["interval"], self.interval(score)),
            (self.labels["area_fraction"], self.fraction(score)),
            (self.labels["confluent"], self.truth(confluent)),
            *([(self.labels["greenspan"], greenspan)] if confluent else []),
        ]

    def _case(self, case: ReportedCase) -> list[Row]:
        score, counted = case.reviewed, [one for one in case.slides if one.left_out is None]
        sentences, formula = self.words["sentences"], self.with_unit(score)
        if score.focus_score is not None:
            foci, areas = (" + ".join(each) for each in (
                [str(one.foci) for one in counted], [self.area_number(one.glandular_area_mm2 or 0) for one in counted]
            ))  # fmt: skip
            formula = sentences["formula_case"].format(foci=foci, areas=areas, score=self.score(score))
        return [
            *((shown_name(one.name, self.language), self._of_case(one)) for one in case.slides),
            (self.labels["case_score"], formula),
            (self.labels["interval"], self.interval(score)),
            (self.labels["criterion"], self.truth(score.meets_criterion, unknown="not_known")),
        ]

    def _of_case(self, one: SlideOfCase) -> str:
        if one.left_out is not None:
            return self.left_out(one.left_out)
        if one.foci is None:
            return self.sentence(one.reason or "")
        said = self.words["sentences"]["slide_of_case"].format(foci=one.foci, area=self.area(one.glandular_area_mm2))
        return said if one.signed else self.noted(said, self.plain["not_signed"])

    def _pattern(self) -> list[Row]:
        pattern = self.report.fields.pattern
        return [
            (self.labels["pattern"], self.words["pattern"][pattern] if pattern else self.plain["not_stated"]),
            *self._answers("gc_like", "lymphoepithelial_lesions"),
            *self._answers("atrophy", "fibrosis", "duct_dilatation", "nscs", "fatty_replacement", kind="grade"),
        ]

    def _grades(self) -> list[Row]:
        fields = self.report.fields
        grade = self.text(fields.chisholm_mason)
        suggested = suggested_chisholm_mason(self.report.reviewed.focus_score)
        if suggested is not None and suggested != fields.chisholm_mason:
            grade = self.noted(grade, self.words["sentences"]["suggested"].format(grade=suggested))
        return [(self.labels["chisholm_mason"], grade), (self.labels["tarpley"], self.text(fields.tarpley))]

    def _blind(self) -> list[Row]:
        if not self.report.blind_reads:
            return [("", self.plain["no_blind_read"])]
        return [row for one in self.report.blind_reads for row in self._read(one)]

    def _read(self, blind: BlindRead) -> list[Row]:
        estimated = blind.estimated_focus_score
        return [
            (self.labels["reader"], blind.reader),
            (self.labels["pattern"], self.words["pattern"].get(blind.pattern, blind.pattern)),
            (self.labels["estimated"], self.plain["cannot_say"] if estimated is None else number(estimated, 1.0)),
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
            str(score.foci), self.area(score.glandular_area_mm2), self.with_unit(score), self.interval(score),
            self.fraction(score), self.truth(score.meets_criterion, unknown="not_known"),
        ]  # fmt: skip
