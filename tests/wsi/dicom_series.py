"""DICOM slides, written by hand: a file for each level, each frame a JPEG."""

from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pydicom
import simplejpeg
from numpy.typing import NDArray
from pydicom.uid import JPEGBaseline8Bit, VLWholeSlideMicroscopyImageStorage, generate_uid

Raster = NDArray[np.uint8]


def write_series(folder: Path, levels: list[Raster], *, side: int = 256, colours: str = "YBR_FULL_422") -> Path:
    """Write levels, finest first, in frames of `side` pixels; return the finest one's file."""
    shared = {name: generate_uid() for name in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")}
    folder.mkdir(exist_ok=True)
    for number, rgb in enumerate(levels):
        height, width = rgb.shape[:2]
        padded = np.pad(rgb, ((0, -height % side), (0, -width % side), (0, 0)), mode="edge")
        frames = [
            _coded(np.ascontiguousarray(padded[y : y + side, x : x + side]), colours)
            for y in range(0, height, side) for x in range(0, width, side)
        ]  # fmt: skip
        said: dict[str, Any] = {
            "SOPClassUID": VLWholeSlideMicroscopyImageStorage, "SOPInstanceUID": generate_uid(), "Modality": "SM",
            "ImageType": ["DERIVED", "PRIMARY", "VOLUME", "RESAMPLED" if number else "NONE"], "SamplesPerPixel": 3,
            "PlanarConfiguration": 0, "BitsAllocated": 8, "BitsStored": 8, "HighBit": 7, "PixelRepresentation": 0,
            "PhotometricInterpretation": colours, "NumberOfFrames": len(frames), "Rows": side, "Columns": side,
            "TotalPixelMatrixColumns": width, "TotalPixelMatrixRows": height, "TotalPixelMatrixFocalPlanes": 1,
            "DimensionOrganizationType": "TILED_FULL", "PixelData": pydicom.encaps.encapsulate(frames),
            "ImagedVolumeWidth": levels[0].shape[1] / 2000, "ImagedVolumeHeight": levels[0].shape[0] / 2000,
        }  # fmt: skip
        dataset, measures, groups = pydicom.Dataset(), pydicom.Dataset(), pydicom.Dataset()
        for keyword, value in (shared | said).items():
            setattr(dataset, keyword, value)
        measures.PixelSpacing = [0.0005 * levels[0].shape[0] / height, 0.0005 * levels[0].shape[1] / width]
        groups.PixelMeasuresSequence, dataset.SharedFunctionalGroupsSequence = [measures], [groups]
        dataset.file_meta = pydicom.dataset.FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
        dataset["PixelData"].VR = "OB"
        pydicom.dcmwrite(folder / f"{number}.dcm", dataset, enforce_file_format=True)
    return folder / "0.dcm"


def _coded(rgb: Raster, colours: str) -> bytes:
    if colours == "RGB":
        return bytes(imagecodecs.jpeg8_encode(rgb, level=90, colorspace="RGB", outcolorspace="RGB"))
    return bytes(simplejpeg.encode_jpeg(rgb, 90, colorsubsampling="422"))
