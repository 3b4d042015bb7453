"""A report as a FHIR R4 bundle: a collection without a patient, its resources pointing at each other by urn:uuid.

The report itself is LOINC 60568-3, the place SNOMED 385294005; for focus scores and the fields of the consensus no code
is known, so theirs are local, with text. Conclusions are never coded: no score is a diagnosis.
"""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from backend.core.findings import RESEARCH_USE_ONLY
from backend.reports.content import Report, ReportedCase, ReportedScore
from backend.reports.fhir_parts import (
    LOCAL_SYSTEM,
    Resource,
    absent,
    coding,
    component,
    hl7,
    instant,
    local,
    quantity,
    uuid_identifier,
)
from backend.reports.sections import Sections
from backend.reports.tables import contribution_of
from backend.reports.wording import Language, words

_PER_4_MM2 = ("foci per 4 mm²", "{foci}/(4.mm2)")


def bundle(report: Report, pdfs: Mapping[Language, bytes] | None = None) -> bytes:
    """Write the report, its scores and fields, the software and the signature; PDFs are attached where given."""
    resources = [
        _diagnostic_report(report, pdfs or {}), _specimen(report), _device(report),
        _score(report, report.reviewed, "reviewed"), _score(report, report.predicted, "predicted"),
        *([_score(report, report.case.reviewed, "case") | _slides_of(report.case)] if report.case else []),
        _fields(report), _provenance(report),
    ]  # fmt: skip
    document = {
        "resourceType": "Bundle",
        "id": str(_id(report, "bundle")),
        "type": "collection",
        "timestamp": instant(_made_at(report)),
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _diagnostic_report(report: Report, pdfs: Mapping[Language, bytes]) -> Resource:
    said, headline = words("en"), Sections(report, "en").headline()
    issued = {"issued": instant(report.signature.signed_at)} if report.signature else {}
    attached = [
        {"contentType": "application/pdf", "language": language, "title": said["page"]["title"],
         "data": base64.b64encode(data).decode()} for language, data in sorted(pdfs.items())
    ]  # fmt: skip
    return {
        "resourceType": "DiagnosticReport",
        "id": str(_id(report, "report")),
        "identifier": [uuid_identifier(report.review_id)],
        "status": _status(report),
        "code": {
            **coding("http://loinc.org", "60568-3", "Pathology Synoptic report"), "text": said["page"]["title"],
        },
        "specimen": [_to(report, "specimen")],
        "result": [_to(report, which) for which in _observed(report)],
        "conclusion": f"{headline['criterion']} {headline['note']} {RESEARCH_USE_ONLY}",
    } | issued | ({"presentedForm": attached} if attached else {})  # fmt: skip


def _observed(report: Report) -> list[str]:
    return ["reviewed", "predicted", *(["case"] if report.case else []), "fields"]


def _specimen(report: Report) -> Resource:
    place = {
        "coding": [{"system": "http://snomed.info/sct", "code": "385294005", "display": "Salivary gland structure"}]
    }
    stated = report.fields.specimen
    return {
        "resourceType": "Specimen",
        "id": str(_id(report, "specimen")),
        "identifier": [{"value": report.slide.case or report.slide.name}],
        "collection": {"bodySite": place | ({"text": stated} if stated else {})},
        "note": [{"text": f"Slide {report.slide.name}, SHA-256 {report.slide.sha256}"}],
    }


def _device(report: Report) -> Resource:
    networks = [
        {"type": {"text": f"{one.name} ({one.preset}), SHA-256 of {one.weights}"}, "value": one.sha256}
        for one in report.networks
    ]
    name, _, version = report.software.partition(" ")
    software = [{"type": {"text": "software"}, "value": version}] if version else []
    return {
        "resourceType": "Device",
        "id": str(_id(report, "device")),
        "deviceName": [{"name": name, "type": "model-name"}],
        "version": [*software, *networks],
        "note": [{"text": RESEARCH_USE_ONLY}],
    }


def _score(report: Report, score: ReportedScore, which: str) -> Resource:
    reason = score.reason
    return _observation(report, which, f"Focus score, {which}") | {
        "device": _to(report, "device"),
        **quantity(score.focus_score, *_PER_4_MM2, reason),
        "component": [
            component("foci", "Number of foci") | quantity(score.foci, "foci", "{#}"),
            component("glandular_area", "Glandular area") | quantity(score.glandular_area_mm2, "mm²", "mm2", reason),
            component("area_fraction", "Σ focus area / glandular area")
            | quantity(None if score.area_fraction is None else score.area_fraction * 100, "%", "%", reason),
            component("focus_score_low", "Lower end of the exact 95 % Poisson interval")
            | quantity(score.low, *_PER_4_MM2, reason),
            component("focus_score_high", "Upper end of the exact 95 % Poisson interval")
            | quantity(score.high, *_PER_4_MM2, reason),
            component("meets_criterion", "Focus score of at least 1")
            | (absent(reason) if score.meets_criterion is None else {"valueBoolean": score.meets_criterion}),
        ],
    }


def _slides_of(case: ReportedCase) -> Resource:
    """Say of each slide of a case what it contributes, or why nothing; final once all that count are signed."""
    final = all(one.signed for one in case.slides if one.left_out is None)
    notes = [{"text": f"Slide {one.name}: {contribution_of(one)}"} for one in case.slides]
    return {"note": notes} | ({} if final else {"status": "preliminary"})


def _fields(report: Report) -> Resource:
    answers = report.fields.as_dict()
    comment = answers.pop("comment")
    observation = _observation(report, "fields", "Fields of the consensus, as the reader answered them")
    components = [component(name, words("en")["labels"][name]) | _answer(name, one) for name, one in answers.items()]
    return observation | {"component": components} | ({"note": [{"text": comment}]} if comment else {})


def _answer(name: str, answer: Any) -> Resource:
    if answer is None:
        return absent("Not stated.")
    if isinstance(answer, bool):
        return {"valueBoolean": answer}
    if isinstance(answer, int):
        return {"valueInteger": answer}
    if name in ("specimen", "tarpley"):
        return {"valueString": answer}
    said = words("en")["pattern" if name == "pattern" else "grade"]
    return {"valueCodeableConcept": coding(LOCAL_SYSTEM, answer) | {"text": said.get(answer, answer)}}


def _provenance(report: Report) -> Resource:
    """Say who stands for what: the software for the proposals, the signer, once there is one, for the review."""
    signature = report.signature
    software = {"type": hl7("provenance-participant-type", "assembler"), "who": _to(report, "device")}
    signer = [
        {"type": hl7("provenance-participant-type", "attester"), "who": {"display": signature.signed_by}}
    ] if signature else []  # fmt: skip
    activity = f"Signature of version {signature.version}" if signature else "Analysis and review, not signed"
    recorded = {
        "resourceType": "Provenance",
        "id": str(_id(report, "provenance")),
        "target": [_to(report, which) for which in ("report", "reviewed", "fields")],
        "recorded": instant(_made_at(report)),
        "activity": {"text": activity},
        "agent": [*signer, software],
        "entity": [
            {"role": "source", "what": {"display": f"Slide, SHA-256 {report.slide.sha256}"}},
            {"role": "source", "what": {"display": f"Content of the review, SHA-256 {report.content_sha256}"}},
            {"role": "source", "what": {"identifier": uuid_identifier(report.analysis_id), "display": "Analysis"}},
        ],
    }
    return recorded | ({"reason": [{"text": signature.reason}]} if signature and signature.reason else {})


def _observation(report: Report, which: str, text: str) -> Resource:
    return {
        "resourceType": "Observation",
        "id": str(_id(report, which)),
        "status": "preliminary" if which == "predicted" else _status(report),
        "code": local({"fields": "consensus_fields"}.get(which, f"focus_score_{which}"), text),
        "specimen": _to(report, "specimen"),
    }


def _status(report: Report) -> str:
    if report.signature is None:
        return "preliminary"
    return "final" if report.signature.version == 1 else "amended"


def _to(report: Report, which: str) -> Resource:
    return {"reference": f"urn:uuid:{_id(report, which)}"}


def _id(report: Report, which: str) -> UUID:
    return uuid5(report.review_id, f"fhir {which}")


def _made_at(report: Report) -> datetime:
    return report.signature.signed_at if report.signature else report.analysed_at
