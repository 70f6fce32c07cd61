"""Notebook 17, "The note, audited": its claims and their marks, the authors' files, its figures and exercises."""
