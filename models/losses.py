"""What training minimises."""

import torch.nn.functional as F
from torch import Tensor


def bce_dice(logits: Tensor, target: Tensor, *, share: float = 0.5, smooth: float = 1.0) -> Tensor:
    """Mix binary cross-entropy and soft Dice loss, `share` of the first; `target` is 0 to 1, shaped like `logits`.

    Dice is taken over the whole batch: a patch without lesion would otherwise weigh as much as one full of it.
    """
    entropy = F.binary_cross_entropy_with_logits(logits, target)
    probability = logits.sigmoid()
    overlap = (probability * target).sum()
    dice = (2 * overlap + smooth) / (probability.sum() + target.sum() + smooth)
    return share * entropy + (1 - share) * (1 - dice)


def poisson_count(density: Tensor, counts: Tensor, *, scales: tuple[int, ...] = (1, 4, 16)) -> Tensor:
    """Poisson negative log-likelihood of `counts` (N, h, w) under `density` (N, 1, h, w), per counted cell.

    Averaged over squares of several sizes, in places of the map: small ones say where cells lie, large ones forgive a
    cell that is found beside its place, and both pull the sum to the true count.
    """
    expected, true = density[:, 0], counts.to(density.dtype)
    total = true.sum() + 1
    losses = []
    for scale in scales:
        area = scale * scale
        rate, seen = (F.avg_pool2d(one[:, None], scale) * area for one in (expected, true))
        losses.append((rate - seen * (rate + 1e-6).log()).sum() / total)
    return sum(losses[1:], losses[0]) / len(losses)
