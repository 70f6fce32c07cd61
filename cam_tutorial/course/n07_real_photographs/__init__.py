"""The room of notebook 07: photographs and their truth, a small vision transformer, exercises, figures."""
