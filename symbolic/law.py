"""A scaling law as an expression in the size, and what can be read off it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, cmp_to_key
from typing import Any, Literal

import sympy as sp

SAMPLED = (2, 3, 5)
"""Values of the parameters in an exponent at which the limits are taken."""

Kind = Literal["power", "exponential", "logarithmic", "finite-time zero"]


def exact_number(value: Any) -> sp.Expr:
    """A number as sympy should see it: the float 0.3 as 3/10, not as its binary neighbour."""
    return sp.Rational(str(value)) if isinstance(value, float) else sp.Integer(value)


def _slower_first(one: tuple[sp.Expr, sp.Expr], other: tuple[sp.Expr, sp.Expr]) -> int:
    """Compare two powers by their exponents; 0 where that depends on a parameter."""
    difference = sp.simplify(one[0] - other[0])
    return -1 if difference.is_negative else int(bool(difference.is_positive))


@dataclass(frozen=True)
class Law:
    """The law of a loss in one size: its leading terms, exact in all other parameters.

    Attributes
    ----------
    expression : sympy expression
        Leading term and, where known, the next correction and a floor.
    size : sympy symbol
        The size axis.
    kind : str
        What the law is; only a "power" law has an exponent.
    """

    expression: sp.Expr
    size: sp.Symbol
    kind: Kind = "power"

    def __post_init__(self) -> None:
        if self.size not in self.expression.free_symbols:
            raise ValueError(f"the law {self.expression} does not depend on its size {self.size}")

    @cached_property
    def _powers(self) -> list[tuple[sp.Expr, sp.Expr]]:
        """(exponent, coefficient) of each term c * size^-exponent, the slowest first.

        Where the order depends on a parameter, the leading term is still first.
        """
        powers: dict[sp.Expr, sp.Expr] = {}
        for term in sp.Add.make_args(sp.expand(self.expression)):
            exponent = sp.simplify(-self.size * sp.diff(term, self.size) / term)
            if self.size in exponent.free_symbols:
                raise ValueError(f"{term} in the law {self.expression} is no power of {self.size}")
            coefficient = sp.powsimp(term * self.size**exponent)
            powers[exponent] = powers.get(exponent, sp.Integer(0)) + coefficient
        terms = [(exponent, sp.factor(sp.simplify(c))) for exponent, c in powers.items()]
        return sorted(terms, key=cmp_to_key(_slower_first))

    @property
    def floor(self) -> sp.Expr:
        """What the loss tends to: the irreducible loss."""
        if self.kind != "power":
            return sp.limit(self.expression, self.size, sp.oo)
        return next((c for a, c in self._powers if a == 0), sp.Integer(0))

    @property
    def exponent(self) -> sp.Expr | None:
        """a in c size^-a, the leading term above the floor; None where the law is no power law."""
        return self._decaying[0][0] if self.kind == "power" else None

    @property
    def prefactor(self) -> sp.Expr | None:
        """c in c size^-a; None where the law is no power law."""
        return self._decaying[0][1] if self.kind == "power" else None

    @property
    def correction(self) -> tuple[sp.Expr, sp.Expr] | None:
        """(b, w) of the next term in c size^-a (1 + b size^-w + ...); None if it is not known."""
        if self.kind != "power" or len(self._decaying) < 2:
            return None
        (a, c), *others = self._decaying
        next_a, next_c = others[0]
        if any(_slower_first(others[0], other) >= 0 for other in others[1:]):
            return None  # which of the terms comes next depends on a parameter
        return sp.factor(next_c / c), sp.simplify(next_a - a)

    @property
    def _decaying(self) -> list[tuple[sp.Expr, sp.Expr]]:
        return [term for term in self._powers if term[0] != 0]

    def confirmed_by_limit(self) -> bool:
        """Whether exponent and prefactor, read off the terms, are also what limits give."""
        if self.exponent is None:
            return True
        general = sorted(set().union(*(a.free_symbols for a, _ in self._powers)), key=str)
        if general:  # sympy takes wrong limits of powers with symbols in them
            return all(
                Law(self.expression.subs(dict.fromkeys(general, value)), self.size)._agrees_with(
                    *(part.subs(dict.fromkeys(general, value)) for part in self._decaying[0])
                )
                for value in SAMPLED
            )
        return self._agrees_with(self.exponent, self.prefactor)

    def _agrees_with(self, exponent: sp.Expr, prefactor: sp.Expr) -> bool:
        """Whether limits give this exponent and this prefactor."""
        above = self.expression - self.floor
        slope = sp.limit(
            sp.simplify(self.size * sp.diff(above, self.size) / above), self.size, sp.oo
        )
        scaled = sp.limit(sp.expand(above * self.size**exponent), self.size, sp.oo)
        return sp.simplify(slope + exponent) == 0 and sp.simplify(scaled - prefactor) == 0

    def at(self, parameters: Mapping[str, Any]) -> Law:
        """The law with numbers for its parameters, by name; names it lacks are ignored."""
        values = {
            symbol: exact_number(parameters[symbol.name])
            for symbol in self.expression.free_symbols - {self.size}
            if symbol.name in parameters
        }
        return Law(self.expression.subs(values), self.size, self.kind)
