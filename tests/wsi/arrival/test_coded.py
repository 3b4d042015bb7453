"""Text that coded tiles carry is gone from what is kept."""

import io
import struct

import numpy as np
import PIL.Image

from backend.wsi.arrival.coded import jpeg_without_text

PATIENT = b"DOE^JANE 1961"
COMMENT = b"\xff\xfe" + struct.pack(">H", 2 + len(PATIENT)) + PATIENT


def test_text_between_the_scans_of_a_progressive_jpeg_goes_and_the_pixels_stay() -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
    plain = io.BytesIO()
    PIL.Image.fromarray(pixels).save(plain, "JPEG", progressive=True)
    second = plain.getvalue().index(b"\xff\xda", plain.getvalue().index(b"\xff\xda") + 2)
    planted = plain.getvalue()[:second] + COMMENT + plain.getvalue()[second:-2] + COMMENT + b"\xff\xd9"

    kept = jpeg_without_text(planted)

    assert PATIENT not in kept and planted.count(PATIENT) == 2
    assert len(kept) == len(planted)
    assert PIL.Image.open(io.BytesIO(kept)).tobytes() == PIL.Image.open(plain).tobytes()
