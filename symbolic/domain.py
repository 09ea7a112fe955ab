"""The values a symbol may take, and seeded points among them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TypeAlias

import sympy as sp

Number: TypeAlias = sp.Expr | int

SHARES = 1009
"""A prime: points are at odd places, where nothing cancels by accident."""

SIMPLE = [
    sp.Rational(p, q) for q in (1, 2, 3, 4, 5, 10, 100) for p in range(1, 13) if sp.gcd(p, q) == 1
]
"""Numbers that are easy to calculate with, the easiest first."""


@dataclass(frozen=True)
class Domain:
    """An interval of real numbers, or of integers; the ends are excluded unless closed.

    Attributes
    ----------
    lower, upper : sympy number
        The ends; `upper` may be infinite.
    integers : bool
        Whether only integers are meant; then both ends belong to the domain.
    closed_lower : bool
        Whether `lower` itself belongs to the domain.
    usual : pair of sympy numbers or None
        Points are sampled between these only: beyond, asymptotics begin too late to be checked.
    """

    lower: sp.Expr
    upper: sp.Expr
    integers: bool = False
    closed_lower: bool = False
    usual: tuple[sp.Expr, sp.Expr] | None = None

    def contains(self, value: sp.Expr) -> bool:
        """Whether the number lies in the domain."""
        if self.integers:
            return bool(value.is_integer and self.lower <= value <= self.upper)
        above = self.lower <= value if self.closed_lower else self.lower < value
        return bool(above and value < self.upper)

    def sample(self, rng: random.Random) -> sp.Rational:
        """A random admissible point."""
        return self.place(rng.randint(1, SHARES - 1), rng.randint(-2, 2))

    def place(self, share: int, decade: int = 0) -> sp.Rational:
        """An admissible point: `share` of SHARES on the way from the lower end to the upper one.

        Where there is no upper end the way is 10^decade long.
        """
        part = sp.Rational(share, SHARES)
        if self.integers:
            last = sp.Integer(10**4) if self.upper is sp.oo else self.upper
            first, last = self.usual or (self.lower, last)
            return first + sp.floor(part * (last - first + 1))
        if self.usual:
            return self.usual[0] + part * (self.usual[1] - self.usual[0])
        if self.upper is sp.oo:
            return self.lower + part * sp.Integer(10) ** decade
        return self.lower + part * (self.upper - self.lower)

    def simple(self, count: int) -> list[sp.Expr]:
        """Up to `count` numbers of the domain that are easy to calculate with."""
        lower, upper = self.usual or (self.lower, self.upper)
        inside = [x for x in SIMPLE if lower < x < upper and self.contains(x)]
        inside += [x for x in (lower, upper) if x.is_finite and self.contains(x)]
        return list(dict.fromkeys(inside))[:count]

    def text(self, name: str) -> str:
        """The domain as a reader would write it: `0 < p < 1`."""
        if self.integers:
            end = "" if self.upper is sp.oo else f" <= {self.upper}"
            low = f"{name} >= {self.lower}" if not end else f"{self.lower} <= {name}{end}"
            return f"integer {low}"
        low = f"{self.lower} {'<=' if self.closed_lower else '<'} "
        return low + name + ("" if self.upper is sp.oo else f" < {self.upper}")


def reals(
    lower: Number = 0,
    upper: Number = sp.oo,
    *,
    closed: bool = False,
    usual: tuple[Number, Number] | None = None,
) -> Domain:
    """Real numbers: lower < x < upper, or lower <= x < upper if closed; sampled within `usual`."""
    return Domain(_exact(lower), _exact(upper), closed_lower=closed, usual=_pair(usual))


def integers(
    lower: int, upper: Number = sp.oo, *, usual: tuple[Number, Number] | None = None
) -> Domain:
    """Whole numbers: lower <= n <= upper; sampled within `usual`."""
    return Domain(_exact(lower), _exact(upper), integers=True, usual=_pair(usual))


def _pair(ends: tuple[Number, Number] | None) -> tuple[sp.Expr, sp.Expr] | None:
    return None if ends is None else (_exact(ends[0]), _exact(ends[1]))


def _exact(end: Number) -> sp.Expr:
    return sp.Integer(end) if isinstance(end, int) else end
