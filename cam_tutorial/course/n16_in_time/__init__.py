"""Notebook 16, "In time": its networks over clips, its exercises, its figures, and the clip that plays."""
