"""Slides on their way in."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from backend.api.schemas.common import Schema, Sent


class ChosenFile(Sent):
    """A file that a user chose: its path below the folder that they chose, or its name alone.

    `series` is the SeriesInstanceUID of a DICOM file: those of one series become one slide.
    """

    path: Annotated[str, Field(min_length=1, max_length=4096)]
    size_bytes: Annotated[int, Field(ge=0, lt=2**60)]
    modified_ms: Annotated[int, Field(ge=-(2**53), le=2**53)] | None = None
    series: Annotated[str, Field(max_length=64)] | None = None


class ChosenFiles(Sent):
    """All files that were chosen or dropped at once."""

    files: Annotated[list[ChosenFile], Field(min_length=1, max_length=20_000)]


class IncomingFile(Schema):
    """A file on its way. Its bytes are sent to `address` by tus; `chosen` is its index among those just chosen."""

    size_bytes: int
    address: str
    offset: int
    chosen: int | None


class IncomingSlide(Schema):
    """A slide on its way; `id` and `name` will be the slide's."""

    id: UUID
    name: str
    size_bytes: int
    expires_at: datetime
    files: list[IncomingFile]


class RefusedSlide(Schema):
    """What cannot become a slide: the indices of its files among those chosen, and why."""

    chosen: list[int]
    sentence: str


class Announcement(Schema):
    """What becomes of chosen files; `left_out` counts those that belong to no slide."""

    slides: list[IncomingSlide]
    refused: list[RefusedSlide]
    left_out: int
