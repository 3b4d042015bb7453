"""Lay an artefact over the colours of a region."""

import cv2
import numpy as np

from backend.phantom.artefacts import Artefact, ArtefactKind
from backend.phantom.textures import Floats


def soft(one: Artefact, box_um: tuple[float, float, float, float], mpp: float) -> Floats:
    """Return where the artefact lies, 0 to 1, with a soft edge; grains of pigment keep theirs."""
    mask = one.mask(box_um, mpp).astype(np.float32) / 255
    edge_um = 0.4 if one.kind is ArtefactKind.PIGMENT else 2.0
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), edge_um / mpp), np.float32)


def overlaid(rgb: Floats, one: Artefact, box_um: tuple[float, float, float, float], mpp: float) -> Floats:
    """Lay one artefact over the colours; folds were already drawn in stain."""
    if one.kind is ArtefactKind.FOLD:
        return rgb
    mask = soft(one, box_um, mpp)[..., None]
    if one.kind is ArtefactKind.BLUR:
        blurred, side = rgb, 2 * round(one.strength / mpp) + 1
        for _ in range(3):  # three boxes are nearly a Gaussian, whatever its width
            blurred = np.asarray(cv2.blur(blurred, (side, side)), np.float32)
        return np.asarray(rgb * (1 - mask) + blurred * mask, np.float32)
    if one.kind is ArtefactKind.BUBBLE:
        rim = cv2.GaussianBlur(mask, (0, 0), 6 / mpp)[..., None]
        dark = 4 * rim * (1 - rim)
        return np.asarray((rgb * (1 - 0.85 * mask) + 0.85 * mask * 238) * (1 - 0.55 * dark), np.float32)
    colour = np.array(one.colour, np.float32)
    return np.asarray(rgb * (1 - mask) + mask * colour * (0.55 + 0.45 * rgb / 255), np.float32)
