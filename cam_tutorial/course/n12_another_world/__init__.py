"""Notebook 12, "Another world": the scenes of its worlds, its figures and its exercises."""
