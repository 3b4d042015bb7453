"""Digitised glass slides, and how many a site has received."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from backend.core.natural_order import sort_key
from backend.db.base import Base, HasId, SortKey, utc_now
from backend.db.tables.cases import Case
from backend.db.tables.users import User


class Slide(HasId, Base):
    """One slide: a stored file and what is known about it.

    `entry` is the file to open, relative to the slide's folder, under a safe name. `not_analysable` is what inspection
    said about the pixels; a missing mpp is not in it, because it can be entered later. `crashes` counts the attempts
    to work on it that came to no end. `blur_share` is of the tissue, `pen_share` of the whole slide; unknown where they
    were not measured.
    `delay` is what its inspection waits for, and None where it waits for nothing but its turn.
    `focus_score`, and the `glandular_area_mm2` that it is of, are of the analysis that the slide stands by, as readers
    left it, kept here by `services/summaries` to sort by.
    `sort_key` follows the name, to sort by it as one counts.
    `left_out` is why the slide does not count in the sum of its case, and is None where it does.
    """

    __tablename__ = "slide"
    __table_args__ = (CheckConstraint("status IN ('inspecting', 'ready', 'rejected')", name="status"),)

    site: Mapped[str]
    name: Mapped[str]
    sort_key: Mapped[SortKey]
    entry: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(default="inspecting")
    rejection: Mapped[str | None]
    delay: Mapped[str | None]
    crashes: Mapped[int] = mapped_column(default=0)

    width: Mapped[int | None]
    height: Mapped[int | None]
    levels: Mapped[int | None]
    mpp_x: Mapped[float | None]
    mpp_y: Mapped[float | None]
    mpp_source: Mapped[str | None]
    vendor: Mapped[str | None]
    objective_power: Mapped[float | None]
    not_analysable: Mapped[str | None]
    blur_share: Mapped[float | None]
    pen_share: Mapped[float | None]
    has_thumbnail: Mapped[bool] = mapped_column(default=False)

    uploaded_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    uploaded_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)

    focus_score: Mapped[float | None]
    glandular_area_mm2: Mapped[float | None]

    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"), index=True)

    left_out: Mapped[str | None]
    left_out_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))

    case: Mapped[Case | None] = relationship()
    uploaded_by: Mapped[User] = relationship(lazy="joined", innerjoin=True, foreign_keys=uploaded_by_id)
    left_out_by: Mapped[User | None] = relationship(foreign_keys=left_out_by_id)

    @validates("name")
    def _keep_order(self, _attribute: str, name: str) -> str:
        self.sort_key = sort_key(name)
        return name


class SlideCount(Base):
    """The number that a site's latest slide has in its neutral name; never used twice."""

    __tablename__ = "slide_count"

    site: Mapped[str] = mapped_column(primary_key=True)
    latest: Mapped[int]
