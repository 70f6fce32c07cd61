"""The command `cam-tutorial explain`: which photos, where the results go, and the run over all of them."""
