"""Notebook 14, "Never seen": its exercises, its figures, its network for pictures and captions, and its scenes."""
