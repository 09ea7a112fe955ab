"""A derivation as text that can be followed on paper."""

from __future__ import annotations

import textwrap

import sympy as sp

from symbolic.claims import claims_on
from symbolic.derivation import Derivation
from symbolic.examination import COUNT, POINTS, Outcome, Report
from symbolic.steps import Step

WIDTH = 96

_SIGNS = {sp.Eq: "=", sp.Le: "≤"}


def derivation_text(derivation: Derivation, report: Report) -> str:
    """Assumptions, symbols, every step with its check, the law and the claims it decides."""
    letters = _letters(derivation)
    lines = [derivation.name, "=" * len(derivation.name), *_wrapped(derivation.statement), ""]
    lines.append(f"Source: {derivation.source}")
    lines += ["", "Assumptions"]
    for assumption in derivation.assumptions:
        lines += _wrapped(assumption, "  - ")
    lines += ["", "Symbols"]
    for variable in derivation.variables:
        name = variable.letter or variable.symbol.name
        lines.append(f"  {name:6} {variable.meaning}; {variable.domain.text(name)}")
    for short, full in reversed(list(derivation.abbreviations.items())):
        lines.append(f"  {short.name:6} short for {full}")
    for i, outcome in enumerate(report.outcomes, start=1):
        lines += ["", *_wrapped(outcome.step.claim, f"{i}. ")]
        lines += _formulas(outcome.step, letters)
        lines.append(f"   [{outcome.step.kind}: {_mark(outcome)}]")
    lines += ["", "Law", *_law(derivation, letters), *_law_check(derivation, report)]
    claims = claims_on(derivation.name)
    if claims:
        lines += ["", "Claims that this decides"]
    for claim in claims:
        lines += _wrapped(f"{claim.source}, {claim.place}: {claim.statement}.", "  - ")
        verdict = claim.status + (f": {claim.correction}." if claim.correction else ".")
        lines += _wrapped(verdict, "      ")
    return "\n".join(lines)


def _letters(derivation: Derivation) -> dict[sp.Symbol, sp.Symbol]:
    return {v.symbol: sp.Symbol(v.letter) for v in derivation.variables if v.letter}


def _wrapped(text: str, lead: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead), break_on_hyphens=False
    )


def _drawn(expression: sp.Basic) -> list[str]:
    return sp.pretty(expression, use_unicode=True, wrap_line=False).splitlines()


def _pretty(relation: sp.Basic, letters: dict[sp.Symbol, sp.Symbol]) -> list[str]:
    """A relation drawn on paper; one too wide for a line is drawn term by term."""
    relation = relation.xreplace(letters)
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


def _formulas(step: Step, letters: dict[sp.Symbol, sp.Symbol]) -> list[str]:
    lines = []
    for relation in step.relations:
        lines += _pretty(relation, letters)
    if step.proviso:
        lines.append(f"   {step.proviso}")
    return lines


def _mark(outcome: Outcome) -> str:
    if outcome.failure:
        return f"FAILED {outcome.failure}"
    checked = f"checked to {outcome.digits} digits"
    if outcome.step.inequality:
        checked = f"holds at {POINTS} points"
    if outcome.proved:
        return f"proved; {checked}"
    return checked if outcome.passed else f"NOT PROVED; {checked}"


def _law(derivation: Derivation, letters: dict[sp.Symbol, sp.Symbol]) -> list[str]:
    law = derivation.law
    lines = _pretty(sp.Eq(sp.Symbol("L"), law.expression, evaluate=False), letters)
    if law.exponent is None or law.prefactor is None:
        return [*lines, f"   {law.kind}: no power law, no exponent"]
    prefactor = law.prefactor.xreplace(letters)
    lines += _wrapped(f"exponent {law.exponent}, prefactor {prefactor}, floor {law.floor}", "   ")
    if law.correction:
        lines.append(f"   next correction: relative order {law.size}^-{law.correction[1]}")
    return lines


def _law_check(derivation: Derivation, report: Report) -> list[str]:
    if report.law_problem:
        return [f"   FAILED {report.law_problem}"]
    if derivation.finite is None:
        return ["   exponent and prefactor confirmed by limits"]
    size = str(derivation.finite_size.subs(COUNT, sp.Symbol("400"))).replace("**", "^")
    return _wrapped(
        f"exponent and prefactor confirmed by limits; at {derivation.size.symbol} = {size} the "
        f"law agrees with the exact loss to {report.law_digits} digits",
        "   ",
    )
