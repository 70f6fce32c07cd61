"""Notebook 09, "Look-alikes": small birds that differ in the beak alone, its exercises and its figures."""
