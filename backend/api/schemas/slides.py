"""One digitised glass slide, as the worklist and the viewer show it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from backend.api.schemas.analyses import AnalysisOut
from backend.api.schemas.common import Schema, Sent
from backend.services.worklist import Status

SlideStatus = Literal["inspecting", "ready", "rejected"]
MppSource = Literal["file", "entered"]


class CaseOfSlide(Schema):
    """The case that a slide belongs to."""

    id: UUID
    pseudonym: str
    blind_first: bool


class SlideReference(Schema):
    """Another slide, by name, and since when it is here."""

    id: UUID
    name: str
    uploaded_at: datetime
    case: CaseOfSlide | None


class ColoursOut(Schema):
    """In which colours a slide can be shown: as they are stored, and in sRGB where its file `has_profile`."""

    has_profile: bool


class SlideOut(Schema):
    """A slide. `width` and `height` are level-0 pixels; `mpp_x` and `mpp_y` micrometres per level-0 pixel.

    `blur_share` is how much of the tissue is out of focus, `pen_share` how much of the slide is pen, both 0 to 1.
    `delay` says what its inspection waits for, if for anything but its turn.
    `left_out` says why it does not count in the sum of its case, where it does not.
    """

    id: UUID
    name: str
    status: SlideStatus
    rejection: str | None
    delay: str | None
    width: int | None
    height: int | None
    mpp_x: float | None
    mpp_y: float | None
    mpp_source: MppSource | None
    vendor: str | None
    objective_power: float | None
    size_bytes: int
    analysable: bool
    not_analysable_reason: str | None
    blur_share: float | None
    pen_share: float | None
    uploaded_by: str
    uploaded_at: datetime
    has_thumbnail: bool
    case: CaseOfSlide | None
    left_out: str | None
    standing: Status
    current_analysis: AnalysisOut | None


class SlidePage(Schema):
    """One page of the worklist, newest first, and how many slides match in all."""

    items: list[SlideOut]
    total: int
    page: int
    page_size: int


class SlideChange(Sent):
    """What a user may change about a slide; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    mpp: Annotated[float, Field(ge=0.02, le=200)] | None = None
