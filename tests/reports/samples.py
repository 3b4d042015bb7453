"""Reports and slides for the tests of this folder."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import cv2
import numpy as np
import tifffile

from backend.core.consensus import ConsensusFields
from backend.core.findings import NetworkUsed, Ring
from backend.core.focus_score import counts_as_focus, focus_score
from backend.reports.content import BlindRead, Report, ReportedLesion, ReportedScore, ReportedSlide, Signature, Verdict

ID = UUID("6f1c9d0e-5a0a-4b43-9a63-2a4b7f1e9c11")
SIZE = (4000, 3000)
MPP = 1.0

ANSWERED = ConsensusFields(
    specimen="Lower lip, minor glands", sections=2, levels=3, glands=5, pattern="fls", confluent=False,
    gc_like="present", lymphoepithelial_lesions="absent", atrophy="mild", fibrosis="moderate",
    duct_dilatation="severe", nscs="absent", fatty_replacement="mild", granuloma="absent", amyloid="absent",
    igg4_type="present", chisholm_mason=4, tarpley="2", comment="Periductal foci next to normal acini.",
)  # fmt: skip


def circle(x: float, y: float, radius: float, corners: int = 48) -> Ring:
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    ring = [(round(x + radius * float(np.cos(a)), 2), round(y + radius * float(np.sin(a)), 2)) for a in angles]
    return [*ring, ring[0]]


def _box(left: float, top: float, right: float, bottom: float) -> Ring:
    return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]


def a_lesion(number: int, lymphocytes: int | None = 80, verdict: Verdict = "confirmed", **known: Any) -> ReportedLesion:
    column, row = (number - 1) % 8, (number - 1) // 8
    radius = 60 + 7 * (number % 5)
    rings = [circle(520 + 420 * column, 520 + 450 * row, radius)]
    counted = verdict != "rejected" and (lymphocytes is None or counts_as_focus(lymphocytes))
    values: dict[str, Any] = {
        "id": uuid5(ID, f"lesion {number}"), "number": number, "polygon": rings, "area_mm2": 0.0113 + number / 1000,
        "lymphocyte_count": lymphocytes, "confidence": None if verdict == "added" else 0.87, "verdict": verdict,
        "counts_as_focus": counted, "reason": "Around a duct only." if verdict == "rejected" else None, "comments": (),
    }  # fmt: skip
    return ReportedLesion(**values | known)


def a_score(foci: int, area: float | None, fraction: float | None = 0.0123) -> ReportedScore:
    score = focus_score(foci, area)
    return ReportedScore(
        foci, area, score.value, score.low, score.high, score.reason, fraction if score.value is not None else None
    )


def a_report(*lesions: ReportedLesion, area: float | None = 9.41, **known: Any) -> Report:
    """A signed report with two foci, one rejected lesion and an aggregate, unless told."""
    some = lesions or (
        a_lesion(1, 120), a_lesion(2, 55, "corrected", comments=("Outline widened.",)),
        a_lesion(3, 90, "rejected"), a_lesion(4, 45),
    )  # fmt: skip
    values: dict[str, Any] = {
        "review_id": ID,
        "analysis_id": uuid5(ID, "analysis"),
        "analysed_at": datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
        "slide": ReportedSlide(uuid5(ID, "slide"), "gland-7", "Case 17", "5e" * 32, SIZE, (MPP, MPP), "generic-tiff"),
        "predicted": a_score(sum(one.verdict != "added" for one in some), area),
        "reviewed": a_score(sum(one.counts_as_focus for one in some), area),
        "fields": ANSWERED,
        "lesions": tuple(some),
        "glands": ([_box(250, 250, 1900, 2700), circle(1400, 2450, 90)], [_box(2050, 250, 3750, 2700)]),
        "blind_reads": (BlindRead("nscs", 1.5, "Reader One", datetime(2026, 3, 1, 9, 0, tzinfo=UTC)),),
        "signature": Signature(1, "Reader One", datetime(2026, 3, 2, 10, 11, 12, tzinfo=UTC), None),
        "changes": (),
        "content_sha256": "c0" * 32,
        "software": "FocusScope 0.1.0",
        "networks": (NetworkUsed("m2cf_net", "small", "m2cf_small.safetensors", "ab" * 32, "phantoms"),),
        "warnings": ("The networks were trained on synthetic slides (phantoms) and are not clinically validated.",),
    }
    return Report(**values | known)


def preliminary(report: Report) -> Report:
    return replace(report, signature=None)


def amended(report: Report, reason: str = "The second section was overlooked.") -> Report:
    return replace(report, signature=Signature(2, "Reader Two", datetime(2026, 3, 5, tzinfo=UTC), reason))


def write_gland(path: Path, report: Report) -> Path:
    """Write a slide with pink glands and violet lesions where the report has them."""
    picture = np.full((SIZE[1], SIZE[0], 3), 244, np.uint8)
    noise = np.random.default_rng(1).integers(0, 18, picture.shape, np.uint8)
    for polygons, colour in ((report.glands, (232, 184, 208)), ([x.polygon for x in report.lesions], (140, 96, 170))):
        for rings in polygons:
            cv2.fillPoly(picture, [np.rint(np.array(ring)).astype(np.int32) for ring in rings], colour)
    tifffile.imwrite(
        path, picture - noise, tile=(256, 256), photometric="rgb",
        resolution=(1e4 / MPP, 1e4 / MPP), resolutionunit="CENTIMETER",
    )  # fmt: skip
    return path
