"""The values a symbol may take, and seeded points among them."""

from __future__ import annotations

import random
from dataclasses import dataclass

import sympy as sp


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
    """

    lower: sp.Expr
    upper: sp.Expr
    integers: bool = False
    closed_lower: bool = False

    def contains(self, value: sp.Expr) -> bool:
        """Whether the number lies in the domain."""
        if self.integers:
            return bool(value.is_integer and self.lower <= value <= self.upper)
        above = self.lower <= value if self.closed_lower else self.lower < value
        return bool(above and value < self.upper)

    def sample(self, rng: random.Random) -> sp.Rational:
        """A random admissible point: uniform, or spread over decades where there is no end."""
        if self.integers:
            last = 10**4 if self.upper is sp.oo else int(self.upper)
            return sp.Integer(rng.randint(int(self.lower), last))
        share = sp.Rational(rng.randint(1, 1008), 1009)
        if self.upper is sp.oo:
            return self.lower + share * sp.Integer(10) ** rng.randint(-2, 2)
        return self.lower + share * (self.upper - self.lower)

    def text(self, name: str) -> str:
        """The domain as a reader would write it: `0 < p < 1`."""
        if self.integers:
            end = "" if self.upper is sp.oo else f" <= {self.upper}"
            return f"integer {name} >= {self.lower}" if not end else f"{self.lower} <= {name}{end}"
        low = f"{self.lower} {'<=' if self.closed_lower else '<'} "
        return low + name + ("" if self.upper is sp.oo else f" < {self.upper}")


def reals(
    lower: sp.Expr | int = 0, upper: sp.Expr | int = sp.oo, *, closed: bool = False
) -> Domain:
    """Real numbers: lower < x < upper, or lower <= x < upper if closed."""
    return Domain(_exact(lower), _exact(upper), closed_lower=closed)


def integers(lower: int, upper: sp.Expr | int = sp.oo) -> Domain:
    """Whole numbers: lower <= n <= upper."""
    return Domain(_exact(lower), _exact(upper), integers=True)


def _exact(end: sp.Expr | int) -> sp.Expr:
    return sp.Integer(end) if isinstance(end, int) else end
