"""Has the name of a built-in module."""
