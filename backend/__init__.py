"""FocusScope: from a whole slide image of a labial salivary gland to a reviewed focus score."""

__version__ = "0.1.0"
