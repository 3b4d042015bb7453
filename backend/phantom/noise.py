"""Smooth periodic noise: the ragged edges and textures of everything in a phantom."""

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def smooth(rng: np.random.Generator, shape: tuple[int, int], wavelength_px: float) -> Floats:
    """Draw noise (rows, columns) of unit variance whose features are about `wavelength_px` wide; it wraps at the edges.

    Long wavelengths are drawn on a coarser grid and interpolated, so a large map costs no large transform.
    """
    step = max(1, int(wavelength_px / 8))
    rows, columns = (max(8, -(-n // step)) for n in shape)
    spectrum = np.fft.rfft2(rng.standard_normal((rows, columns)))
    fy, fx = np.fft.fftfreq(rows)[:, None], np.fft.rfftfreq(columns)[None]
    spectrum *= np.exp(-((np.hypot(fx, fy) * wavelength_px / step) ** 2))
    noise = np.fft.irfft2(spectrum, s=(rows, columns))
    noise = (noise / (noise.std() + 1e-9)).astype(np.float32)
    return noise if noise.shape == shape else np.asarray(cv2.resize(noise, shape[::-1], interpolation=cv2.INTER_CUBIC))


def fibres(rng: np.random.Generator, side_px: int, length_px: float, width_px: float) -> Floats:
    """Draw a periodic square of wavy, roughly parallel fibres, unit variance."""
    spectrum = np.fft.rfft2(rng.standard_normal((side_px, side_px)))
    fy, fx = np.fft.fftfreq(side_px)[:, None], np.fft.rfftfreq(side_px)[None]
    spectrum *= np.exp(-((fx * length_px) ** 2) - (fy * width_px) ** 2)
    straight = np.fft.irfft2(spectrum, s=(side_px, side_px)).astype(np.float32)
    rows, columns = np.mgrid[0:side_px, 0:side_px].astype(np.float32)
    shift = smooth(rng, (side_px, side_px), side_px / 6) * side_px / 24
    wavy = cv2.remap(straight, columns + shift, rows + shift, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return np.asarray(wavy / wavy.std(), np.float32)
