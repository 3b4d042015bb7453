"""The neural networks, their weights and their training; knows nothing of `backend`."""
