"""Leaf layer: settings, errors, geometry, findings and the arithmetic of the focus score."""
