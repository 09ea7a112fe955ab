"""The list of toys, for a terminal: a heading for each family, a line or two for each toy."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from rich.text import Text

from sims.terminal import on_stdout
from toys.folders import Entry, Family

OTHERS = Family("Other toys", "Installed by other distributions.")


def printed(toys: Sequence[Entry], families: Mapping[str, Family]) -> None:
    """Print the toys under the headings of their families, on stdout.

    Parameters
    ----------
    toys : sequence of Entry
        The toys.
    families : mapping of str to Family
        Their families, in the order in which they are printed.
    """
    console = on_stdout()
    indent = max((len(toy.name) for toy in toys), default=0) + 4
    for name, family in {**families, "": OTHERS}.items():
        members = [toy for toy in toys if toy.family == name]
        if not members:
            continue
        console.print(Text.assemble((name or "others", "bold"), f"  {family.title}"))
        for part in textwrap.wrap(family.question, console.width - 2):
            console.print(Text(f"  {part}", "dim"))
        for toy in members:
            axes = ", ".join(f"{axis} ({unit})" for axis, unit in toy.axes.items())
            lines = textwrap.wrap(
                f"{toy.summary} [{axes}]", console.width - indent,
                break_long_words=False, break_on_hyphens=False,
            )  # fmt: skip
            for i, line in enumerate(lines):
                console.print(Text(f"  {toy.name if i == 0 else '':{indent - 2}}{line}"))
        console.print()
