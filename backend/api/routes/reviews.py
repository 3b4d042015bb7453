"""A clinician's verdicts on the lesions of an analysis."""

from fastapi import APIRouter

from backend.api.dependencies import AnalysisDep, CurrentUser, SessionDep
from backend.api.present import review_out
from backend.api.schemas.reviews import DecisionIn, ReviewOut
from backend.services import reviews

router = APIRouter(prefix="/analyses/{analysis_id}/review", tags=["reviews"])


@router.get("")
def get_review(session: SessionDep, analysis: AnalysisDep) -> ReviewOut:
    """Return the review so far, with the scores that follow from it."""
    return review_out(reviews.standing(session, analysis=analysis))


@router.post("/decisions", status_code=201)
def decide(decision: DecisionIn, session: SessionDep, analysis: AnalysisDep, user: CurrentUser) -> ReviewOut:
    """Append a verdict on one lesion and return the review that follows."""
    reviews.decide(
        session,
        analysis=analysis,
        lesion_id=decision.lesion_id,
        verdict=decision.verdict,
        counts_as_focus=decision.counts_as_focus,
        by=user,
    )
    return review_out(reviews.standing(session, analysis=analysis))
