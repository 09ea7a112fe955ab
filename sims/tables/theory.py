"""What the algebra says of a toy: its derivation, and the law at its parameters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import sympy

import symbolic
from sims.assumptions import Floor
from sims.errors import BadInput, unknown
from sims.tables.row import Claimed, Derived
from toys import Toy

OF_THE_LOSS = symbolic.Derivation.finite_of
"""What the finite expression of a derivation is, unless it says otherwise."""


@dataclass(frozen=True)
class Theory:
    """What the algebra says of one toy on one axis."""

    derivation: symbolic.Derivation
    law: symbolic.Law

    @property
    def exponent(self) -> float | None:
        """The asymptotic exponent as a number, if the law is a power law in numbers."""
        return _number(self.law.exponent)

    @property
    def power_law(self) -> bool:
        """Whether the law is a power law."""
        return self.law.kind == "power"

    @property
    def has_logarithm(self) -> bool:
        """Whether the leading term carries a logarithm of the size."""
        prefactor = self.law.prefactor
        return prefactor is not None and self.law.size in prefactor.free_symbols

    @property
    def floor(self) -> Floor:
        """Whether a fit must look for an irreducible loss."""
        return "free" if self.power_law and self.law.floor != 0 else "zero"

    @property
    def corrections(self) -> list[float] | None:
        """The exponent of the next correction; none where the law is exact; None if not known.

        Not known either where it is a logarithm, or where it was found for a recursion that is
        linearised: the leading term is then that of the loss, and the next one is not.
        """
        found = self.law.correction
        if self.derivation.finite_of != OF_THE_LOSS or (found is not None and found[1] == 0):
            return None
        if found is not None:
            return [float(found[1])]
        return [] if self._exact else None

    def loss_at(self, size: float) -> float:
        """What the law gives at a size; NaN where that is no real number."""
        value = self.law.expression.subs(self.law.size, sympy.Float(size, 30)).evalf(15)
        return float(value) if value.is_real else math.nan

    @property
    def _exact(self) -> bool:
        """Whether the law is all there is: no correction can follow."""
        return self.derivation.finite == self.derivation.law.expression

    @property
    def record(self) -> Derived:
        """The law as it stands in a row."""
        exponent, prefactor = self.law.exponent, self.law.prefactor
        return Derived(
            kind=self.law.kind,
            exponent=None if exponent is None else _written(exponent),
            value=_number(exponent),
            prefactor=None if prefactor is None else _written(prefactor),
            prefactor_value=_number(prefactor),
            derivation=self.derivation.name,
        )

    @property
    def claims(self) -> list[Claimed]:
        """What sources claim about it."""
        return [
            Claimed(
                source=claim.source,
                reference=_reference(claim.source),
                value=claim.value,
                status=claim.status,
            )
            for claim in symbolic.claims_on(self.derivation.name)
        ]


def _reference(key: str) -> str:
    source = symbolic.SOURCES[key]
    return f"{source.author}, {source.title}"


def _number(expression: sympy.Expr | None) -> float | None:
    return None if expression is None or expression.free_symbols else float(expression)


def _written(expression: sympy.Expr) -> str:
    """An expression, exact; what is a float in it with a few digits."""
    if not expression.has(sympy.Float):
        return str(expression)
    return str(expression if expression.free_symbols else expression.evalf(12))


def parameters_of(toy: Toy, derivation: symbolic.Derivation) -> dict[str, Any]:
    """The values that a toy gives to the size and the parameters of a derivation, by name.

    Raises
    ------
    AttributeError
        If one of them is neither a field nor a property of the toy.
    """
    variables = (derivation.size, *derivation.parameters)
    return {variable.symbol.name: getattr(toy, variable.symbol.name) for variable in variables}


def theory_of(toy: Toy, axis: str) -> Theory | None:
    """The derivation that a toy links to, at its parameters.

    Raises
    ------
    BadInput
        If the link does not resolve, or the parameters lie outside the derivation's domain.
    """
    name = toy.derivation(axis)
    if name is None:
        return None
    try:
        found = symbolic.get(name)
    except KeyError:
        raise unknown(f"derivation, which {toy.name} links to,", name, symbolic.names()) from None
    values = parameters_of(toy, found)
    outside = found.outside(values)
    if outside:
        raise BadInput(f"the derivation {name} does not apply to this {toy.name}: {outside}")
    return Theory(found, found.law.at(values))
