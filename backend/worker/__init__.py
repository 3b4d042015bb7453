"""The process that inspects and analyses slides."""
