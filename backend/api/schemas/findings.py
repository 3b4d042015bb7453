"""What an analysis found."""

from typing import Any
from uuid import UUID

from backend.api.schemas.common import Schema

Ring = list[tuple[float, float]]
Rings = list[Ring]


class LesionOut(Schema):
    """One proposed lesion; `number` counts from 1 and `polygon` is in level-0 pixels, holes after the exterior."""

    id: UUID
    number: int
    polygon: Rings
    area_mm2: float
    lymphocyte_count: int
    confidence: float
    counts_as_focus: bool
    borderline: bool


class NetworkOut(Schema):
    """Which network ran, by its weights."""

    name: str
    preset: str
    weights: str
    sha256: str
    trained_on: str


class FindingsOut(Schema):
    """All that one analysis of one slide has to say; `seconds` is per stage."""

    analysis_id: UUID
    focus_score: float | None
    focus_score_reason: str | None
    focus_score_low: float | None
    focus_score_high: float | None
    foci: int
    glandular_area_mm2: float
    area_fraction: float | None
    lesions: list[LesionOut]
    glands: list[Rings]
    networks: list[NetworkOut]
    options: dict[str, Any]
    stain: dict[str, Any]
    seconds: dict[str, float]
    software: str
    warnings: list[str]
    notice: str
