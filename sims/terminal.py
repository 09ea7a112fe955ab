"""How wide what is printed may be."""

from __future__ import annotations

import shutil

NARROWEST, WIDEST = 60, 200
"""Below, words would have to be cut; above, the eye loses the line."""

PIPED = 100
"""The width where the output is no terminal and the variable COLUMNS is not set."""


def width() -> int:
    """Columns to print in: those of the terminal, or of the variable COLUMNS."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((PIPED, 24)).columns))
