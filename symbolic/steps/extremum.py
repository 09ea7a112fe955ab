"""Steps that compare: a bound on a domain, and a minimum."""

from __future__ import annotations

from dataclasses import dataclass

import mpmath as mp
import sympy as sp

from symbolic.algebra import DIGITS, Point, nonnegative, number, shown, vanishes
from symbolic.steps.base import Step, StepFailed

NEARBY = (sp.Rational(1, 1000), sp.Rational(1, 50))
"""Relative distances at which a minimum is compared with its neighbours."""


@dataclass(frozen=True)
class Bound(Step):
    """lower <= upper on a domain that begins at variable = 0.

    The certificate: the difference and its derivatives below `order` are 0 at 0, and the one of
    that order is `slope`, which is >= 0 by the assumptions on its symbols. With a polynomial for
    one side this is a Taylor expansion with an explicit bound on its remainder.
    """

    lower: sp.Expr
    upper: sp.Expr
    variable: sp.Symbol
    slope: sp.Expr
    order: int = 1
    kind = "bound on a domain"
    inequality = True

    @property
    def relations(self) -> tuple[sp.Basic, ...]:
        return (sp.Le(self.lower, self.upper, evaluate=False),)

    @property
    def proviso(self) -> str:
        x = self.variable
        if self.order == 1:
            return f"equal at {x} = 0; right less left has the derivative {self.slope} >= 0"
        return (
            f"right less left is 0 at {x} = 0 with its first {self.order - 1} derivatives; "
            f"derivative {self.order} is {self.slope} >= 0"
        )

    @property
    def symbols(self) -> set[sp.Symbol]:
        return self.lower.free_symbols | self.upper.free_symbols

    def prove(self) -> bool:
        difference = self.upper - self.lower
        for _ in range(self.order):
            if not vanishes(difference.subs(self.variable, 0)):
                return False
            difference = sp.diff(difference, self.variable)
        return vanishes(difference - self.slope) and nonnegative(self.slope)

    def _digits(self, point: Point) -> int:
        difference = number(self.upper - self.lower, point)
        if difference < 0:
            raise StepFailed(f"at {shown(point)}: violated by {mp.nstr(-difference, 6)}")
        return DIGITS


@dataclass(frozen=True)
class Minimum(Step):
    """`function` of `variable` > 0 has a minimum at `place`.

    A local one; that there is no other is for the claim to say. The certificate: the derivative is
    0 there, and the second derivative is `curvature`, which is no 0 and >= 0 by the assumptions on
    its symbols.
    """

    function: sp.Expr
    variable: sp.Symbol
    place: sp.Expr
    curvature: sp.Expr
    kind = "minimum"
    inequality = True

    @property
    def relations(self) -> tuple[sp.Basic, ...]:
        return (
            sp.Eq(sp.Derivative(self.function, self.variable), 0, evaluate=False),
            sp.Eq(self.variable, self.place, evaluate=False),
        )

    @property
    def proviso(self) -> str:
        return f"a minimum: the second derivative there is {self.curvature} >= 0"

    @property
    def symbols(self) -> set[sp.Symbol]:
        return (self.function.free_symbols | self.place.free_symbols) - {self.variable}

    def prove(self) -> bool:
        slope = sp.diff(self.function, self.variable)
        bend = sp.diff(slope, self.variable)
        return (
            vanishes(slope.subs(self.variable, self.place))
            and vanishes(bend.subs(self.variable, self.place) - self.curvature)
            and self.curvature != 0
            and nonnegative(self.curvature)
        )

    def _digits(self, point: Point) -> int:
        """Lower than its neighbours on either side; and stationary, to the digits given."""
        at = self.place
        least = number(self.function.subs(self.variable, at), point)
        for distance in NEARBY:
            for factor in (1 - distance, 1 + distance):
                if number(self.function.subs(self.variable, at * factor), point) < least:
                    raise StepFailed(f"at {shown(point)}: lower at {factor} times {self.variable}")
        slope = sp.diff(self.function, self.variable)
        stationary = abs(number((slope * self.variable).subs(self.variable, at), point))
        if stationary > abs(least) * mp.mpf(10) ** (5 - DIGITS):
            raise StepFailed(f"at {shown(point)}: the slope is {mp.nstr(stationary, 6)}, not 0")
        return DIGITS - 5
