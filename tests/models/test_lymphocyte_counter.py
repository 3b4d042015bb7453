"""The counter learns to count blobs that lie on each other, and its loss is least at the true density."""

import numpy as np
import pytest
import torch

from models.losses import poisson_count
from models.registry import build


def crowd(rng: np.random.Generator, count: int, side: int = 64) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw dark blobs on white, many overlapping, and count them on squares of 4 pixels."""
    picture, counts = np.full((side, side), 0.9, np.float32), np.zeros((side // 4, side // 4), np.uint8)
    y, x = np.mgrid[:side, :side]
    for cy, cx in rng.uniform(6, side - 6, (count, 2)):
        picture[np.hypot(y - cy, x - cx) < 4] *= 0.6
        counts[int(cy) // 4, int(cx) // 4] += 1
    return torch.from_numpy(picture).expand(3, -1, -1), torch.from_numpy(counts)


def test_counter_returns_no_negative_density_at_a_quarter_of_the_side() -> None:
    density = build("lymphocyte_counter", "small").eval()(torch.rand(2, 3, 64, 96))
    assert density.shape == (2, 1, 16, 24)
    assert (density >= 0).all()


def test_loss_is_least_at_the_true_density() -> None:
    counts = torch.tensor(np.random.default_rng(1).poisson(0.3, (2, 32, 32)))
    losses = [float(poisson_count(counts[:, None] * factor, counts)) for factor in (0.7, 0.9, 1.0, 1.1, 1.4)]
    assert min(losses) == losses[2]


def test_counter_learns_to_count_blobs_that_overlap() -> None:
    torch.manual_seed(1)
    rng = np.random.default_rng(2)
    network = build("lymphocyte_counter", "small")
    optimiser = torch.optim.AdamW(network.parameters(), lr=4e-3)
    for _ in range(120):
        pictures, counts = (torch.stack(one) for one in zip(*(crowd(rng, n) for n in (5, 20, 35, 50)), strict=True))
        optimiser.zero_grad()
        poisson_count(network(pictures), counts).backward()
        optimiser.step()
    pictures, counts = (torch.stack(one) for one in zip(*(crowd(rng, 40) for _ in range(8)), strict=True))
    with torch.no_grad():
        found = network.train()(pictures).sum((1, 2, 3)).mean()
    assert float(found) == pytest.approx(40, rel=0.15)
