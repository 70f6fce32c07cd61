"""Notebook 15, in words: what belongs to it alone."""
