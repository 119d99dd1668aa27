"""Imported by tests."""

ROWS = 16
COLUMNS = ROWS * 2
