"""What stands on the page of a derivation, before it is set as text, markdown or LaTeX."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from symbolic.claim import Claim
from symbolic.claims import claims_on
from symbolic.claims.trials import trials
from symbolic.derivation import Derivation
from symbolic.examination import POINTS, Outcome, Report
from symbolic.law import Law
from symbolic.statement import COUNT

FAILED = "FAILED"


@dataclass(frozen=True)
class PageEntry:
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
    steps: tuple[PageEntry, ...]
    law: sp.Basic
    readings: tuple[tuple[str, sp.Expr], ...]
    law_check: str
    instances: tuple[str, ...]
    claims: tuple[tuple[str, str], ...]
    standing: str

    @property
    def conclusion(self) -> str:
        """The standing as a sentence."""
        return f"This derivation {'' if self.standing == FAILED else 'is '}{self.standing}."


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
        readings=tuple(
            (label, part.xreplace(letters)) for label, part in _readings(derivation.law)
        ),
        law_check=_law_check(derivation, report),
        instances=tuple(map(str, derivation.instances)),
        claims=tuple(
            (
                f"{claim.source}, {claim.place}: {claim.statement.rstrip('.')}.",
                _verdict(claim, derivation.name),
            )
            for claim in claims_on(derivation.name, also=True)
        ),
        standing=standing(report),
    )


def _verdict(claim: Claim, derivation: str) -> str:
    """What became of a claim, by which derivation, if by another, and by which test."""
    by = "" if claim.derivation == derivation else f", by {claim.derivation}"
    tests = "; ".join(instance.verdict for instance in trials(claim))
    sentences = [claim.status + by + (f": {claim.correction}." if claim.correction else ".")]
    return " ".join([*sentences, *([f"Tested: {tests}."] if tests else [])])


def standing(report: Report) -> str:
    """What was found, in a few words: `proved`, or to how many digits it was checked."""
    if not report.passed:
        return FAILED
    return "proved" if report.proved else f"checked to {report.digits} digits"


def _entry(outcome: Outcome, letters: dict[sp.Symbol, sp.Symbol]) -> PageEntry:
    step = outcome.step
    return PageEntry(
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


def _readings(law: Law) -> list[tuple[str, sp.Expr]]:
    """Exponent, prefactor, floor and next correction of a power law."""
    if law.exponent is None or law.prefactor is None:
        return []
    found = [("exponent", law.exponent), ("prefactor", law.prefactor), ("floor", law.floor)]
    if law.correction:
        coefficient, power = law.correction
        found.append(("next correction, relative", coefficient * law.size**-power))
    return found


def _law_check(derivation: Derivation, report: Report) -> str:
    if report.law_problem:
        return f"FAILED {report.law_problem}"
    kind = derivation.law.kind
    limits = (
        ["exponent and prefactor confirmed by limits"]
        if kind == "power"
        else [f"{kind}: no power law, no exponent"]
    )
    if derivation.finite is not None:
        size = str(derivation.finite_size.subs(COUNT, sp.Symbol("400"))).replace("**", "^")
        agreed = f"the law agrees with the {derivation.finite_of} to {report.law_digits} digits"
        exact = derivation.finite == derivation.law.expression
        limits.append(
            "the law is exact" if exact else f"at {derivation.size.symbol} = {size} {agreed}"
        )
    return "; ".join(limits)
