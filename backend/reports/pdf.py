"""A report as A4 pages, set by Typst with fonts of its own, so that it looks the same on every machine."""

import json
import re
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from backend.core.findings import RESEARCH_USE_ONLY
from backend.core.neutral_names import shown_name
from backend.reports.content import Report, ReportedLesion, in_utc
from backend.reports.fonts import page_fonts
from backend.reports.pictures import Pictures
from backend.reports.sections import Section, Sections
from backend.reports.wording import RESEARCH_USE_ONLY_ZH, Language, time, words

_TEMPLATE = Path(__file__).parent / "report.typ"

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""Control characters, and those that would turn the direction of the text around them."""


def pdf(report: Report, pictures: Pictures, language: Language) -> bytes:
    """Set a report; the same report gives the same bytes, its time being that of the signature or of the analysis."""
    made = report.signature.signed_at if report.signature else report.analysed_at
    return _set_pages(_files(report, pictures, language), in_utc(made).replace(microsecond=0))


def _files(report: Report, pictures: Pictures, language: Language) -> dict[str, bytes]:
    """Return the template and all that it reads, by name."""
    document = _clean(_document(report, pictures, language))
    crops = {f"{id}.jpg": crop for id, crop in pictures.crops.items()}
    return {
        "main.typ": _TEMPLATE.read_bytes(),
        "data.json": json.dumps(document, ensure_ascii=False).encode(),
        "overview.jpg": pictures.overview,
    } | crops


def _set_pages(files: dict[str, bytes], when: datetime) -> bytes:
    """Run Typst over `main.typ` and the files beside it, in a folder outside of which it reads nothing."""
    with TemporaryDirectory(prefix="report-") as folder:
        root = Path(folder)
        for name, data in files.items():
            (root / name).write_bytes(data)
        made: bytes = typst.compile(root / "main.typ", root=root, font_paths=page_fonts(), format="pdf", timestamp=when)
    return made


def _document(report: Report, pictures: Pictures, language: Language) -> dict[str, Any]:
    """Return all that the template shows."""
    sections, said = Sections(report, language), words(language)
    titles, plain = said["sections"], said["words"]
    left, right = sections.facts()
    return {
        "lang": language,
        "page": said["page"],
        "notices": [RESEARCH_USE_ONLY, *([RESEARCH_USE_ONLY_ZH] if language == "zh" else [])],
        "slide": report.slide.case or shown_name(report.slide.name, language),
        "status": _status(report, said["page"]),
        "headline": {"title": titles["score"]} | sections.headline(),
        "facts": {"left": [_section(one) for one in left], "right": [_section(one) for one in right]},
        "comparison": {
            "title": titles["comparison"],
            "head": ["", said["labels"]["predicted"], said["labels"]["reviewed"]],
            "rows": sections.comparison(),
        },
        "changes": _changes(report, sections),
        "comment": {"title": titles["comment"], "text": report.fields.comment or plain["not_stated"]},
        "warnings": {"title": titles["warnings"], "items": sections.warnings() or [plain["none"]]},
        "overview": {
            "title": titles["overview"], "caption": titles["overview_caption"], "file": "overview.jpg",
        },
        "lesions": {
            "title": titles["lesions"],
            "head": [text for key, text in said["lesions"].items() if key != "caption"],
            "rows": [sections.lesion(one) for one in report.lesions],
            "empty": plain["no_lesions"],
        },
        "crops": {
            "title": titles["crops"],
            "items": [_crop(one, sections, language) for one in report.lesions if one.id in pictures.crops],
        },
        "origin": _section(sections.origin()),
        "networks": {"title": titles["networks"], "items": _networks(report, said["labels"]), "empty": plain["none"]},
    }  # fmt: skip


def _status(report: Report, said: dict[str, str]) -> dict[str, Any]:
    signature = report.signature
    if signature is None:
        return {"signed": False, "heading": said["preliminary"], "lines": [said["preliminary_line"]]}
    line = said["signed_line"].format(version=signature.version, by=signature.signed_by, at=time(signature.signed_at))
    reason = [said["amended_line"].format(reason=signature.reason)] if signature.reason else []
    heading = said["signed"] if signature.version == 1 else said["amended"]
    return {"signed": True, "heading": heading, "lines": [line, *reason]}


def _changes(report: Report, sections: Sections) -> dict[str, Any] | None:
    """Return what an amended version says otherwise; None where there was no version before."""
    if report.signature is None or report.signature.version == 1:
        return None
    labels = sections.labels
    return {
        "title": sections.words["sections"]["changes"].format(version=report.signature.version - 1),
        "head": ["", labels["before"], labels["after"]],
        "rows": sections.changes(),
        "empty": sections.plain["unchanged"],
    }


def _section(section: Section) -> dict[str, Any]:
    return {"title": section.title, "rows": section.rows}


def _crop(lesion: ReportedLesion, sections: Sections, language: Language) -> dict[str, str]:
    number, counts, verdict, lymphocytes, area, *_ = sections.lesion(lesion)
    said = words(language)["lesions"]
    caption = [
        said["caption"].format(number=number), verdict, sections.labelled(said["counts"], counts),
        sections.labelled(said["lymphocytes"], lymphocytes), f"{area} mm²",
    ]  # fmt: skip
    return {"file": f"{lesion.id}.jpg", "caption": " · ".join(caption)}


def _networks(report: Report, labels: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "title": f"{one.name} · {one.preset}",
            "rows": [(labels["weights"], one.weights), ("SHA-256", one.sha256), (labels["trained_on"], one.trained_on)],
        }
        for one in report.networks
    ]


def _clean(value: Any) -> Any:
    """Take from every text what cannot be printed, or would disturb what stands beside it."""
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return _UNPRINTABLE.sub("", value) if isinstance(value, str) else value
