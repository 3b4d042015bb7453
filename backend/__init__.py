"""FocusScope: from a whole slide image of a labial salivary gland to a reviewed focus score."""

import os
from importlib.metadata import version

__version__ = version("focusscope")
"""As `pyproject.toml` says, and with it the list of what the product is made of."""

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
"""PyTorch's threads wait for each other asleep, not in a loop, which beside other work takes most of the processor."""
