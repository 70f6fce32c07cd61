"""Notebook 16, "In time": its network over clips, its exercises, its figures, and the clip that plays."""
