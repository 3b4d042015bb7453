"""The neural networks, their weights and their training; knows nothing of `backend`."""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
"""As in `backend`: threads that wait leave the processor to others."""
