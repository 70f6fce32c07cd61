"""Notebook 18, "The family": its exercises, its figures, and the photographs that are glued in pairs."""
