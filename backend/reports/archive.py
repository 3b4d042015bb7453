"""Every format of one report in a zip, the same bytes whenever it is made."""

import hashlib
import io
import zipfile
from collections.abc import Mapping

from backend.core.findings import RESEARCH_USE_ONLY
from backend.reports.content import Report
from backend.reports.fhir import bundle
from backend.reports.geojson import write_geojson
from backend.reports.tables import lesions_csv, summary_csv
from backend.reports.wording import Language

_EPOCH = (1980, 1, 1, 0, 0, 0)


def archive(report: Report, pdfs: Mapping[Language, bytes]) -> bytes:
    """Put the PDFs, tables, outlines and FHIR bundle of a report together, with the SHA-256 of each."""
    files: dict[str, bytes] = {f"report-{language}.pdf": data for language, data in sorted(pdfs.items())}
    files |= {
        "lesions.csv": lesions_csv(report),
        "summary.csv": summary_csv(report),
        "annotations.geojson": write_geojson(report),
        "report.fhir.json": bundle(report, pdfs),
        "NOTICE.txt": f"{RESEARCH_USE_ONLY}\n".encode(),
    }
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    return _zip(files | {"SHA256SUMS": sums.encode()})


def _zip(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, data)
    return packed.getvalue()
