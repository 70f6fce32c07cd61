"""The room of notebook 00: its figures, and two photographs glued side by side."""
