"""The small parts that FHIR resources are made of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from backend.reports.content import in_utc

Resource = dict[str, Any]

LOCAL_SYSTEM = "urn:uuid:9c1a132f-7500-4772-bd9b-aedfec4ebc9c"
"""Names the codes of this software, which are field names."""

_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_UCUM = "http://unitsofmeasure.org"


def coding(system: str, code: str, display: str | None = None) -> Resource:
    """Return a concept with one code."""
    return {"coding": [{"system": system, "code": code} | ({"display": display} if display else {})]}


def component(code: str, text: str) -> Resource:
    """Return a component with a code of our own; its value is to be added."""
    return {"code": local(code, text)}


def local(code: str, text: str) -> Resource:
    """Return a concept with a code of our own."""
    return coding(LOCAL_SYSTEM, code, text) | {"text": text}


def hl7(system: str, code: str) -> Resource:
    """Return a concept from one of HL7's own code systems."""
    return coding(f"{_TERMINOLOGY}/{system}", code)


def quantity(value: float | None, unit: str, code: str, reason: str | None = None) -> Resource:
    """Return a value with its UCUM code, or why there is none."""
    if value is None:
        return absent(reason)
    return {"valueQuantity": {"value": value, "unit": unit, "system": _UCUM, "code": code}}


def absent(reason: str | None) -> Resource:
    """Say that a value is unknown, and why."""
    return {"dataAbsentReason": hl7("data-absent-reason", "unknown") | ({"text": reason} if reason else {})}


def uuid_identifier(value: UUID) -> Resource:
    """Return an identifier for something that is known by its UUID."""
    return {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{value}"}


def instant(when: datetime) -> str:
    """Write a time in UTC as FHIR wants it."""
    return in_utc(when).isoformat(timespec="milliseconds")
