"""How results are printed: as wide as the terminal, and coloured on one only."""

from __future__ import annotations

import shutil
import sys
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

NARROWEST, WIDEST = 60, 200
"""Below, words would have to be cut; above, the eye loses the line."""

PIPED = 100
"""The width where the output is no terminal and the variable COLUMNS is not set."""


def width() -> int:
    """Columns to print in: those of the terminal, or of the variable COLUMNS."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((PIPED, 24)).columns))


def on_stdout() -> Console:
    """A console for results: coloured on a terminal only, never with NO_COLOR, and that wide."""
    from rich.console import Console

    return Console(file=sys.stdout, width=width(), highlight=False, markup=False, emoji=False)


def wrapped(text: str, lead: str = "") -> list[str]:
    """Lines that are no wider than the terminal, broken between words.

    Parameters
    ----------
    text : str
        One paragraph.
    lead : str
        Stands before the first line; the others are indented as far.

    Returns
    -------
    list of str
    """
    return textwrap.wrap(
        text, width(), initial_indent=lead, subsequent_indent=" " * len(lead),
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
