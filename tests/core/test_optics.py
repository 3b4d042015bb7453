import numpy as np

from backend.core.optics import optical_density, rgb_from_optical_density


def test_every_value_survives_the_round_trip_through_optical_density() -> None:
    rgb = np.arange(255, dtype=np.uint8).repeat(3).reshape(-1, 1, 3)
    assert np.array_equal(rgb_from_optical_density(optical_density(rgb)), rgb)


def test_white_has_no_density_and_more_stain_is_darker() -> None:
    assert optical_density(np.full((1, 1, 3), 255, np.uint8)).max() == 0
    shades = rgb_from_optical_density(np.linspace(0, 3, 20, dtype=np.float32)[:, None].repeat(3, 1))
    assert (np.diff(shades[:, 0].astype(int)) <= 0).all()
