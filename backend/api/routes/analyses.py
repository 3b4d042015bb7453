"""Start an analysis, follow it, cancel it, read what it found."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from backend.api.dependencies import (
    AnalysisDep,
    AnalysisToReadDep,
    ReaderDep,
    SessionDep,
    ShownAnalysisDep,
    ShownToExportDep,
    SlideDep,
    SlideToReadDep,
    noted,
)
from backend.api.present import analyses_out, findings_out
from backend.api.schemas.analyses import AnalysisOut
from backend.api.schemas.findings import FindingsOut
from backend.core.findings import lesions_as_geojson
from backend.services import analyses

router = APIRouter(tags=["analyses"])


@router.post("/slides/{slide_id}/analyses", status_code=201)
def start_analysis(session: SessionDep, slide: SlideToReadDep, reader: ReaderDep, urgent: bool = False) -> AnalysisOut:
    """Queue an analysis of the slide. Readers take turns; what is urgent goes before everything else."""
    queued = analyses.queue(session, slide=slide, by=reader.user, urgent=urgent)
    return analyses_out(session, [queued], reader)[0]


@router.get("/slides/{slide_id}/analyses", dependencies=[noted("slide.view")])
def list_analyses(session: SessionDep, slide: SlideDep, reader: ReaderDep) -> list[AnalysisOut]:
    """List the analyses of a slide, newest first."""
    return analyses_out(session, analyses.of_slide(session, slide=slide), reader)


@router.get("/analyses/{analysis_id}", dependencies=[noted("analysis.view")])
def get_analysis(session: SessionDep, analysis: AnalysisDep, reader: ReaderDep) -> AnalysisOut:
    """Return one analysis with its progress by stage."""
    return analyses_out(session, [analysis], reader)[0]


@router.post("/analyses/{analysis_id}/cancel")
def cancel_analysis(session: SessionDep, analysis: AnalysisToReadDep, reader: ReaderDep) -> AnalysisOut:
    """End an analysis at once; the worker that has it stops within seconds."""
    analyses.cancel(session, analysis=analysis, by=reader.user)
    return analyses_out(session, [analysis], reader)[0]


@router.get("/analyses/{analysis_id}/findings", dependencies=[noted("analysis.view")])
def get_findings(analysis: ShownAnalysisDep) -> FindingsOut:
    """Return all that the analysis found."""
    return findings_out(analysis)


@router.get(
    "/analyses/{analysis_id}/lesions.geojson",
    dependencies=[noted("analysis.export", each=True)],
    response_class=Response,
    responses={200: {"content": {"application/geo+json": {}}, "description": "Lesions as QuPath opens them."}},
)
def get_lesions_geojson(analysis: ShownToExportDep) -> Response:
    """Return the proposed lesions as a file for QuPath."""
    document = lesions_as_geojson(analyses.findings(analysis).lesions)
    disposition = {"Content-Disposition": f'attachment; filename="lesions-{analysis.id}.geojson"'}
    return JSONResponse(document, headers=disposition, media_type="application/geo+json")
