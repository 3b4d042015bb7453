"""Everything of a report in one file."""

import hashlib
import io
import zipfile

from backend.reports.archive import archive
from tests.reports.samples import a_report


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        assert found.testzip() is None
        return {one: found.read(one) for one in found.namelist()}


def test_archive_holds_every_format_under_names_that_do_not_change() -> None:
    assert sorted(unpacked(archive(a_report(), {"zh": b"%PDF-zh", "en": b"%PDF-en"}))) == [
        "NOTICE.txt", "SHA256SUMS", "annotations.geojson", "lesions.csv", "report-en.pdf", "report-zh.pdf",
        "report.fhir.json", "summary.csv",
    ]  # fmt: skip


def test_sums_are_those_of_the_files() -> None:
    files = unpacked(archive(a_report(), {"en": b"%PDF-en"}))
    lines = [line.split("  ") for line in files.pop("SHA256SUMS").decode().splitlines()]
    sums = {name: digest for digest, name in lines}
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def test_same_report_gives_the_same_archive_in_whatever_order_its_pdfs_come() -> None:
    one = archive(a_report(), {"zh": b"%PDF-zh", "en": b"%PDF-en"})
    assert one == archive(a_report(), {"en": b"%PDF-en", "zh": b"%PDF-zh"})
