"""The frames of a DICOM slide as the tiles that they are: JPEG or JPEG 2000, row by row, each in one listed piece."""

import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from backend.wsi.coded import CodedLevel, OpenFile
from backend.wsi.jpeg import head_of

_JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
_YCBCR = {"RGB": False, "YBR_FULL": True, "YBR_FULL_422": True}
_JPEG2000 = ("1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91")
_RGB = ("RGB", "YBR_ICT", "YBR_RCT")  # as JPEG 2000 has it: what the stream transforms it turns back itself
_PIXELS, _ITEM = b"\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff", b"\xfe\xff\x00\xe0"
_TAGS = [
    "SeriesInstanceUID", "ImageType", "Rows", "Columns", "TotalPixelMatrixColumns", "TotalPixelMatrixRows",
    "NumberOfFrames", "PhotometricInterpretation", "DimensionOrganizationType", "SamplesPerPixel", "BitsAllocated",
    "TotalPixelMatrixFocalPlanes", "NumberOfOpticalPaths",
]  # fmt: skip
_PROBES = 64


def dicom_levels(path: Path, sizes: tuple[tuple[int, int], ...]) -> list[CodedLevel] | None:
    """Return the levels of a series, whose (width, height) are these, or None where anything about one is in doubt."""
    from pydicom.errors import InvalidDicomError  # loaded where it is needed: few slides are DICOM

    instances = []
    for one in path.parent.iterdir():
        with suppress(InvalidDicomError, IsADirectoryError):
            instances.append((one, *_read(one)))
    series = next(dataset.SeriesInstanceUID for one, dataset, _ in instances if one == path)
    levels = []
    for size in sizes:
        found = [one for one in instances if _is_level(one[1], series, size)]
        if len(found) != 1 or not (level := _level(*found[0])):
            return None
        levels.append(level)
    return levels


def _read(path: Path) -> tuple[Any, int]:
    """Return what is said of an instance, and where its pixels begin."""
    from pydicom import dcmread

    with path.open("rb") as file:
        return dcmread(file, stop_before_pixels=True, specific_tags=_TAGS), file.tell()


def _is_level(dataset: Any, series: str, size: tuple[int, int]) -> bool:
    kind = list(dataset.get("ImageType") or ())
    whole = dataset.get("TotalPixelMatrixColumns"), dataset.get("TotalPixelMatrixRows")
    return dataset.get("SeriesInstanceUID") == series and whole == size and kind[2:3] == ["VOLUME"]


def _level(path: Path, said: Any, position: int) -> CodedLevel | None:
    size, tile = (said.TotalPixelMatrixColumns, said.TotalPixelMatrixRows), (said.Columns, said.Rows)
    count = -(-size[0] // tile[0]) * -(-size[1] // tile[1])
    syntax, colours = said.file_meta.TransferSyntaxUID, said.PhotometricInterpretation
    is_jpeg = syntax == _JPEG_BASELINE and colours in _YCBCR
    plain = (
        (is_jpeg or (syntax in _JPEG2000 and colours in _RGB))
        and (said.SamplesPerPixel, said.BitsAllocated, said.get("DimensionOrganizationType")) == (3, 8, "TILED_FULL")
        and int(said.NumberOfFrames) == count
        and {int(said.get("TotalPixelMatrixFocalPlanes") or 1), int(said.get("NumberOfOpticalPaths") or 1)} == {1}
    )
    if not plain:
        return None
    file = OpenFile(path)
    places = list(_places(file, position, count))
    if len(places) != count:
        return None
    offsets, lengths = zip(*places, strict=True)
    head = head_of(b"", ycbcr=_YCBCR[colours]) if is_jpeg else None
    return CodedLevel.of(file, size, tile, offsets, lengths, head)


def _places(file: OpenFile, position: int, count: int) -> Iterator[tuple[int, int]]:
    """Yield offset and length of each frame; nothing where they are not listed, or a frame is in several pieces."""
    begins = position + len(_PIXELS) + 8
    head = file.read(position, len(_PIXELS) + 8)
    if head != _PIXELS + _ITEM + struct.pack("<I", 4 * count):
        return
    listed = struct.unpack(f"<{count}I", file.read(begins, 4 * count))
    frames = [begins + 4 * count + offset + 8 for offset in listed]
    (last,) = struct.unpack("<I", file.read(frames[-1] - 4, 4))
    lengths = [after - 8 - at for at, after in zip(frames, [*frames[1:], frames[-1] + last + 8], strict=True)]
    for number in range(0, count, -(-count // _PROBES)):
        if file.read(frames[number] - 8, 8) != _ITEM + struct.pack("<I", lengths[number]):
            return
    yield from zip(frames, lengths, strict=True)
