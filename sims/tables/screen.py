"""An exponent table for a terminal: as wide as it is, a group for each toy, row by row."""

from __future__ import annotations

import io
import textwrap
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from rich.console import Console
from rich.text import Text

from sims.tables import cells
from sims.tables.row import Row, Verdict
from sims.tables.setting import Described, Told, claims_of, groups, told_apart
from sims.terminal import width

COLOURS: dict[Verdict, str] = {
    "agrees": "green",
    "agrees in window": "cyan",
    "not a power law": "blue",
    "inconclusive": "yellow",
    "underived": "yellow",
    "disagrees": "bold red",
}

MEANINGS: dict[Verdict, str] = {
    "agrees": "derived is within 3 standard errors of observed, and the power law fits",
    "agrees in window": "the simulation matches the exact finite-size curve in these sizes, and "
    "that curve (or, without one and without noise, the simulation) reaches the derived exponent "
    "at larger sizes",
    "not a power law": "the derived law is no power law, the simulation follows it, and a power "
    "law does not fit",
    "inconclusive": "the error is too large (over 0.02), or the fit is in doubt",
    "disagrees": "none of the other verdicts holds",
    "underived": "there is no derivation",
}

OBSERVED, EXACT, VERDICT = 13, 9, 12
"""Least widths of columns whose content is not known before."""

GAP = 2


class Screen:
    """Prints rows as they come, in columns whose widths are settled before the first.

    Parameters
    ----------
    settings : sequence of Setting or Row
        Of all rows, in their order.
    console : rich console
        Where they are printed.
    """

    def __init__(self, settings: Sequence[Described], console: Console) -> None:
        self._settings, self._console = settings, console
        self._firsts: dict[int, tuple[list[Described], Told]] = {}
        self._varies: list[str] = []
        for group in groups(settings):
            rows = [settings[i] for i in group]
            told = told_apart(rows)
            self._firsts[group[0]] = rows, told
            self._varies += told.rows
        derived = max((len(cells.derived(setting.derived)) for setting in settings), default=0)
        self._widths = [0, OBSERVED, EXACT, max(derived, len("derived")), VERDICT]
        rest = console.width - sum(self._widths) - GAP * len(self._widths)
        longest = max((len(text) for text in self._varies), default=0)
        self._widths[0] = max(min(rest, longest), len("what varies"))
        spare = rest - self._widths[0]
        self._widths[-1] += max(0, min(spare, len("agrees in window") - VERDICT))

    def _header(self) -> None:
        names = ("what varies", "observed", "exact", "derived", "verdict")
        self._print([Text(name, "bold") for name in names])

    def show(self, place: int, row: Row) -> None:
        """Print the row at a place; before the first of a group its heading."""
        if place == 0:
            self._header()
        if place in self._firsts:
            self._heading(*self._firsts[place])
        self._print([
            Text(self._varies[place]),
            Text(cells.observed(row)),
            Text(cells.exact(row), "dim"),
            Text(cells.derived(row.derived)),
            Text(row.verdict, COLOURS[row.verdict]),
        ])  # fmt: skip

    def _heading(self, rows: Sequence[Described], told: Told) -> None:
        first = rows[0]
        title = f"{first.toy} over {first.axis} ({first.unit})"
        if len({row.quantity for row in rows}) == 1:
            title += f": {first.quantity}"
        self._console.print()
        for i, part in enumerate(self._folded(title, "")):
            text = Text(part)
            if i == 0:
                text.stylize("bold", 0, len(first.toy))
            self._console.print(text)
        if told.common:
            self._note("all with", told.common)
        if told.unless_said:
            self._note("unless stated:", told.unless_said)
        claimed = claims_of(rows)
        if claimed:
            self._note("claimed:", "; ".join(claimed))

    def _note(self, word: str, text: str) -> None:
        for part in self._folded(f"{word} {text}", "  "):
            self._console.print(Text(part, "dim"))

    def _folded(self, text: str, indent: str) -> list[str]:
        return textwrap.wrap(
            text, self._console.width, initial_indent=indent, subsequent_indent="    ",
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip

    def _print(self, texts: Sequence[Text]) -> None:
        """Print one row: cells that are too long go on in the next line, between words."""
        columns = [
            [Text(part, text.style) for part in _wrapped(text.plain, wide)]
            for text, wide in zip(texts, self._widths, strict=True)
        ]
        for parts in zip_longest(*columns, fillvalue=Text("")):
            line = Text("")
            for part, wide in zip(parts, self._widths, strict=True):
                line.append(" " * GAP)
                line.append_text(part)
                line.append(" " * (wide - len(part)))
            line.rstrip()
            self._console.print(line)

    def closing(self, rows: Sequence[Row]) -> None:
        """Print how often each verdict fell, what those words mean, and who the sources are."""
        self._console.print()
        counts = Counter(row.verdict for row in rows)
        count = Text(f"{len(rows)} rows: " if len(rows) != 1 else "1 row: ", "bold")
        for i, (word, number) in enumerate(counts.most_common()):
            count.append(", " if i else "", "not bold")
            count.append(f"{number} {word}", COLOURS[word])
        self._console.print(count)
        brackets = any(row.observed.standard_error is not None for row in rows)
        exponent = "the exponent a of a power law c size^-a that is fitted to the simulation"
        if brackets:
            exponent += "; in brackets the standard error of its last digits"
        terms: dict[str, str] = {
            "observed": exponent,
            "exact": "the same fit to the exact curve at the same sizes",
            **{str(word): meaning for word, meaning in MEANINGS.items() if word in counts},
        }
        if any(cells.observed(row) == cells.REJECTED for row in rows):
            terms[cells.REJECTED] = "the data reject the power law, so no exponent is printed"
        if any(row.verdict == "not a power law" for row in rows):
            terms[cells.NONE] = "no exponent is printed where the law is no power law"
        references = {
            claim.source: claim.reference
            for row in rows
            for claim in row.claimed
            if claim.value is not None
        }
        self._terms(terms)
        self._terms(dict(sorted(references.items())))

    def _terms(self, terms: dict[str, str]) -> None:
        if not terms:
            return
        indent = max(len(term) for term in terms) + 2
        for term, meaning in terms.items():
            for i, part in enumerate(_wrapped(meaning, self._console.width - indent)):
                lead = term if i == 0 else ""
                self._console.print(Text(f"{lead:{indent}}{part}", "dim"))


def _wrapped(text: str, columns: int) -> list[str]:
    """Lines no longer than that, broken between words; a longer word stays whole."""
    lines = textwrap.wrap(text, columns, break_long_words=False, break_on_hyphens=False)
    return lines or [""]


def text(rows: Sequence[Row], columns: int | None = None) -> str:
    """The whole table as plain text, as wide as the terminal or as is said."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=columns or width(),
        color_system=None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    screen = Screen(rows, console)
    for place, row in enumerate(rows):
        screen.show(place, row)
    screen.closing(rows)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())
