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
