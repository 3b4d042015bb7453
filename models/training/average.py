"""A moving average of the weights, and of the running statistics of batch normalisation, over the steps of training.

The last steps' weights are noisy, and running statistics follow small batches badly; their average is neither.
"""

from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

Tensors = tuple[Tensor, ...] | list[Tensor]

DECAY = 0.99
"""The average looks back over about 100 steps."""


def averaged(network: nn.Module, decay: float = DECAY) -> AveragedModel:
    """Return a copy of a network that `update_parameters` moves towards it; `.module` is the network to use."""

    def move(average: Tensors, latest: Tensors, steps: Tensor | int) -> None:
        get_ema_multi_avg_fn(ramped(decay, int(steps)))(average, latest, steps)  # type: ignore[no-untyped-call]

    return AveragedModel(network, multi_avg_fn=move, use_buffers=True)


def ramped(decay: float, steps: int) -> float:
    """Return the decay after some steps: low at first, so that the untrained weights are soon forgotten."""
    return min(decay, (1 + steps) / (10 + steps))
