"""FocusScope: from a whole slide image of a labial salivary gland to a reviewed focus score."""

import os

__version__ = "0.1.0"

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
"""PyTorch's threads wait for each other asleep, not in a loop, which beside other work takes most of the processor."""
