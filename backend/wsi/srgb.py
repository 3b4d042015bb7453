"""A slide's pixels in the colours that its scanner states: its ICC profile, applied by littlecms.

Tiles are sent in their stored colours unless sRGB is asked for; analyses see stored colours only.
"""

from io import BytesIO
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

SRGB_REVISION = 1
"""Part of the address and tag of every tile in sRGB: whoever changes how colours are turned must raise it."""


class ToSrgb:
    """Turns the colours of one profile into sRGB, by the intent that the profile itself names. Safe in several threads.

    Raises:
        ImageCms.PyCMSError: where the profile is not one of RGB pixels.
    """

    def __init__(self, profile: ImageCms.ImageCmsProfile) -> None:
        intent = ImageCms.Intent(ImageCms.getDefaultIntent(profile))
        self._transform = ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), "RGB", "RGB", intent)

    @classmethod
    def of(cls, profile: bytes | None) -> Self | None:
        """Build it once for the profile of a slide; None where it has none, or none that can be used."""
        if not profile:
            return None
        try:
            return cls(ImageCms.getOpenProfile(BytesIO(profile)))
        except (ImageCms.PyCMSError, OSError, ValueError):
            return None

    def __call__(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return (height, width, 3) RGB in sRGB."""
        return np.asarray(self._transform.apply(Image.fromarray(rgb)))
