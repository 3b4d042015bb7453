"""Use cases: verbs on rows that never commit."""
