"""Notebook 17, "The note, audited": its claims, the marking of them, the authors' own files, its figures and exercises."""
