"""The FHIR bundle, validated with fhir.resources (its R4B models; those used here are the same in R4)."""

import json
from dataclasses import replace
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from backend.core.consensus import ConsensusFields
from backend.reports.content import Report, ReportedCase, SlideOfCase
from backend.reports.fhir import bundle
from tests.reports.samples import a_lesion, a_report, a_score, amended, preliminary


def resources(report: Report, **more: Any) -> dict[str, dict[str, Any]]:
    """Validate the bundle, and return its resources by type or, of observations, by code."""
    data = bundle(report, **more)
    Bundle.model_validate_json(data)
    found = [entry["resource"] for entry in json.loads(data)["entry"]]
    return {one["code"]["coding"][0]["code"] if one["resourceType"] == "Observation" else one["resourceType"]: one
            for one in found}  # fmt: skip


def component(observation: dict[str, Any], code: str) -> dict[str, Any]:
    (found,) = [one for one in observation["component"] if one["code"]["coding"][0]["code"] == code]
    return dict(found)


@pytest.mark.parametrize(
    ("report", "status"),
    [(preliminary(a_report()), "preliminary"), (a_report(), "final"), (amended(a_report()), "amended")],
)
def test_status_follows_the_signature(report: Report, status: str) -> None:
    found = resources(report)
    assert found["DiagnosticReport"]["status"] == found["focus_score_reviewed"]["status"] == status
    assert found["focus_score_predicted"]["status"] == "preliminary"
    assert ("issued" in found["DiagnosticReport"]) == (status != "preliminary")


def test_case_is_an_observation_of_its_own_and_final_once_all_that_count_are_signed() -> None:
    slides = (
        SlideOfCase("level 1", 3, 9.1, None, None, True), SlideOfCase("level 2", 2, 8.4, None, None, False),
        SlideOfCase("level 3", 4, 2.0, None, "damaged", False),
    )  # fmt: skip
    case = ReportedCase(a_score(5, 17.5, None), slides)
    found = resources(a_report(case=case))
    score = found["focus_score_case"]
    assert (score["status"], round(score["valueQuantity"]["value"], 2)) == ("preliminary", 1.14)
    assert [one["text"] for one in score["note"]] == [
        "Slide level 1: 3 foci in 9.1 mm2, signed", "Slide level 2: 2 foci in 8.4 mm2, not signed",
        "Slide level 3: left out: damaged",
    ]  # fmt: skip
    assert f"urn:uuid:{score['id']}" in [one["reference"] for one in found["DiagnosticReport"]["result"]]
    all_signed = replace(case, slides=(slides[0], replace(slides[1], signed=True), slides[2]))
    assert resources(a_report(case=all_signed))["focus_score_case"]["status"] == "final"


def test_report_has_the_loinc_code_of_a_pathology_synoptic_report() -> None:
    (code,) = resources(a_report())["DiagnosticReport"]["code"]["coding"]
    assert (code["system"], code["code"]) == ("http://loinc.org", "60568-3")


def test_focus_score_has_its_ucum_unit_and_components() -> None:
    report = a_report()
    score = resources(report)["focus_score_reviewed"]
    assert score["valueQuantity"]["value"] == report.reviewed.focus_score
    assert score["valueQuantity"]["code"] == "{foci}/(4.mm2)"
    assert component(score, "foci")["valueQuantity"]["code"] == "{#}"
    assert component(score, "glandular_area")["valueQuantity"]["code"] == "mm2"
    assert component(score, "area_fraction")["valueQuantity"]["code"] == "%"
    assert component(score, "area_fraction")["valueQuantity"]["value"] == pytest.approx(1.23)
    assert component(score, "meets_criterion")["valueBoolean"] is False


def test_undefined_score_says_why_and_is_never_0() -> None:
    score = resources(a_report(area=None))["focus_score_reviewed"]
    assert "valueQuantity" not in score
    assert score["dataAbsentReason"]["text"] == "The glandular area is unknown."
    assert score["dataAbsentReason"]["coding"][0]["code"] == "unknown"
    assert "dataAbsentReason" in component(score, "meets_criterion")


def test_unanswered_fields_are_absent_and_not_negative() -> None:
    fields = resources(a_report(fields=ConsensusFields(gc_like="absent")))["consensus_fields"]
    assert component(fields, "gc_like")["valueCodeableConcept"]["text"] == "absent"
    assert all("dataAbsentReason" in component(fields, name) for name in ("pattern", "confluent", "sections"))


def test_only_codes_that_were_verified_are_used() -> None:
    text = bundle(a_report()).decode()
    snomed = [one for one in json.loads(text)["entry"] if one["resource"]["resourceType"] == "Specimen"]
    assert snomed[0]["resource"]["collection"]["bodySite"]["coding"][0]["code"] == "385294005"
    assert text.count("http://snomed.info/sct") == text.count("http://loinc.org") == 1


def test_conclusion_names_the_criterion_and_never_a_diagnosis() -> None:
    report = resources(a_report())["DiagnosticReport"]
    assert report["conclusion"].startswith("Does not meet the histological criterion FS ≥ 1 on the reviewed foci.")
    assert "For Research Use Only" in report["conclusion"] and "conclusionCode" not in report


def test_provenance_names_the_signer_and_the_reason_of_an_amendment() -> None:
    provenance = resources(amended(a_report(), "A section was overlooked."))["Provenance"]
    assert provenance["agent"][0]["who"]["display"] == "Reader Two"
    assert provenance["reason"] == [{"text": "A section was overlooked."}]
    assert provenance["recorded"] == "2026-03-05T00:00:00.000+00:00"
    unsigned = resources(preliminary(a_report()))["Provenance"]
    assert [one["who"] for one in unsigned["agent"]] == [{"reference": provenance["agent"][1]["who"]["reference"]}]


def test_software_and_weights_are_named_with_their_hashes() -> None:
    versions = {one["value"] for one in resources(a_report())["Device"]["version"]}
    assert versions == {"0.1.0", "ab" * 32}


def test_every_reference_points_into_the_bundle() -> None:
    document = json.loads(bundle(a_report()))
    urls = {entry["fullUrl"] for entry in document["entry"]}
    assert set(_references(document)) <= urls and len(urls) == 7


def test_pdf_is_attached_where_there_is_one() -> None:
    (attached,) = resources(a_report(), pdfs={"zh": b"%PDF-"})["DiagnosticReport"]["presentedForm"]
    assert (attached["contentType"], attached["language"], attached["data"]) == ("application/pdf", "zh", "JVBERi0=")


def test_same_report_gives_the_same_bundle_however_it_is_commented() -> None:
    hostile = a_report(a_lesion(1), fields=ConsensusFields(comment='</script>"\n\u202e张伟', specimen="唇腺"))
    assert bundle(hostile) == bundle(hostile)
    assert resources(hostile)["consensus_fields"]["note"][0]["text"] == '</script>"\n\u202e张伟'


def _references(part: Any) -> list[str]:
    if isinstance(part, list):
        return [one for item in part for one in _references(item)]
    if not isinstance(part, dict):
        return []
    here = [part["reference"]] if "reference" in part else []
    return here + [one for item in part.values() for one in _references(item)]
