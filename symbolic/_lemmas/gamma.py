"""Ratios of Gamma functions for many points."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Variable
from symbolic.domain import reals
from symbolic.steps import Asymptotic, Step

D = sp.Symbol("D", positive=True)
s = sp.Symbol("s", positive=True)

MOMENT = Variable(s, reals(0, usual=(0, 4)), "order of a moment")


def grown(power: sp.Expr, points: sp.Symbol = D) -> sp.Expr:
    """Gamma(D+1)/Gamma(D+1+power) for large D, up to O(D^(-2-power))."""
    return points**-power * (1 - power * (power + 1) / (2 * points))


def gamma_ratio(power: sp.Expr = s, points: sp.Symbol = D, text: str = "") -> Step:
    """Gamma(D+1)/Gamma(D+1+power) is D^-power (1 - power (power+1)/(2D)) for large D."""
    drift = -power * (power + 1) / 2
    named = f", s = {text}," if text else ""
    return Asymptotic(
        f"The ratio Gamma({points}+1)/Gamma({points}+1+s){named} is {points}^-s "
        f"(1 - s(s+1)/(2{points})) up to a relative O({points}^-2): both grow by the same factor "
        f"from {points} to {points}+1, to this order, and both tend to {points}^-s.",
        -power * sp.log(1 + 1 / points)
        + sp.log(1 + drift / (points + 1))
        - sp.log(1 + drift / points)
        + sp.log(1 + power / (points + 1)),
        points,
        3,
        sp.Integer(0),
    )
