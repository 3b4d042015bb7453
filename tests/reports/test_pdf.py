"""The pages of a report, read back as text."""

import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from backend.core.consensus import ConsensusFields
from backend.reports.content import Report
from backend.reports.pdf import pdf
from backend.reports.pictures import Pictures, draw_pictures
from backend.reports.wording import Language
from backend.wsi.slide import Slide
from tests.reports.samples import ANSWERED, a_lesion, a_report, amended, preliminary, write_gland


@pytest.fixture(scope="module")
def slide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slide]:
    with Slide(write_gland(tmp_path_factory.mktemp("slide") / "gland.tiff", a_report())) as slide:
        yield slide


@pytest.fixture(scope="module")
def overview(slide: Slide) -> bytes:
    return draw_pictures(slide, a_report()).overview


def pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def text(report: Report, overview: bytes, language: Language = "en") -> str:
    """All text of the pages, without the spaces and the line ends that setting in type has put in."""
    return squeezed("".join(pages(pdf(report, Pictures(overview, {}), language))))


def squeezed(words: str) -> str:
    return "".join(words.replace("\u200b", "").split())


IN_BOTH = (
    "Case 17", "gland-7", "Lower lip, minor glands", "9.41 mm²", "4 × 2 ÷ 9.41 mm² = 0.85", "0.10 – 3.07", "1.70",
    "0.46 – 4.35", "1.23 %", "Periductal foci next to normal acini.", "Reader One", "2026-03-02 10:11:12 UTC",
    "2026-03-01 08:30:00 UTC", "2026-03-01 09:00:00 UTC", "1.50", "Around a duct only.", "Outline widened.",
    "6f1c9d0e-5a0a-4b43-9a63-2a4b7f1e9c11", "c0" * 32, "5e" * 32, "ab" * 32, "m2cf_small.safetensors", "phantoms",
    "FocusScope 0.1.0", "4000 × 3000 px", "1 × 1 µm", "For Research Use Only. Not for use in diagnostic procedures.",
)  # fmt: skip

IN_ENGLISH = (
    "Signed", "Version 1, signed by Reader One",
    "Does not meet the histological criterion FS ≥ 1 on the reviewed foci.",
    "Sections 2", "Levels 3", "Glands 5", "At least 4 glands? yes", "At least 8 mm²? yes", "Number of foci 2",
    "Formula 4 × number of foci ÷ glandular area in mm²", "Confluent foci no",
    "Focal lymphocytic sialadenitis (FLS)", "Germinal-centre-like structures present",
    "Lymphoepithelial lesions absent",
    "Atrophy mild", "Fibrosis moderate", "Duct dilatation severe", "Non-specific chronic sialadenitis (NSCS) absent",
    "Fatty replacement mild", "Granuloma absent", "Amyloid absent", "IgG4-type plasma cells present",
    "Chisholm–Mason grade 4", "Tarpley grade 2", "corrected", "rejected", "40 to 60 lymphocytes: borderline",
    "not clinically validated", "Page 1 of",
)  # fmt: skip

IN_CHINESE = (
    "已签署", "第 1 版，签署人：Reader One", "依据已复核的淋巴细胞灶，不符合组织学标准 FS ≥ 1。", "组织切面数 2",
    "切片层面数 3", "腺体数目 5", "是否 ≥ 4 个腺体 是", "是否 ≥ 8 mm² 是", "淋巴细胞灶数目 2", "淋巴细胞灶融合 否",
    "灶性淋巴细胞性涎腺炎（FLS）", "生发中心样结构 有", "淋巴上皮病变 无", "萎缩 轻度", "纤维化 中度", "导管扩张 重度",
    "非特异性慢性涎腺炎（NSCS） 无", "脂肪替代 轻度", "肉芽肿 无", "淀粉样物质沉积 无", "IgG4 型浆细胞 有",
    "Chisholm–Mason 分级 4", "Tarpley 分级 2", "已修正", "已排除", "淋巴细胞 40 至 60 个：临界", "未经临床验证",
    "仅供研究使用，不得用于诊断程序。", "第 1 页，共",
)  # fmt: skip


@pytest.mark.parametrize(("language", "said"), [("en", IN_BOTH + IN_ENGLISH), ("zh", IN_BOTH + IN_CHINESE)])
def test_pages_say_everything_that_a_report_holds(language: Language, said: tuple[str, ...], overview: bytes) -> None:
    found = text(a_report(), overview, language)
    assert [one for one in said if squeezed(one) not in found] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_says_that_it_is_for_research_and_which_page_it_is(language: Language, slide: Slide) -> None:
    report = a_report(*[a_lesion(number) for number in range(1, 41)])
    found = pages(pdf(report, draw_pictures(slide, report), language))
    assert 4 < len(found) <= 7  # twelve crops fill a page
    for number, page in enumerate(found, 1):
        assert "For Research Use Only. Not for use in diagnostic procedures." in page
        assert language == "en" or "仅供研究使用，不得用于诊断程序。" in page
        counted = f"Page {number} of {len(found)}" if language == "en" else f"第 {number} 页，共 {len(found)} 页"
        assert squeezed(counted) in squeezed(page)


def test_unsigned_report_says_so_on_every_page_and_a_signed_one_nowhere(overview: bytes) -> None:
    unsigned = pages(pdf(preliminary(a_report()), Pictures(overview, {}), "en"))
    assert all("Preliminary – not signed" in page for page in unsigned)
    assert "Preliminary" not in text(a_report(), overview)
    assert "初步报告，尚未签署" in text(preliminary(a_report()), overview, "zh")


def test_amended_report_gives_its_version_and_reason(overview: bytes) -> None:
    found = text(amended(a_report(), "A section was overlooked."), overview)
    assert squeezed("Version 2, signed by Reader Two") in found
    assert squeezed("Reason for the amendment: A section was overlooked.") in found


def test_diagnosis_is_said_of_nothing(overview: bytes) -> None:
    english = text(a_report(area=4.0), overview).lower().replace(squeezed("not for use in diagnostic procedures"), "")
    assert "diagnos" not in english and "sjögren" not in english
    assert "诊断" not in text(a_report(area=4.0), overview, "zh").replace("不得用于诊断程序", "")


def test_empty_report_is_set_too(overview: bytes) -> None:
    bare = replace(
        a_report(area=None), lesions=(), glands=(), fields=ConsensusFields(), blind_reads=(), signature=None,
        networks=(), warnings=(),
    )  # fmt: skip
    found = text(bare, overview)
    assert "Therearenolesions." in found and "notstated" in found
    assert squeezed("There was no read before the proposals were shown.") in found


HOSTILE = (
    '#read("/etc/passwd")', "</script><b>", "=cmd()|A0", "*b* _i_ $x$ `r` \\ <l> @r //", "张伟医生", "#pagebreak()",
    "Ångström & <Ωμ>", "{page}", "\\u{1F600}",
)  # fmt: skip


@pytest.mark.parametrize("said", HOSTILE)
def test_names_and_comments_stand_there_letter_by_letter(said: str, overview: bytes) -> None:
    report = amended(a_report(a_lesion(1, comments=(said,)), fields=replace(ANSWERED, comment=said)), said)
    named = replace(report, slide=replace(report.slide, name=said, case=said))
    assert text(named, overview).count(squeezed(said)) >= 5


@pytest.mark.parametrize("said", ["שלום", "مرحبا"])
def test_names_that_are_written_from_right_to_left_are_kept(said: str, overview: bytes) -> None:
    assert said in text(a_report(fields=replace(ANSWERED, comment=said)), overview)


def test_characters_that_would_turn_their_neighbours_or_break_the_file_are_left_out(overview: bytes) -> None:
    comment = "one\u202etwo\x00\x07\ud800three\u2066"
    assert "onetwothree" in text(a_report(fields=replace(ANSWERED, comment=comment)), overview)


def test_long_words_and_long_comments_stay_on_the_page(overview: bytes) -> None:
    comment = "word " * 3000 + "\n\n" + "W" * 400
    report = a_report(a_lesion(1, comments=("W" * 400,)), fields=replace(ANSWERED, comment=comment))
    data = pdf(replace(report, slide=replace(report.slide, name="gland_" * 20)), Pictures(overview, {}), "en")
    found = "\n".join(pages(data)).replace("\u200b", "")
    assert squeezed(found).count("word") == 3000 and found.count("WW") == 400
    lines = found.splitlines()
    assert max(line.count("W") for line in lines) < 90
    assert max(line.count("gland_") for line in lines) < 20


def test_every_font_is_embedded(slide: Slide) -> None:
    report = a_report(fields=replace(ANSWERED, comment="张伟 שלום Ω"))
    reader = PdfReader(io.BytesIO(pdf(report, draw_pictures(slide, report), "zh")))
    found: list[Any] = [one.get_object() for page in reader.pages for one in _fonts_of(page)]
    fonts = {str(one["/BaseFont"]): one for one in found}
    for name, font in fonts.items():
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor), name
    assert any("SourceSans" in name for name in fonts) and any("NotoSansCJK" in name for name in fonts)


def test_machine_without_fonts_writes_the_same_pages(tmp_path: Path, overview: bytes) -> None:
    code = (
        "import sys; from pathlib import Path; from backend.reports.pdf import pdf;"
        "from backend.reports.pictures import Pictures; from tests.reports.samples import a_report;"
        "sys.stdout.buffer.write(pdf(a_report(), Pictures(Path(sys.argv[1]).read_bytes(), {}), 'zh'))"
    )
    (tmp_path / "overview.jpg").write_bytes(overview)
    bare = os.environ | {"HOME": str(tmp_path), "FONTCONFIG_FILE": os.devnull, "XDG_DATA_DIRS": str(tmp_path)}
    made = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "overview.jpg"], env=bare, capture_output=True, check=True
    )
    assert made.stdout == pdf(a_report(), Pictures(overview, {}), "zh")


def test_same_report_gives_the_same_bytes_in_whatever_zone_its_times_are(slide: Slide) -> None:
    report = a_report()
    pictures = draw_pictures(slide, report)
    first = pdf(report, pictures, "en")
    time.sleep(1.1)
    assert report.signature
    elsewhere = report.signature.signed_at.astimezone(timezone(timedelta(hours=8)))
    assert first == pdf(replace(report, signature=replace(report.signature, signed_at=elsewhere)), pictures, "en")
    metadata = PdfReader(io.BytesIO(first)).metadata
    assert metadata
    assert metadata.creation_date == report.signature.signed_at


def test_report_with_twelve_foci_takes_less_than_two_seconds(slide: Slide) -> None:
    report = a_report(*[a_lesion(number) for number in range(1, 13)])
    pictures = draw_pictures(slide, report)
    start = time.perf_counter()
    pdf(report, pictures, "zh")
    assert time.perf_counter() - start < 2


def _fonts_of(page: Any) -> list[Any]:
    return list(page["/Resources"]["/Font"].values())
