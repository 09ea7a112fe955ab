"""What stands on the page of a derivation, before it is set as text, markdown or LaTeX."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from symbolic.claims import claims_on
from symbolic.derivation import Derivation
from symbolic.examination import COUNT, POINTS, Outcome, Report
from symbolic.law import Law


@dataclass(frozen=True)
class Entry:
    """One step: its claim, its formulas, what must be added in words, and how it was checked."""

    claim: str
    formulas: tuple[sp.Basic, ...]
    proviso: str
    check: str


@dataclass(frozen=True)
class Page:
    """All that is said of a derivation, in the order in which it is said.

    Formulas are sympy relations with the letters of the paper; all else is plain prose.
    """

    name: str
    statement: str
    source: str
    builds_on: tuple[str, ...]
    assumptions: tuple[str, ...]
    symbols: tuple[tuple[sp.Symbol, str], ...]
    abbreviations: tuple[tuple[sp.Symbol, sp.Expr], ...]
    steps: tuple[Entry, ...]
    law: sp.Basic
    reading: tuple[str, ...]
    instances: tuple[str, ...]
    claims: tuple[tuple[str, str], ...]
    standing: str


def page_of(derivation: Derivation, report: Report) -> Page:
    """The page of a derivation and of what its examination found."""
    letters = {v.symbol: sp.Symbol(v.letter) for v in derivation.variables if v.letter}
    return Page(
        name=derivation.name,
        statement=derivation.statement,
        source=derivation.source,
        builds_on=derivation.uses,
        assumptions=derivation.assumptions,
        symbols=tuple(
            (sp.Symbol(name), f"{variable.meaning}; {variable.domain.text(name)}")
            for variable in derivation.variables
            for name in [variable.letter or variable.symbol.name]
        ),
        abbreviations=tuple(
            (short, full.xreplace(letters))
            for short, full in reversed(list(derivation.abbreviations.items()))
        ),
        steps=tuple(_entry(outcome, letters) for outcome in report.outcomes),
        law=sp.Eq(sp.Symbol("L"), derivation.law.expression.xreplace(letters), evaluate=False),
        reading=(*_reading(derivation.law, letters), _law_check(derivation, report)),
        instances=tuple(map(str, derivation.instances)),
        claims=tuple(
            (
                f"{claim.source}, {claim.place}: {claim.statement}.",
                claim.status + (f": {claim.correction}." if claim.correction else "."),
            )
            for claim in claims_on(derivation.name)
        ),
        standing=standing(report),
    )


def standing(report: Report) -> str:
    """What was found, in a few words: `proved`, or to how many digits it was checked."""
    if not report.passed:
        return "FAILED"
    return "proved" if report.proved else f"checked to {report.digits} digits"


def _entry(outcome: Outcome, letters: dict[sp.Symbol, sp.Symbol]) -> Entry:
    step = outcome.step
    return Entry(
        claim=step.claim,
        formulas=tuple(relation.xreplace(letters) for relation in step.relations),
        proviso=step.proviso.replace("**", "^"),
        check=f"{step.kind}: {_mark(outcome)}",
    )


def _mark(outcome: Outcome) -> str:
    if outcome.failure:
        return f"FAILED {outcome.failure}"
    checked = f"checked to {outcome.digits} digits"
    if outcome.step.inequality:
        checked = f"holds at {POINTS} points"
    if outcome.proved:
        return f"proved; {checked}"
    return f"{checked}, not proved" if outcome.passed else f"NOT PROVED; {checked}"


def _reading(law: Law, letters: dict[sp.Symbol, sp.Symbol]) -> list[str]:
    if law.exponent is None or law.prefactor is None:
        return [f"{law.kind}: no power law, no exponent"]
    exponent, prefactor, floor = (
        _plain(part.xreplace(letters)) for part in (law.exponent, law.prefactor, law.floor)
    )
    lines = [f"exponent {exponent}, prefactor {prefactor}, floor {floor}"]
    if law.correction:
        lines.append(f"next correction: relative order {law.size}^-({_plain(law.correction[1])})")
    return lines


def _plain(expression: sp.Expr) -> str:
    return str(expression).replace("**", "^")


def _law_check(derivation: Derivation, report: Report) -> str:
    if report.law_problem:
        return f"FAILED {report.law_problem}"
    power = derivation.law.kind == "power"
    limits = ["exponent and prefactor confirmed by limits"] if power else []
    if derivation.finite is not None:
        size = _plain(derivation.finite_size.subs(COUNT, sp.Symbol("400")))
        limits.append(
            f"at {derivation.size.symbol} = {size} the law agrees with the exact loss to "
            f"{report.law_digits} digits"
        )
    return "; ".join(limits) or "the law is that of the last steps"
