"""The counter returns densities, and its loss is least at the true one."""

import numpy as np
import torch

from models.losses import poisson_count
from models.registry import build


def test_counter_returns_no_negative_density_at_a_quarter_of_the_side() -> None:
    density = build("lymphocyte_counter", "small").eval()(torch.rand(2, 3, 64, 96))
    assert density.shape == (2, 1, 16, 24)
    assert (density >= 0).all()


def test_loss_is_least_at_the_true_density() -> None:
    counts = torch.tensor(np.random.default_rng(1).poisson(0.3, (2, 32, 32)))
    losses = [float(poisson_count(counts[:, None] * factor, counts)) for factor in (0.7, 0.9, 1.0, 1.1, 1.4)]
    assert min(losses) == losses[2]
