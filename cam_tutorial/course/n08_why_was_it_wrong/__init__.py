"""Notebook 08, "Why was it wrong?": its exercises, its figures, and the scenes that are hard to get right."""
