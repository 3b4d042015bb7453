"""What a reader records beside the foci: the fields of the EULAR consensus (Fisher 2017) and what goes with them.

Pattern and count are two separate decisions: a slide is never called positive from its focus score alone.
"""

from dataclasses import asdict, dataclass, fields
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

Pattern = Literal["fls", "nscs", "sclerosing", "normal", "other"]
"""Focal lymphocytic sialadenitis · non-specific chronic · sclerosing · within normal limits · other."""

Grade = Literal["absent", "mild", "moderate", "severe"]
Presence = Literal["absent", "present"]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Count = Annotated[int, Field(ge=0, le=10_000)]


@dataclass(frozen=True, slots=True)
class ConsensusFields:
    """One reader's answers; None is not answered. `tarpley` is free, its grades unread.

    This is the only list of them: the API takes its limits and its shapes from here.
    """

    specimen: Line | None = None
    sections: Count | None = None
    levels: Count | None = None
    glands: Count | None = None
    pattern: Pattern | None = None
    confluent: bool | None = None
    gc_like: Presence | None = None
    lymphoepithelial_lesions: Presence | None = None
    atrophy: Grade | None = None
    fibrosis: Grade | None = None
    duct_dilatation: Grade | None = None
    nscs: Grade | None = None
    fatty_replacement: Grade | None = None
    granuloma: Presence | None = None
    amyloid: Presence | None = None
    igg4_type: Presence | None = None
    chisholm_mason: Annotated[int, Field(ge=0, le=4)] | None = None
    tarpley: Line | None = None
    comment: Paragraph | None = None

    __pydantic_config__ = ConfigDict(json_schema_serialization_defaults_required=True)

    def missing(self) -> list[str]:
        """Name the fields that must be answered before sign-off and are not."""
        return [name for name in REQUIRED if getattr(self, name) is None]

    def as_dict(self) -> dict[str, Any]:
        """Return every field, unanswered ones as None."""
        return asdict(self)


FIELDS = tuple(one.name for one in fields(ConsensusFields))

REQUIRED = (
    "pattern", "gc_like", "lymphoepithelial_lesions", "atrophy", "fibrosis", "duct_dilatation", "nscs",
)  # fmt: skip
"""What the consensus asks to be reported of every biopsy."""

GREENSPAN_CONFLUENT_SCORE = 12.0
"""Greenspan's convention for confluent foci: shown beside the counted score, never instead of it."""


def suggested_chisholm_mason(focus_score: float | None) -> int | None:
    """Suggest grade 3 (one focus in 4 mm²) or 4 (more than one); 0 to 2 are the reader's to tell apart."""
    if focus_score is None or focus_score < 1:
        return None
    return 4 if focus_score > 1 else 3
