"""The record of a derivation: assumptions, steps, law; and how all of it is checked."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import mpmath as mp
import sympy as sp

from symbolic.algebra import DIGITS, number, shown
from symbolic.domain import Domain
from symbolic.law import Law, exact_number
from symbolic.sources import SOURCES
from symbolic.steps import Step, StepFailed

COUNT = sp.Symbol("n", positive=True)
"""What grows while a law is compared with the exact loss."""

FINITE = 30
"""Digits of the exact loss in that comparison."""

POINTS = 4
"""At how many random points each step is checked."""


@dataclass(frozen=True)
class Variable:
    """A symbol of a derivation.

    Attributes
    ----------
    symbol : sympy symbol
        Named as the field of the toy, if it is one of its parameters.
    domain : Domain
        The values for which the derivation holds.
    meaning : str
        What it stands for.
    letter : str
        How it is written in formulas, where its name is too long for that.
    """

    symbol: sp.Symbol
    domain: Domain
    meaning: str
    letter: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one step: proved or not, the digits it was checked to, or why it failed."""

    step: Step
    proved: bool
    digits: int
    failure: str | None

    @property
    def passed(self) -> bool:
        """Proved by algebra, and nowhere contradicted by numbers."""
        return self.proved and self.failure is None


@dataclass(frozen=True)
class Report:
    """What `Derivation.check` found."""

    outcomes: tuple[Outcome, ...]
    law_problem: str | None
    law_digits: int | None

    @property
    def passed(self) -> bool:
        """Whether every step and the law hold."""
        return self.law_problem is None and all(outcome.passed for outcome in self.outcomes)


@dataclass(frozen=True)
class Derivation:
    """One derivation of one scaling law.

    Building it checks its structure alone; `check` proves and checks its steps.

    Attributes
    ----------
    name : str
        `<file>.<function>`, the link that toys and claims use.
    statement : str
        What is derived, in one sentence.
    source : str
        Key of the source whose argument this settles, a comma, and the place in it.
    assumptions : tuple of str
        What must hold, in words.
    size : Variable
        The size axis, named as the toy's field.
    parameters : tuple of Variable
        The other parameters of the law, named as the toy's fields.
    auxiliary : tuple of Variable
        Symbols that occur in steps only.
    steps : tuple of Step
        The argument, one idea a step.
    law : Law
        What comes out.
    finite : sympy expression or None
        The loss at a finite size, exactly, where it is known.
    finite_size : sympy expression in COUNT and the parameters
        The law is compared with `finite` at the sizes where COUNT is 100, 200 and 400.
    finite_order : int or sympy expression in the parameters
        The two differ by O(COUNT^-finite_order).
    finite_everywhere : bool
        Whether `finite` holds at every size, and not only at large ones or on a ladder of them.
    abbreviations : mapping of sympy symbol to expression
        Short names for expressions that recur in the steps; each may use those after it.
    """

    name: str
    statement: str
    source: str
    assumptions: tuple[str, ...]
    size: Variable
    parameters: tuple[Variable, ...]
    auxiliary: tuple[Variable, ...]
    steps: tuple[Step, ...]
    law: Law
    finite: sp.Expr | None = None
    finite_size: sp.Expr = COUNT
    finite_order: sp.Expr | int = 3
    finite_everywhere: bool = True
    abbreviations: Mapping[sp.Symbol, sp.Expr] = field(default_factory=dict)

    def __post_init__(self) -> None:
        key = self.source.partition(",")[0]
        if key not in SOURCES:
            raise ValueError(f"{self.name}: unknown source {key!r}; known: {', '.join(SOURCES)}")
        if self.law.size != self.size.symbol:
            raise ValueError(f"{self.name}: the law's size is {self.law.size}, not {self.size}")
        if not self.steps:
            raise ValueError(f"{self.name}: a derivation needs steps")
        sides = [
            side for step in self.steps for relation in step.relations for side in relation.args
        ]
        if self.finite is None and self.law.expression not in sides:
            raise ValueError(f"{self.name}: neither a step nor an exact loss yields the law")
        known = {variable.symbol for variable in self.variables}
        for step in self.steps:
            stray = self._in_full(step).symbols - known
            if stray:
                raise ValueError(f"{self.name}: {step.claim!r} uses {stray} without a domain")
        public = {self.size.symbol, *(variable.symbol for variable in self.parameters)}
        stray = self.law.expression.free_symbols - public
        if stray:
            raise ValueError(f"{self.name}: the law depends on {stray}, which is no parameter")

    @property
    def variables(self) -> tuple[Variable, ...]:
        """All symbols: the size, the parameters, the auxiliary ones."""
        return (self.size, *self.parameters, *self.auxiliary)

    def outside(self, parameters: Mapping[str, Any]) -> str | None:
        """The first parameter that lies outside the domain of the derivation, in words, or None."""
        for variable in self.parameters:
            name = variable.symbol.name
            if name in parameters and not variable.domain.contains(exact_number(parameters[name])):
                return f"{name} = {parameters[name]} is outside {variable.domain.text(name)}"
        return None

    def finite_at(self, parameters: Mapping[str, Any], digits: int = 30) -> mp.mpf | None:
        """The exact loss for numbers given by name, to `digits` digits; None if it is not known."""
        if self.finite is None or not self.finite_everywhere:
            return None
        point = {
            symbol: exact_number(parameters[symbol.name]) for symbol in self.finite.free_symbols
        }
        return number(self.finite, point, digits)

    def check(self, seed: int = 0) -> Report:
        """Prove every step by algebra, check it in numbers, and compare the law with `finite`.

        Parameters
        ----------
        seed : int
            Seed of the admissible points.

        Returns
        -------
        Report
            One outcome a step; nothing is raised for a step that fails.
        """
        rng = random.Random(f"{self.name} {seed}")  # noqa: S311
        outcomes = tuple(self._outcome(step, rng) for step in self.steps)
        with mp.workdps(2 * DIGITS):
            return Report(outcomes, *self._check_law(rng))

    def _in_full(self, step: Step) -> Step:
        """The step without abbreviations."""
        for short, full in self.abbreviations.items():
            step = step.subs(short, full)
        return step

    def _outcome(self, step: Step, rng: random.Random) -> Outcome:
        full = self._in_full(step)
        digits = DIGITS
        for _ in range(POINTS):
            try:
                digits = min(digits, full.digits(self._point(full.symbols, rng)))
            except StepFailed as failure:
                return Outcome(step, full.prove(), 0, str(failure))
        return Outcome(step, full.prove(), digits, None)

    def _point(self, symbols: set[sp.Symbol], rng: random.Random) -> dict[sp.Symbol, sp.Rational]:
        domains = {variable.symbol: variable.domain for variable in self.variables}
        return {symbol: domains[symbol].sample(rng) for symbol in sorted(symbols, key=str)}

    def _check_law(self, rng: random.Random) -> tuple[str | None, int | None]:
        """The law's own reading, and its distance from `finite` at two sizes."""
        if not self.law.confirmed_by_limit():
            return "exponent or prefactor of the law are not what limits give", None
        if self.finite is None:
            return None, None
        point = self._point(self.finite.free_symbols - {self.size.symbol}, rng)
        order = number(sp.Integer(0) + self.finite_order, point)
        quotients = []
        for count in (100, 200, 400):
            size = number(self.finite_size, {**point, COUNT: sp.Integer(count)})
            near = sp.Float(size, DIGITS)
            whole = sp.Integer(round(near)) if size < 10**9 else near
            at = {**point, self.size.symbol: whole if abs(near - whole) < 1e-20 else near}
            exact, law = (number(loss, at, FINITE) for loss in (self.finite, self.law.expression))
            quotients.append(abs(exact - law) * mp.mpf(count) ** order)
        first, second, third = quotients
        if third > 1.5 * max(first, second) + mp.mpf(10) ** (5 - FINITE):
            return (
                f"at {shown(point)}: the distance from the exact loss, times "
                f"{self.size.symbol}^{self.finite_order}, grows: {mp.nstr(first, 6)}, "
                f"{mp.nstr(second, 6)}, {mp.nstr(third, 6)}"
            ), None
        relative = abs(exact - law) / abs(exact)
        return None, DIGITS if relative == 0 else int(-mp.log10(relative))
