"""The room of notebook 14: what only it needs."""
