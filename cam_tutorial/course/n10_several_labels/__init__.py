"""Notebook 10, "Several labels": its exercises, its figures, and the scenes that it measures on."""
