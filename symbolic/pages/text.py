"""A derivation as text that can be followed on paper."""

from __future__ import annotations

import textwrap
from functools import partial

import sympy as sp

from symbolic.pages.content import Page

WIDTH = 96

INDENT = " " * 6
"""Before formulas."""

_SIGNS = {sp.Eq: "=", sp.Le: "≤"}


def text_of(page: Page, width: int = WIDTH) -> str:
    """The page with its formulas drawn in characters.

    Parameters
    ----------
    page : Page
        What stands on it.
    width : int
        Columns that a line may have.

    Returns
    -------
    str
    """
    wrapped = partial(_wrapped, width)
    lines = [page.name, "=" * len(page.name), *wrapped(page.statement), ""]
    lines += wrapped(page.source, "Source: ")
    if page.builds_on:
        lines += wrapped(", ".join(page.builds_on), "Builds on: ")
    lines += ["", "Assumptions"]
    for assumption in page.assumptions:
        lines += wrapped(assumption, "  - ")
    lines += ["", "Symbols"]
    for symbol, meaning in page.symbols:
        lines += wrapped(meaning, f"  {symbol.name:6} ")
    for short, full in page.abbreviations:
        lines += wrapped(f"short for {full}", f"  {short.name:6} ")
    for i, step in enumerate(page.steps, start=1):
        lines += ["", *wrapped(step.claim, f"{i}. ")]
        for formula in step.formulas:
            lines += _drawn_relation(formula, width)
        lines += wrapped(step.proviso, "   ") if step.proviso else []
        lines += wrapped(f"[{step.check}]", "   ")
    lines += ["", "Law", *_drawn_relation(page.law, width)]
    for label, part in page.readings:
        lines += wrapped(f"{label}: {str(part).replace('**', '^')}", "   ")
    lines += wrapped(page.law_check, "   ")
    lines += ["", *wrapped(page.conclusion)]
    if page.instances:
        lines += ["", "With published numbers"]
    for sentence in page.instances:
        lines += wrapped(sentence, "  - ")
    if page.claims:
        lines += ["", "Claims that this bears on"]
    for claim, verdict in page.claims:
        lines += [*wrapped(claim, "  - "), *wrapped(verdict, "      ")]
    return "\n".join(lines) + "\n"


def _wrapped(width: int, text: str, lead: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=lead, subsequent_indent=" " * len(lead),
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip


def _drawn(expression: sp.Basic) -> list[str]:
    return sp.pretty(expression, use_unicode=True, wrap_line=False).splitlines()


def _drawn_relation(relation: sp.Basic, width: int) -> list[str]:
    """A relation drawn on paper; one too wide for a line is drawn term by term."""
    room = width - len(INDENT)
    drawn = _drawn(relation)
    if max(map(len, drawn)) > room:
        drawn = []
        for sign, side in (("", relation.args[0]), (_SIGNS[relation.func], relation.args[1])):
            for i, term in enumerate(side.as_ordered_terms()):
                lead = (sign if i == 0 else "+").ljust(2)
                drawn += _drawn_term(term, lead, room)
    return ["", *(f"{INDENT}{line}".rstrip() for line in drawn), ""]


def _drawn_term(term: sp.Basic, lead: str, room: int) -> list[str]:
    """One term behind its sign; one too wide even by itself is written, not drawn."""
    lines = _drawn(term)
    if max(map(len, lines)) > room - len(lead):
        return _wrapped(room, str(term).replace("**", "^").replace("*", " * "), lead)
    middle = len(lines) // 2
    return [f"{lead if j == middle else '  '}{line}" for j, line in enumerate(lines)]
