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

KEYWORD = 11
"""Columns of the keywords that begin the lines of a fit in words."""

PIPED = 100
"""The width where the output is no terminal and the variable COLUMNS is not set."""


def width() -> int:
    """Columns to print in: those of the terminal, or of the variable COLUMNS."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((PIPED, 24)).columns))


def on_stdout() -> Console:
    """A console for results: coloured on a terminal only, never with NO_COLOR, and that wide."""
    from rich.console import Console

    class Results(Console):
        def on_broken_pipe(self) -> None:
            """Leave it to the program: the reader of our output has gone, which is no failure."""
            raise BrokenPipeError

    return Results(file=sys.stdout, width=width(), highlight=False, markup=False, emoji=False)


def folded(text: str) -> str:
    """Lines of a keyword and what it says, none wider than the terminal.

    Parameters
    ----------
    text : str
        Lines that say something from column KEYWORD on.

    Returns
    -------
    str
    """
    lines = []
    for line in text.splitlines():
        lead, said = line[:KEYWORD], line[KEYWORD:]
        lines += wrapped(said, lead) if len(line) > width() else [line]
    return "\n".join(lines)


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
