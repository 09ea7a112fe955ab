"""A derivation as markdown, with its formulas in LaTeX between dollar signs."""

from __future__ import annotations

import re

import sympy as sp

from symbolic.pages.content import Page


def markdown_of(page: Page) -> str:
    """The page as a section of a document."""
    parts = [
        f"## {_prose(page.name)}",
        _prose(page.statement),
        f"Source: {_prose(page.source)}",
    ]
    if page.builds_on:
        parts.append(f"Builds on: {_prose(', '.join(page.builds_on))}")
    parts += ["### Assumptions", _bullets(map(_prose, page.assumptions)), "### Symbols"]
    symbols = [f"${sp.latex(symbol)}$: {_prose(meaning)}" for symbol, meaning in page.symbols]
    symbols += [f"${sp.latex(short)} = {sp.latex(full)}$" for short, full in page.abbreviations]
    parts += [_bullets(symbols), "### Steps"]
    for i, step in enumerate(page.steps, start=1):
        parts.append(f"**{i}.** {_prose(step.claim)}")
        parts += [f"$${sp.latex(formula)}$$" for formula in step.formulas]
        parts += [_prose(step.proviso)] if step.proviso else []
        parts.append(f"*{_prose(step.check)}*")
    parts += ["### Law", f"$${sp.latex(page.law)}$$"]
    parts.append(_bullets(f"{label}: ${sp.latex(part)}$" for label, part in page.readings))
    parts.append(_prose(page.law_check))
    parts.append(page.conclusion)
    if page.instances:
        parts += ["### With published numbers", _bullets(map(_prose, page.instances))]
    if page.claims:
        parts += ["### Claims that this bears on",
                  _bullets(f"{_prose(claim)} **{_prose(verdict)}**"
                           for claim, verdict in page.claims)]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _bullets(lines: object) -> str:
    return "\n".join(f"- {line}" for line in lines)  # type: ignore[attr-defined]


def _prose(text: str) -> str:
    """Characters that markdown would read as marks are escaped."""
    return re.sub(r"([\\`*_|<>\[\]#$])", r"\\\1", text)
