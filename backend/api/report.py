"""A review as reports are written from it."""

import json
from hashlib import sha256
from typing import Literal

from backend.api.present import review_out
from backend.core.review import ReviewedLesion
from backend.db.tables import User
from backend.reports.content import BlindRead, Report, ReportedLesion, ReportedScore, ReportedSlide
from backend.services import analyses, slides
from backend.services.reviews import Scored, Standing

Language = Literal["en", "zh"]

REASONS = {
    "duct": ("Duct or acini cut at a slant", "斜切的导管或腺泡"),
    "plasma_cells": ("Plasma cells", "浆细胞"),
    "too_few": ("Fewer than 50 lymphocytes", "少于 50 个淋巴细胞"),
    "outside_gland": ("Outside the gland", "位于腺体之外"),
    "artefact": ("Crush, pigment or another artefact", "挤压、色素或其他人工假象"),
    "other": ("Something else", "其他"),
}
"""What the page offers as reasons for a rejection, in English and Chinese."""


def report_of(standing: Standing, user: User, language: Language) -> Report:
    """Return what a report of the review as it stands holds; it is preliminary, for nobody has signed it."""
    analysis, state = standing.analysis, standing.state
    slide, found = analysis.slide, analyses.findings(analysis)
    names = {one.by_id: one.by.display_name for one in standing.row.commands} if standing.row else {}
    read = state.reads[-1] if state.reads else None
    frozen = review_out(standing, user).model_dump(mode="json", exclude={"undo", "redo", "suggested_chisholm_mason"})
    return Report(
        review_id=standing.row.id if standing.row else analysis.id,
        analysis_id=analysis.id,
        analysed_at=analysis.finished_at or analysis.queued_at,
        slide=ReportedSlide(
            slide.id, slide.name, None, slide.sha256, slides.size_of(slide), standing.proposal.mpp, slide.vendor
        ),
        predicted=_score(standing.predicted),
        reviewed=_score(standing.reviewed),
        fields=state.fields,
        lesions=tuple(_lesion(one, standing, language) for one in state.in_order()),
        glands=tuple(one.polygon for one in state.glands.values()),
        blind_read=BlindRead(read.pattern, read.estimated_focus_score, names[read.by], read.at) if read else None,
        signature=None,
        content_sha256=sha256(json.dumps(frozen, sort_keys=True).encode()).hexdigest(),
        software=found.software,
        networks=tuple(found.networks),
        warnings=tuple(found.warnings),
    )


def _lesion(lesion: ReviewedLesion, standing: Standing, language: Language) -> ReportedLesion:
    about = {lesion.id, *lesion.parents}
    reason = lesion.reason
    if reason in REASONS:
        reason = REASONS[reason][language == "zh"]
    return ReportedLesion(
        lesion.id, lesion.number, lesion.polygon, lesion.area_mm2, lesion.lymphocyte_count, lesion.confidence,
        lesion.verdict, lesion.accepted and bool(lesion.counts_as_focus), reason,
        tuple(one.text for one in standing.state.comments if one.lesion_id in about),
    )  # fmt: skip


def _score(scored: Scored) -> ReportedScore:
    score = scored.score
    return ReportedScore(
        score.foci, score.glandular_area_mm2, score.value, score.low, score.high, score.reason, scored.area_fraction
    )
