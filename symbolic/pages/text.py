"""A derivation as text that can be followed on paper."""

from __future__ import annotations

import textwrap

import sympy as sp

from symbolic.pages.content import Page

WIDTH = 96

_SIGNS = {sp.Eq: "=", sp.Le: "≤"}


def text_of(page: Page) -> str:
    """The page with its formulas drawn in characters."""
    lines = [page.name, "=" * len(page.name), *_wrapped(page.statement), ""]
    lines.append(f"Source: {page.source}")
    if page.builds_on:
        lines += _wrapped(", ".join(page.builds_on), "Builds on: ")
    lines += ["", "Assumptions"]
    for assumption in page.assumptions:
        lines += _wrapped(assumption, "  - ")
    lines += ["", "Symbols"]
    lines += [f"  {symbol.name:6} {meaning}" for symbol, meaning in page.symbols]
    for short, full in page.abbreviations:
        lines += [f"  {short.name:6} short for {full}"]
    for i, step in enumerate(page.steps, start=1):
        lines += ["", *_wrapped(step.claim, f"{i}. ")]
        for formula in step.formulas:
            lines += _drawn_relation(formula)
        lines += _wrapped(step.proviso, "   ") if step.proviso else []
        lines += _wrapped(f"[{step.check}]", "   ")
    lines += ["", "Law", *_drawn_relation(page.law)]
    for label, part in page.readings:
        lines += _wrapped(f"{label}: {str(part).replace('**', '^')}", "   ")
    lines += _wrapped(page.law_check, "   ")
    lines += ["", page.conclusion]
    if page.instances:
        lines += ["", "With published numbers"]
    for sentence in page.instances:
        lines += _wrapped(sentence, "  - ")
    if page.claims:
        lines += ["", "Claims that this bears on"]
    for claim, verdict in page.claims:
        lines += [*_wrapped(claim, "  - "), *_wrapped(verdict, "      ")]
    return "\n".join(lines) + "\n"


def _wrapped(text: str, lead: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead), break_on_hyphens=False
    )


def _drawn(expression: sp.Basic) -> list[str]:
    return sp.pretty(expression, use_unicode=True, wrap_line=False).splitlines()


def _drawn_relation(relation: sp.Basic) -> list[str]:
    """A relation drawn on paper; one too wide for a line is drawn term by term."""
    drawn = _drawn(relation)
    if max(map(len, drawn)) > WIDTH:
        drawn = []
        for sign, side in (("", relation.args[0]), (_SIGNS[relation.func], relation.args[1])):
            terms = side.as_ordered_terms()
            for i, term in enumerate(terms):
                lines = _drawn(term)
                middle = len(lines) // 2
                lead = (sign if i == 0 else "+").ljust(2)
                drawn += [f"{lead if j == middle else '  '}{line}" for j, line in enumerate(lines)]
    return ["", *(f"      {line}".rstrip() for line in drawn), ""]
