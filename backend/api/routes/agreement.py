"""How near a reader's own estimates come to what is signed."""

from uuid import UUID

from fastapi import APIRouter

from backend.api.dependencies import CurrentUser, SessionDep, noted
from backend.api.schemas.agreement import AgreementOut, ComparedOut
from backend.core.agreement import icc, limits_of_agreement, mean_difference
from backend.services import agreement

router = APIRouter(prefix="/agreement", tags=["agreement"])


@router.get("", dependencies=[noted("agreement.view")])
def get_agreement(session: SessionDep, user: CurrentUser, reader_id: UUID | None = None) -> AgreementOut:
    """Return the reader's own reads of signed slides; a lead may ask for those of a reader of the same site."""
    reader = agreement.reader_of(session, reader_id=reader_id, by=user)
    slides = agreement.of_reader(session, reader=reader, by=user)
    both = [
        (one.estimated_focus_score, one.signed_focus_score)
        for one in slides
        if one.estimated_focus_score is not None and one.signed_focus_score is not None
    ]
    estimated, signed = [one for one, _ in both], [one for _, one in both]
    low, high = limits_of_agreement(estimated, signed) or (None, None)
    return AgreementOut(
        slides=[ComparedOut.model_validate(one) for one in slides],
        pairs=len(both),
        mean_difference=mean_difference(estimated, signed),
        low=low,
        high=high,
        icc=icc(estimated, signed),
    )
