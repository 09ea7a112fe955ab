"""How a derivation is checked: steps by algebra and in numbers, the law against exact losses."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

import mpmath as mp
import sympy as sp

from symbolic.algebra import DIGITS, Point, number, shown
from symbolic.statement import COUNT, Statement
from symbolic.steps import Step, StepFailed

FINITE = 30
"""Digits of the exact loss in that comparison."""

POINTS = 3
"""At how many random points each step is checked."""

SIMPLE = 3
"""At how many simple points the limits of a law are taken."""

VARIETY = 12
"""Among so many values of each parameter."""


@dataclass(frozen=True)
class Outcome:
    """What became of one step: proved or not, the digits it was checked to, or why it failed."""

    step: Step
    proved: bool
    digits: int
    failure: str | None

    @property
    def passed(self) -> bool:
        """Nowhere contradicted by numbers, and proved, or borne out to the digits it asks for."""
        needed = self.step.numeric
        borne_out = self.proved if needed is None else self.digits >= needed
        return borne_out and self.failure is None


@dataclass(frozen=True)
class Report:
    """What the examination of a derivation found.

    Attributes
    ----------
    outcomes : tuple of Outcome
        One for each step.
    law_problem : str or None
        Why the law does not hold.
    law_digits : int or None
        To how many digits the law agrees with the exact loss, at the largest size compared.
    concluded : bool
        Whether a step that algebra proves yields the law, or its leading term.
    """

    outcomes: tuple[Outcome, ...]
    law_problem: str | None
    law_digits: int | None
    concluded: bool

    @property
    def passed(self) -> bool:
        """Whether every step and the law hold."""
        return self.law_problem is None and all(outcome.passed for outcome in self.outcomes)

    @property
    def proved(self) -> bool:
        """Whether algebra proves every step, and the steps yield exponent and prefactor."""
        return self.passed and self.concluded and all(outcome.proved for outcome in self.outcomes)

    @property
    def digits(self) -> int:
        """To how many digits what is not proved was checked."""
        unproved = [outcome.digits for outcome in self.outcomes if not outcome.proved]
        if not self.concluded and self.law_digits is not None:
            unproved.append(self.law_digits)
        return min(unproved, default=DIGITS)


def examined(derivation: Statement, seed: int) -> Report:
    """Prove and check every step, confirm the law by limits, and compare it with exact losses."""
    rng = random.Random(f"{derivation.name} {seed}")  # noqa: S311
    outcomes = tuple(_outcome(derivation, step, rng) for step in derivation.steps)
    with mp.workdps(2 * DIGITS):
        problem, digits = law_against_exact(derivation, rng)
    return Report(outcomes, problem, digits, derivation.concluded)


def _outcome(derivation: Statement, step: Step, rng: random.Random) -> Outcome:
    full = derivation.in_full(step)
    digits, failure = DIGITS, None
    for _ in range(POINTS):
        try:
            digits = min(digits, full.digits(_point(derivation, full.symbols, rng)))
        except StepFailed as problem:
            digits, failure = 0, str(problem)
            break
    return Outcome(step, step.numeric is None and _proved(full), digits, failure)


@cache
def _proved(step: Step) -> bool:
    """Whether algebra proves the step; a lemma that several derivations share is proved once."""
    return step.prove()


def _point(derivation: Statement, symbols: set[sp.Symbol], rng: random.Random) -> Point:
    domains = {variable.symbol: variable.domain for variable in derivation.variables}
    return {symbol: domains[symbol].sample(rng) for symbol in sorted(symbols, key=str)}


def _simple_points(derivation: Statement) -> list[Point]:
    """Points of small fractions, where no two parameters are equal if their domains allow that."""
    simple = {v.symbol: v.domain.simple(VARIETY) for v in derivation.parameters}
    return [
        {
            symbol: values[(i + offset) % len(values)]
            for offset, (symbol, values) in enumerate(simple.items())
        }
        for i in range(SIMPLE)
    ]


def law_against_exact(derivation: Statement, rng: random.Random) -> tuple[str | None, int | None]:
    """What is wrong with the law, if anything; and to how many digits it is the exact loss.

    The distance between law and exact loss must fall as COUNT^-finite_order over three sizes.
    """
    law, size = derivation.law, derivation.size.symbol
    if not law.confirmed_by_limit(_simple_points(derivation)):
        return "exponent or prefactor of the law are not what limits give", None
    if derivation.finite is None:
        return None, None
    point = _point(derivation, derivation.finite.free_symbols - {size}, rng)
    order = number(sp.Integer(0) + derivation.finite_order, point)
    quotients = []
    for count in (100, 200, 400):
        near = sp.Float(number(derivation.finite_size, {**point, COUNT: sp.Integer(count)}), DIGITS)
        whole = sp.Integer(round(near)) if near < 10**9 else near
        at = {**point, size: whole if abs(near - whole) < 1e-20 else near}
        exact, approximate = (
            number(loss, at, FINITE) for loss in (derivation.finite, law.expression)
        )
        quotients.append(abs(exact - approximate) * mp.mpf(count) ** order)
    first, second, third = quotients
    if third > 1.5 * max(first, second) + mp.mpf(10) ** (5 - FINITE):
        return (
            f"at {shown(point)}: the distance from the exact loss, times "
            f"{size}^{derivation.finite_order}, grows: {mp.nstr(first, 6)}, "
            f"{mp.nstr(second, 6)}, {mp.nstr(third, 6)}"
        ), None
    relative = abs(exact - approximate) / abs(exact)
    return None, DIGITS if relative == 0 else int(-mp.log10(relative))
