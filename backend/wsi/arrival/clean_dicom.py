"""Copy the levels of a DICOM slide into new files of listed attributes: coded frames unchanged, identifiers drawn anew.

What is copied is named; instances that are no level (label, overview, thumbnail) and all other attributes stay behind.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from pydicom import Dataset, dcmread, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import (
    JPEG2000,
    UID,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    VLWholeSlideMicroscopyImageStorage,
    generate_uid,
)

from backend.core.errors import SlideUnreadable
from backend.wsi.arrival.coded import j2k_without_text, jpeg_without_text
from backend.wsi.arrival.icc import numeric_profile
from backend.wsi.arrival.modest import is_modest
from backend.wsi.arrival.tiff import CUT_SHORT
from backend.wsi.slide import Slide

Rewrite = Callable[[bytes], bytes | None]

_INTEGERS = (
    "InstanceNumber", "SamplesPerPixel", "PlanarConfiguration", "NumberOfFrames", "Rows", "Columns", "BitsAllocated",
    "BitsStored", "HighBit", "PixelRepresentation", "TotalPixelMatrixColumns", "TotalPixelMatrixRows",
)  # fmt: skip
_FRACTIONS = ("ImagedVolumeWidth", "ImagedVolumeHeight", "ImagedVolumeDepth", "ImageOrientationSlide")
_WORDS = {
    "PhotometricInterpretation": ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT"),
    "DimensionOrganizationType": ("TILED_FULL", "TILED_SPARSE"),
    "LossyImageCompression": ("00", "01"),
}
_IMAGE_TYPES = (("ORIGINAL", "DERIVED"), ("PRIMARY",), ("VOLUME",), ("NONE", "RESAMPLED"))
_ITEM, _END_OF_ITEMS = 0xE000FFFE, 0xE0DDFFFE
_UNDEFINED = 0xFFFFFFFF
_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"


class NotCopyable(Exception):
    """The frames cannot be kept as they are coded: the slide has to be drawn anew."""


def copy_dicom(slide: Slide, folder: Path) -> tuple[Path, list[str]]:
    """Write clean copies of the levels of an open DICOM slide into a folder; return one of them and what was left out.

    Raises:
        NotCopyable: where frames are coded, or laid out, as is not copied.
        SlideUnreadable: where a frame is damaged.
    """
    instances = _instances(slide.path)
    levels = [path for path, dataset in instances if _is_level(dataset)]
    if not levels:
        raise NotCopyable
    uids = {name: generate_uid() for name in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")}
    keywords: set[str] = set()
    for number, path in enumerate(levels, 1):
        keywords |= _copy(path, folder / f"{number:04}.dcm", uids)
    removed = [f"attribute {one}" if one else "private attributes" for one in sorted(keywords)]
    if others := len(instances) - len(levels):
        removed.insert(0, f"{others} images that are no level of the slide (label, overview, thumbnail)")
    return folder / "0001.dcm", removed


def _instances(path: Path) -> list[tuple[Path, Dataset]]:
    """Return the instances of a file's series that lie beside it, with what tells them apart."""
    found = []
    for one in sorted(path.parent.iterdir()):
        with suppress(InvalidDicomError, IsADirectoryError):
            tags = ["SeriesInstanceUID", "ImageType", "SOPClassUID"]
            found.append((one, dcmread(one, specific_tags=tags, stop_before_pixels=True)))
    series = next(dataset.get("SeriesInstanceUID") for one, dataset in found if one == path)
    return [(one, dataset) for one, dataset in found if dataset.get("SeriesInstanceUID") == series]


def _is_level(dataset: Dataset) -> bool:
    kind = list(dataset.get("ImageType") or ())
    return len(kind) == len(_IMAGE_TYPES) and all(one in of for one, of in zip(kind, _IMAGE_TYPES, strict=True))


def _copy(path: Path, target: Path, uids: dict[str, UID]) -> set[str]:
    """Copy one level; return the keywords of the attributes that were left out, and "" for private ones."""
    with path.open("rb") as source, target.open("wb") as out:
        old = dcmread(source, stop_before_pixels=True)
        syntax = old.file_meta.TransferSyntaxUID
        new = _clean(old)
        for name, uid in uids.items():
            setattr(new, name, uid)
        dcmwrite(out, new, enforce_file_format=True)
        if syntax == ExplicitVRLittleEndian:
            _copy_plain(source, out, new)
        else:
            _copy_frames(source, out, new, _rewriting(syntax))
    return {"" if element.tag.is_private else element.keyword for element in old if element.tag not in new}


def _clean(old: Dataset) -> Dataset:
    if old.get("SOPClassUID") != VLWholeSlideMicroscopyImageStorage or "ConcatenationUID" in old:
        raise NotCopyable
    if int(old.get("TotalPixelMatrixFocalPlanes", 1)) > 1 or int(old.get("NumberOfOpticalPaths", 1)) > 1:
        raise NotCopyable
    new = Dataset()
    new.file_meta = FileMetaDataset()
    new.file_meta.TransferSyntaxUID = old.file_meta.TransferSyntaxUID
    new.SOPClassUID, new.SOPInstanceUID, new.Modality = VLWholeSlideMicroscopyImageStorage, generate_uid(), "SM"
    new.ImageType, new.PatientIdentityRemoved = list(old.ImageType), "YES"
    _take_numbers(old, new, _INTEGERS, int)
    _take_numbers(old, new, _FRACTIONS, _fraction)
    for keyword, words in _WORDS.items():
        if (word := old.get(keyword)) is not None:
            if word not in words:
                raise NotCopyable
            setattr(new, keyword, word)
    if "NumberOfFrames" not in new or new.get("BitsAllocated") != 8 or new.get("SamplesPerPixel") != 3:
        raise NotCopyable
    new.SharedFunctionalGroupsSequence = [_measures(one) for one in old.get("SharedFunctionalGroupsSequence") or ()]
    if places := [_place(one) for one in old.get("PerFrameFunctionalGroupsSequence") or ()]:
        new.PerFrameFunctionalGroupsSequence = places
    if paths := [_optical_path(one) for one in old.get("OpticalPathSequence") or ()]:
        new.OpticalPathSequence = paths
    return new


def _take_numbers(old: Dataset, new: Dataset, keywords: Sequence[str], number: Callable[[Any], int | float]) -> Dataset:
    """Take attributes as numbers, so that nothing else can be in them."""
    for keyword in keywords:
        value = old.get(keyword)
        if value is None or value == "":
            continue
        try:
            several = [number(one) for one in value] if hasattr(value, "__iter__") else number(value)
        except (TypeError, ValueError) as error:
            raise NotCopyable from error
        setattr(new, keyword, several)
    return new


def _fraction(value: object) -> float:
    return float(f"{float(str(value)):.8g}")


def _measures(old: Dataset) -> Dataset:
    new = Dataset()
    if measures := [
        _take_numbers(one, Dataset(), ("PixelSpacing", "SliceThickness"), _fraction)
        for one in old.get("PixelMeasuresSequence") or ()
    ]:
        new.PixelMeasuresSequence = measures
    return new


def _place(old: Dataset) -> Dataset:
    new, keywords = Dataset(), ("ColumnPositionInTotalImagePixelMatrix", "RowPositionInTotalImagePixelMatrix")
    if places := [_take_numbers(one, Dataset(), keywords, int) for one in old.get("PlanePositionSlideSequence") or ()]:
        new.PlanePositionSlideSequence = places
    return new


def _optical_path(old: Dataset) -> Dataset:
    new = _take_numbers(old, Dataset(), ("ObjectiveLensPower",), _fraction)
    if profile := numeric_profile(bytes(old.get("ICCProfile") or b"")):
        new.ICCProfile = profile + bytes(len(profile) % 2)
    return new


def _rewriting(syntax: UID) -> Rewrite:
    if syntax == JPEGBaseline8Bit:
        return lambda data: jpeg_without_text(data) if data.startswith(_SOI) and _EOI in data else None
    if syntax in (JPEG2000, JPEG2000Lossless):
        return j2k_without_text
    raise NotCopyable


def _copy_plain(source: BinaryIO, out: BinaryIO, new: Dataset) -> None:
    """Copy frames that are not coded: as many bytes as the pixels have."""
    length = new.NumberOfFrames * new.Rows * new.Columns * new.SamplesPerPixel
    head = source.read(12)
    if head[:4] != b"\xe0\x7f\x10\x00" or int.from_bytes(head[8:], "little") < length:
        raise SlideUnreadable(CUT_SHORT)
    out.write(head[:8] + struct.pack("<I", length + length % 2))
    for at in range(0, length, 2**22):
        part = source.read(min(2**22, length - at))
        if len(part) < min(2**22, length - at):
            raise SlideUnreadable(CUT_SHORT)
        out.write(part)
    out.write(bytes(length % 2))


def _copy_frames(source: BinaryIO, out: BinaryIO, new: Dataset, rewrite: Rewrite) -> None:
    """Copy coded frames, each of one fragment, and say before them where they begin."""
    count = int(new.NumberOfFrames)
    head = source.read(12)
    if head[:4] != b"\xe0\x7f\x10\x00" or head[8:] != b"\xff\xff\xff\xff":
        raise SlideUnreadable(CUT_SHORT)
    out.write(head[:4] + b"OB\0\0" + struct.pack("<III", _UNDEFINED, _ITEM, 4 * count))
    table = out.tell()
    out.write(bytes(4 * count))
    offsets, position = [], 0
    for number, fragment in enumerate(_fragments(source)):
        if number == 0:
            continue  # the old table
        data = rewrite(fragment)
        if data is None:
            raise SlideUnreadable(f"The file is damaged: frame {number} does not decode. Please copy it again.")
        if not is_modest(data, new.Rows * new.Columns):
            raise NotCopyable
        data += bytes(len(data) % 2)
        offsets.append(position)
        out.write(struct.pack("<II", _ITEM, len(data)) + data)
        position += 8 + len(data)
    if len(offsets) != count or position > _UNDEFINED:
        raise NotCopyable
    out.write(struct.pack("<II", _END_OF_ITEMS, 0))
    out.seek(table)
    out.write(struct.pack(f"<{count}I", *offsets))


def _fragments(source: BinaryIO) -> Iterator[bytes]:
    while len(head := source.read(8)) == 8:
        tag, length = struct.unpack("<II", head)
        if tag == _END_OF_ITEMS:
            return
        data = source.read(length) if tag == _ITEM and length < 2**30 else b""
        if tag != _ITEM or len(data) != length:
            break
        yield data
    raise SlideUnreadable(CUT_SHORT)
