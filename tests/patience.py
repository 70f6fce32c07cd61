"""How long a test waits for what should come: many times what a machine five times slower than usual needs.

Nothing is lost by waiting long: a test that passes never does, and one that hangs is still found out.
"""

PATIENCE = 600  # seconds, for a cell, a page, a kernel or a server to answer
