"""Sign a review with the pages of its report, and read back what was signed."""

from sqlalchemy.orm import Session

from backend.api.report import case_of, pdfs_of, report_of
from backend.api.schemas.reviews import ChangeOut, SignedVersionOut
from backend.db.base import utc_now
from backend.db.tables import Analysis, Signature
from backend.reports.content import Report
from backend.reports.content import Signature as Signed
from backend.reports.difference import changes_between
from backend.reports.frozen import freeze, hash_of, thaw
from backend.reports.sections import Sections
from backend.reports.wording import LANGUAGES, Language
from backend.services import signing
from backend.services.blinding import Reader
from backend.services.reviews import Standing
from backend.storage import Storage
from backend.wsi.handles import Handles


def frozen_report(session: Session, standing: Standing, reader: Reader) -> tuple[signing.Frozen, Report]:
    """Return the review as its next version will say it, with what changed since the version before."""
    before = signed_report(standing.signatures[-1]) if standing.signatures else None
    number = len(standing.signatures) + 1
    signed = Signed(number, reader.user.display_name, utc_now(), signing.reason_of(standing))
    case = case_of(session, standing, reader, signing=True)
    changes = changes_between(before, report_of(standing, case)) if before else ()
    content, report = freeze(report_of(standing, case, signed, changes))
    return signing.Frozen(content, report.content_sha256, signed.signed_at), report


def pages_of(report: Report, analysis: Analysis, storage: Storage, handles: Handles) -> dict[str, bytes]:
    """Return the pages in every language, by the name that they are kept under."""
    made = pdfs_of(report, storage, handles, analysis.slide.entry)
    return {page_name(one): data for one, data in made.items()}


def page_name(language: Language) -> str:
    """Name the PDF of a signed version in a language."""
    return f"report-{language}.pdf"


def stored_pages(signature: Signature, analysis: Analysis, storage: Storage) -> dict[Language, bytes]:
    """Return the pages of a signed version as they were signed, each checked against its hash."""
    files = signing.stored(signature, analysis, storage)
    return {one: files[page_name(one)] for one in LANGUAGES}


def signed_report(signature: Signature) -> Report:
    """Return the report of a signed version, from what was frozen.

    Raises:
        SignedFileAltered: where that is not what was signed.
    """
    if hash_of(signature.content) != signature.content_sha256:
        raise signing.SignedFileAltered(signature.version)
    return thaw(signature.content)


def version_out(signature: Signature, language: Language) -> SignedVersionOut:
    """Show a signed version with what changed since the one before, in words."""
    columns = {name: getattr(signature, name) for name in SignedVersionOut.model_fields if hasattr(signature, name)}
    rows = Sections(signed_report(signature), language).changes()
    changes = [ChangeOut(what=what, before=before, after=after) for what, before, after in rows]
    return SignedVersionOut(**columns | {"signed_by": signature.signed_by.display_name, "changes": changes})
