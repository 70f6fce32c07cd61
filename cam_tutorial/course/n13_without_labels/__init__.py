"""Notebook 13: what a network learns without labels, and where it looks."""
