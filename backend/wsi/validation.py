"""Decide whether a slide can be analysed; every refusal is one sentence."""

import cv2
import numpy as np

from backend.core.errors import SlideNotSuitable
from backend.core.optics import optical_density
from backend.wsi.slide import RGB, Slide

COARSEST_MPP = 1.1
"""Coarser than this a lymphocyte nucleus is under seven pixels across and cannot be told from others."""

_LEAST_SHARE = 0.25
"""Of what is stained, at least this share must be pink or purple; the rest may be pen, blood or pigment."""


def require_analysable(slide: Slide) -> None:
    """Refuse a slide on which no focus score can be computed.

    Raises:
        MppUnknown: where the pixel size is missing.
        SlideNotSuitable: where it is too coarse, or the slide is not stained with haematoxylin and eosin.
    """
    reason = why_not_haematoxylin_eosin(slide) or why_not_analysable(slide.required_mpp.mean)
    if reason:
        raise SlideNotSuitable(reason)


def why_not_analysable(mpp: float | None) -> str | None:
    """Say why a slide of this pixel size cannot be analysed, if it cannot; an unknown one is not judged here."""
    if mpp is not None and mpp > COARSEST_MPP:
        return (
            f"The slide is too coarse to analyse: {mpp:.3g} µm per pixel, where at most {COARSEST_MPP} are needed "
            "to tell lymphocytes apart."
        )
    return None


def why_not_haematoxylin_eosin(slide: Slide) -> str | None:
    """Say why a slide cannot be a bright-field H&E one, judged on its thumbnail."""
    thumbnail = slide.thumbnail(512)
    grey = cv2.cvtColor(thumbnail, cv2.COLOR_RGB2GRAY)
    if np.percentile(grey, 98) < 110:
        return "The slide is dark throughout, as fluorescence slides are: only bright-field H&E can be analysed."
    return _why_not_pink_and_blue(thumbnail)


def _why_not_pink_and_blue(thumbnail: RGB) -> str | None:
    """Haematoxylin and eosin both absorb green most; brown stains absorb blue, and blue or green ones red."""
    density = optical_density(thumbnail).reshape(-1, 3)
    tissue = density[(density.mean(axis=1) > 0.12) & (density.mean(axis=1) < 1.8)]
    if len(tissue) < 50:
        return None
    red, green, blue = tissue.T
    fits = (blue < 1.05 * green) & (red < 1.25 * green)
    if fits.mean() < _LEAST_SHARE:
        return "The slide does not look stained with haematoxylin and eosin: only H&E can be analysed."
    return None
