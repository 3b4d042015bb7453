"""What a report says, in words, in each language."""

from dataclasses import replace
from typing import get_args

import pytest

from backend.core.consensus import FIELDS, ConsensusFields, Grade, Pattern, Presence
from backend.pipeline.analyse import NOT_VALIDATED, PHANTOMS_ONLY, PHANTOMS_TOO, _warnings
from backend.pipeline.stain import REFERENCE
from backend.reports.content import Report, ReportedCase, SlideOfCase, Verdict
from backend.reports.difference import changes_between
from backend.reports.sections import Sections
from backend.reports.wording import Language, number, words
from tests import factories
from tests.reports.samples import ANSWERED, a_lesion, a_report, a_score
from tests.test_sentences import spoken

LANGUAGES: tuple[Language, ...] = get_args(Language)
WHERE_SCORES_ARE_UNKNOWN = ("services/reviews.py", "services/case_scores.py", "core/focus_score.py")


def facts(report: Report, language: Language = "en") -> dict[str, str]:
    left, right = Sections(report, language).facts()
    return dict(row for one in [*right, *left[:2]] for row in one.rows)


def test_languages_have_the_same_keys_and_no_empty_word() -> None:
    keys = [{(part, key) for part, entries in words(one).items() for key in entries} for one in LANGUAGES]
    assert keys[0] == keys[1]
    assert all(text.strip() for one in LANGUAGES for part in words(one).values() for text in part.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_of_the_consensus_has_a_word(language: Language) -> None:
    said = words(language)
    for part, answers in (("pattern", Pattern), ("grade", Grade), ("presence", Presence), ("verdict", Verdict)):
        assert set(said[part]) == set(get_args(answers))
    assert set(FIELDS) - {"comment"} <= set(said["labels"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_unanswered_field_is_not_stated(language: Language) -> None:
    said, found = words(language), facts(a_report(fields=ConsensusFields()), language)
    for name in set(FIELDS) - {"comment", "chisholm_mason"}:
        assert found[said["labels"][name]] == said["words"]["not_stated"], name


def test_every_reason_for_an_unknown_score_is_said_in_chinese_whatever_slide_it_names() -> None:
    said = Sections(a_report(), "zh")
    reasons = [one for one, where in spoken().items() if where in WHERE_SCORES_ARE_UNKNOWN and "to review" not in one]
    assert len(reasons) > 8
    assert [one for one in reasons if said.sentence(one) == one] == []
    assert said.sentence("SG 7: level 2: The slide has not been analysed.") == "SG 7: level 2：该切片尚未分析。"


A_CASE = ReportedCase(
    a_score(5, 17.5, None),
    (
        SlideOfCase("level 1", 3, 9.1, None, None, True), SlideOfCase("level 2", 2, 8.4, None, None, False),
        SlideOfCase("level 3", 4, 2.0, None, "damaged", False), SlideOfCase("level 4", None, None, "?", "Ink.", False),
    ),
)  # fmt: skip


def test_case_says_what_each_slide_contributes_and_which_are_left_out_and_why() -> None:
    sections = Sections(a_report(case=A_CASE), "en").facts()[0]
    (rows,) = (dict(one.rows) for one in sections if one.title == "Case: all slides together")
    assert rows == {
        "level 1": "foci: 3, area: 9.10 mm²",
        "level 2": "foci: 2, area: 8.40 mm² (not signed)",
        "level 3": "left out: Section damaged or lost",
        "level 4": "left out: Ink.",
        "Focus score of the case": "(3 + 2) foci ÷ (9.10 + 8.40) mm² × 4 = 1.14",
        "95 % interval (exact Poisson)": "0.37 – 2.67",
        "Histological criterion FS ≥ 1": "yes",
    }
    assert "Case: all slides together" not in [one.title for one in Sections(a_report(), "en").facts()[0]]


def test_chinese_is_set_with_its_own_colons_and_brackets() -> None:
    unknown = replace(A_CASE, reviewed=replace(a_score(0, None), reason="level 2: The slide has not been analysed."))
    report = a_report(case=unknown, fields=ConsensusFields())
    said = [value for part in Sections(report, "zh").facts() for section in part for _, value in section.rows]
    assert {"灶数：2，面积：8.40 mm²（尚未签署）", "无法计算：level 2：该切片尚未分析。", "1.23%"} <= set(said)
    assert [one for one in said if ": " in one or " (" in one] == []


def test_slide_that_nobody_named_is_named_in_the_language_of_the_report() -> None:
    case = replace(A_CASE, slides=(SlideOfCase("Slide 7", 3, 9.1, None, None, True),))
    reason = "Slide 7: The slide has not been analysed."
    report = a_report(case=replace(case, reviewed=replace(a_score(0, None), reason=reason)))
    rows = [row for part in Sections(report, "zh").facts() for section in part for row in section.rows]
    assert ("切片 7", "灶数：3，面积：9.10 mm²") in rows
    assert "无法计算：切片 7：该切片尚未分析。" in dict(rows).values()
    assert "Slide 7" in [label for section in Sections(report, "en").facts()[0] for label, _ in section.rows]


def test_amendment_says_that_the_score_of_the_case_is_another() -> None:
    after = replace(A_CASE, reviewed=a_score(9, 19.5, None))
    changes = changes_between(a_report(case=A_CASE), a_report(case=after))
    report = a_report(changes=changes)
    assert Sections(report, "en").changes() == [("Focus score of the case", "1.14", "1.85")]


def test_unrounded_score_decides_and_is_shown_so_that_nobody_reads_it_otherwise() -> None:
    just_below = a_report(reviewed=a_score(1, 4.003))
    assert Sections(just_below, "en").headline()["value"] == "0.999"
    assert Sections(just_below, "en").headline()["criterion"].startswith("Does not meet")
    exactly = Sections(a_report(reviewed=a_score(1, 4.0)), "en").headline()
    assert (exactly["value"], exactly["criterion"][:5]) == ("1.00", "Meets")


def test_glandular_area_that_is_just_too_small_does_not_look_like_8() -> None:
    found = facts(a_report(area=7.9996))
    assert (found["Glandular area"], found["At least 8 mm²?"]) == ("7.9996 mm²", "no")
    assert facts(a_report(area=8.0))["At least 8 mm²?"] == "yes"


@pytest.mark.parametrize(("glands", "said"), [(3, "no"), (4, "yes"), (None, "not stated")])
def test_number_of_glands_is_judged_where_it_was_stated(glands: int | None, said: str) -> None:
    assert facts(a_report(fields=replace(ANSWERED, glands=glands)))["At least 4 glands?"] == said


def test_undefined_score_has_a_reason_and_no_number() -> None:
    said = Sections(a_report(area=None), "en")
    assert said.headline()["value"] == "undefined" and said.headline()["reason"] == "The glandular area is unknown."
    assert "cannot be said" in said.headline()["criterion"]
    assert facts(a_report(area=None))["At least 8 mm²?"] == "not known"
    assert Sections(a_report(area=None), "zh").headline()["reason"] == "腺体面积未知。"


def test_greenspan_convention_is_named_only_for_confluent_foci_and_beside_the_counted_score() -> None:
    confluent = facts(a_report(fields=replace(ANSWERED, confluent=True)))
    assert confluent["Greenspan convention"].startswith("12 ") and confluent["Focus score"].startswith("0.85 ")
    for answer in (False, None):
        assert "Greenspan convention" not in facts(a_report(fields=replace(ANSWERED, confluent=answer)))


def test_chisholm_mason_is_suggested_only_where_it_differs_and_is_never_filled_in() -> None:
    unanswered = a_report(fields=replace(ANSWERED, chisholm_mason=None), reviewed=a_score(4, 8.0))
    assert facts(unanswered)["Chisholm–Mason grade"] == "not stated (4 follows from the score)"
    assert facts(a_report(reviewed=a_score(4, 8.0)))["Chisholm–Mason grade"] == "4"


def test_lesions_without_a_verdict_are_a_warning() -> None:
    report = a_report(a_lesion(1, verdict="undecided"), a_lesion(2))
    assert Sections(report, "en").warnings()[0] == "1 of 2 lesions have no verdict; they count as they were proposed."
    assert Sections(report, "zh").warnings()[0].startswith("2 个病灶中有 1 个未判定")


def test_number_has_as_many_decimals_as_keep_its_side_of_a_threshold() -> None:
    assert [number(value, 1.0) for value in (0.99, 0.996, 0.99996, 1.0, 1.004)] == \
        ["0.99", "0.996", "0.99996", "1.00", "1.00"]  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "translated"),
    [
        ("The glandular area is 6.3 mm², less than the 8 mm² recommended.", "腺体面积为 6.3 mm²，小于建议的 8 mm²。"),
        ("3 lesions hold 40 to 60 lymphocytes: please judge whether each is a focus.",
         "3 处病灶各含 40 至 60 个淋巴细胞：请逐一判断其是否为淋巴细胞灶。"),
        ("A sentence with {braces} and 5 that nobody translated.",
         "A sentence with {braces} and 5 that nobody translated."),
    ],
)  # fmt: skip
def test_sentences_of_the_software_are_translated_with_their_numbers(sentence: str, translated: str) -> None:
    assert Sections(a_report(warnings=(sentence,)), "zh").warnings() == [translated]
    assert Sections(a_report(warnings=(sentence,)), "en").warnings() == [sentence]


@pytest.mark.parametrize(("area", "counts"), [(0.0, [45]), (6.3, [45, 55]), (9.0, [80])])
@pytest.mark.parametrize("fallback", [None, "only one stain is present"])
def test_every_warning_of_an_analysis_has_its_chinese(area: float, counts: list[int], fallback: str | None) -> None:
    found = _warnings(area, [factories.a_lesion(count) for count in counts], replace(REFERENCE, fallback=fallback))
    found += [PHANTOMS_ONLY, PHANTOMS_TOO, NOT_VALIDATED]
    for sentence in Sections(a_report(warnings=tuple(found)), "zh").warnings():
        assert not any(letter.isalpha() and letter.isascii() for letter in sentence.replace("mm²", "")), sentence


@pytest.mark.parametrize(("area", "glands", "small"), [(7.9, 5, True), (9.0, 3, True), (9.0, None, False)])
def test_specimen_that_is_too_small_is_said_beside_the_score(area: float, glands: int | None, small: bool) -> None:
    report = a_report(area=area, fields=replace(ANSWERED, glands=glands))
    assert bool(Sections(report, "en").headline()["specimen"]) == small
