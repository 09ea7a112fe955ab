"""What a derivation states: assumptions, steps, law, exact loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import mpmath as mp
import sympy as sp

from symbolic.algebra import number
from symbolic.domain import Domain
from symbolic.instance import Instance
from symbolic.law import Law, exact_number
from symbolic.sources import SOURCES
from symbolic.steps import Step

COUNT = sp.Symbol("n", positive=True)
"""What grows while a law is compared with the exact loss."""


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
class Statement:
    """What a `Derivation` states, without the means to check it; its fields stand there."""

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
    finite_of: str = "exact loss"
    finite_size: sp.Expr = COUNT
    finite_order: sp.Expr | int = 3
    finite_everywhere: bool = True
    abbreviations: Mapping[sp.Symbol, sp.Expr] = field(default_factory=dict)
    uses: tuple[str, ...] = ()
    instances: tuple[Instance, ...] = ()

    def __post_init__(self) -> None:
        key = self.source.partition(",")[0]
        if key not in SOURCES:
            raise ValueError(f"{self.name}: unknown source {key!r}; known: {', '.join(SOURCES)}")
        if self.law.size != self.size.symbol:
            raise ValueError(f"{self.name}: the law's size is {self.law.size}, not {self.size}")
        if not self.steps:
            raise ValueError(f"{self.name}: a derivation needs steps")
        if self.finite is None and self.law.expression not in self._sides(self.steps):
            raise ValueError(f"{self.name}: neither a step nor an exact loss yields the law")
        known = {variable.symbol for variable in self.variables}
        for step in self.steps:
            stray = self.in_full(step).symbols - known
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
        """The first parameter that lies outside the domain of the derivation.

        Parameters
        ----------
        parameters : mapping of str to number
            By name.

        Returns
        -------
        str or None
            In words.
        """
        return self._outside(self.parameters, parameters)

    def finite_at(self, parameters: Mapping[str, Any], digits: int = 30) -> mp.mpf | None:
        """The exact loss for numbers given by name.

        Parameters
        ----------
        parameters : mapping of str to number
            The size and the parameters.
        digits : int
            Digits of the result.

        Returns
        -------
        mpf or None
            None where it is not known.
        """
        if self.finite is None or not self.finite_everywhere:
            return None
        point = {
            symbol: exact_number(parameters[symbol.name]) for symbol in self.finite.free_symbols
        }
        return number(self.finite, point, digits)

    def law_at(self, parameters: Mapping[str, Any]) -> Law:
        """The law with numbers for its parameters.

        Parameters
        ----------
        parameters : mapping of str to number
            By name; names that it lacks are ignored.

        Returns
        -------
        Law

        Raises
        ------
        ValueError
            If a parameter lies outside the domain of the derivation; the message states both.
        """
        problem = self.outside(parameters)
        if problem:
            raise ValueError(f"{self.name}: {problem}")
        return self.law.at(parameters)

    def value(self, expression: sp.Expr, values: Mapping[str, Any], digits: int = 30) -> mp.mpf:
        """An expression of this derivation for numbers given by name.

        Parameters
        ----------
        expression : sympy expression
            The law, its exponent, its prefactor, or any other in its symbols.
        values : mapping of str to number
            The size and the parameters.
        digits : int
            Digits of the result.

        Returns
        -------
        mpf

        Raises
        ------
        ValueError
            If a value lies outside its domain; the message states both.
        KeyError
            If a value is missing.
        """
        problem = self._outside((self.size, *self.parameters), values)
        if problem:
            raise ValueError(f"{self.name}: {problem}")
        point = {symbol: exact_number(values[symbol.name]) for symbol in expression.free_symbols}
        return number(expression, point, digits)

    @property
    def concluded(self) -> bool:
        """Whether a step that algebra proves yields the law, or at least its leading term."""
        sides = self._sides([step for step in self.steps if step.numeric is None])
        return self.law.expression in sides or self.law.leading in sides

    def in_full(self, step: Step) -> Step:
        """The step without abbreviations.

        Parameters
        ----------
        step : Step
            One of the steps.

        Returns
        -------
        Step
        """
        for short, full in self.abbreviations.items():
            step = step.subs(short, full)
        return step

    @staticmethod
    def _outside(variables: Sequence[Variable], values: Mapping[str, Any]) -> str | None:
        for variable in variables:
            name = variable.symbol.name
            if name in values and not variable.domain.contains(exact_number(values[name])):
                return f"{name} = {values[name]} is outside {variable.domain.text(name)}"
        return None

    def _sides(self, steps: Sequence[Step]) -> list[sp.Basic]:
        return [side for step in steps for relation in step.relations for side in relation.args]
