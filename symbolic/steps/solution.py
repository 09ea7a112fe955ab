"""A step that says what solves an equation, a recurrence or a differential equation."""

from __future__ import annotations

from dataclasses import dataclass

import mpmath as mp
import sympy as sp

from symbolic.algebra import DIGITS, Point, number, shown, vanishes
from symbolic.steps.base import Step, StepFailed


@dataclass(frozen=True)
class Solution(Step):
    """`solution`, put for the unknown function, satisfies residual = 0."""

    residual: sp.Expr
    unknown: sp.Expr
    solution: sp.Expr
    kind = "solution of an equation"

    @property
    def relations(self) -> tuple[sp.Basic, ...]:
        return (
            sp.Eq(self.residual, 0, evaluate=False),
            sp.Eq(self.unknown, self.solution, evaluate=False),
        )

    @property
    def symbols(self) -> set[sp.Symbol]:
        return self.solution.free_symbols

    def _substituted(self) -> sp.Expr:
        variable = self.unknown.args[0]
        function = sp.Lambda(variable, self.solution)
        return self.residual.replace(self.unknown.func, function).doit()

    def prove(self) -> bool:
        return vanishes(self._substituted())

    def _digits(self, point: Point) -> int:
        left = number(self._substituted(), point)
        scale = abs(number(self.solution, point)) + mp.mpf(10) ** -DIGITS
        if abs(left) > scale * mp.mpf(10) ** (5 - DIGITS):
            raise StepFailed(f"at {shown(point)}: the residual is {mp.nstr(left, 6)}, not 0")
        return DIGITS - 5
