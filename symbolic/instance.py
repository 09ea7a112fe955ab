"""A derived formula with published numbers put in, beside what the source prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import mpmath as mp
import sympy as sp

from symbolic.algebra import number
from symbolic.published import Published

PLACES = 20
"""Decimal digits of a derived number."""

Value: TypeAlias = Published | sp.Expr


@dataclass(frozen=True)
class Instance:
    """One derived number.

    Attributes
    ----------
    quantity : str
        What it is, and from which numbers.
    expression : sympy expression
        The derived formula.
    values : mapping of sympy symbol to Published or sympy number
        What is put in.
    printed : Published or None
        What the source prints for it.
    unit : sympy number
        The expression is divided by this.
    below : sympy number or None
        What the derivation proves to be above every possible value.
    """

    quantity: str
    expression: sp.Expr
    values: Mapping[sp.Symbol, Value]
    printed: Published | None = None
    unit: sp.Expr | int = 1
    below: sp.Expr | int | None = None

    def __post_init__(self) -> None:
        missing = self.expression.free_symbols - set(self.values)
        if missing:
            raise ValueError(f"{self.quantity}: no value for {missing}")

    @cached_property
    def derived(self) -> mp.mpf:
        """The derived number."""
        return number(self.expression / self.unit, self._point, PLACES)

    @cached_property
    def rounding(self) -> mp.mpf:
        """How far rounding of the published inputs can move it, relative and to first order."""
        return mp.fsum(
            abs(number(sp.diff(sp.log(self.expression), symbol), self._point, PLACES))
            * _mpf(value.rounding)
            for symbol, value in self.values.items()
            if isinstance(value, Published) and symbol in self.expression.free_symbols
        )

    @property
    def ratio(self) -> mp.mpf | None:
        """Derived over printed."""
        return self.derived / _mpf(self.printed.value) if self.printed else None

    @property
    def consistent(self) -> bool | None:
        """Whether rounding, of what is put in and of what is printed, explains the difference."""
        if self.printed is None or self.ratio is None:
            return None
        last = _mpf(self.printed.rounding / self.printed.value)
        return bool(abs(mp.log(self.ratio)) <= self.rounding + last)

    @property
    def impossible(self) -> bool:
        """Whether the derived number, from what is printed, is not below what it must be below."""
        return self.below is not None and bool(self.derived >= _mpf(sp.Rational(self.below)))

    def __str__(self) -> str:
        text = f"{self.quantity}: {mp.nstr(self.derived, 4)}"
        if self.rounding:
            text += f" (rounding of its inputs moves it by up to {_change(self.rounding)})"
        if self.printed is not None and self.ratio is not None:
            text += f"; printed {self.printed}: "
            if self.consistent:
                text += "consistent"
            else:
                text += f"inconsistent, derived is {mp.nstr(self.ratio, 3)} times that"
        if self.impossible:
            text += f"; impossible, it must be below {self.below}"
        return text

    @property
    def verdict(self) -> str:
        """The derived number against the printed one, and whether they are consistent, in brief."""
        text = f"{self.quantity}: {mp.nstr(self.derived, 4)}"
        if self.printed is not None:
            against = " ".join(filter(None, (self.printed.printed, self.printed.unit)))
            text += f" against {against}, {'' if self.consistent else 'in'}consistent"
        return text + (f", and impossible: not below {self.below}" if self.impossible else "")

    @property
    def _point(self) -> dict[sp.Symbol, sp.Expr]:
        return {
            symbol: value.value if isinstance(value, Published) else sp.N(value, 3 * PLACES)
            for symbol, value in self.values.items()
        }


def _change(logarithm: mp.mpf) -> str:
    if logarithm > 0.3:
        return f"a factor {mp.nstr(mp.exp(logarithm), 2)}"
    return f"{mp.nstr(100 * logarithm, 2)} %"


def _mpf(rational: sp.Rational) -> mp.mpf:
    return mp.mpf(int(rational.p)) / int(rational.q)
