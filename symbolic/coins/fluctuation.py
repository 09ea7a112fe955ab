"""How large the improvement from more tosses is in a single run: its mean square."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.coin import (
    BIAS,
    CENTRAL_MOMENTS,
    POSITIVE_PSEUDOCOUNT,
    PSEUDOCOUNT,
    TAYLOR,
    TOSSES,
    N,
    S,
    V,
    k,
    p,
    v,
)
from symbolic.coins.improvement import ADDED, BOUNDARY_LOSS, LAST_EQUATION, delta
from symbolic.derivation import Derivation, Variable
from symbolic.domain import reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Series


@derivation
def interior() -> Derivation:
    """E (L(N) - L(N+Δ))² = Δ/N³: a single improvement is of size √Δ N^(-3/2)."""
    e, u, h = sp.symbols("e u h")
    change = h**2 * (u - delta * h * e) / (1 + (delta + 2 * k) * h**2)

    def loss(error: sp.Expr) -> sp.Expr:
        return sum(c * error**j for j, c in enumerate(TAYLOR[:3], start=2))

    third = -e * u / V
    fourth = (delta * e**2 - u**2 / 2) / V + S * e**2 * u / V**2
    fifth = (2 * (delta + k) * e * u) / V + (
        S * e * u**2 + (3 - 1 / V) * e**3 * u - delta * S * e**3
    ) / V**2
    squared = sp.expand(third**2 * h**6 + 2 * third * fourth * h**7)
    squared += sp.expand((fourth**2 + 2 * third * fifth) * h**8)
    mu = sp.symbols("mu_2:7")
    nu = sp.symbols("nu_2:5")
    expected = sum(
        c
        * _moment(mu, error) / (N + 2 * k) ** error
        * (sp.Integer(1), sp.Integer(0), *nu)[surplus]
        / N ** sp.Rational(power - error, 2)
        for (power, error, surplus), c in sp.Poly(squared, h, e, u).terms()
    )  # fmt: skip
    second = (
        -delta
        * (4 * (4 * v - 1) * k**2 + 4 * (5 - 12 * v) * k + (5 * delta + 46) * v - 17)
        / (4 * v)
    )
    law = delta / N**3 + second / N**4
    few = [moment.subs(N, delta) for moment in CENTRAL_MOMENTS[:3]]
    return Derivation(
        name="fluctuation.interior",
        statement="The mean square of the improvement from delta more tosses is delta/N^3: one "
        "realisation is of size delta^(1/2) N^(-3/2), either sign, far above its mean.",
        source=LAST_EQUATION,
        assumptions=(
            "The estimate after N tosses is off by h e, h = N^(-1/2); of delta more tosses u are "
            "heads beyond delta p. Both are independent.",
            "delta is fixed while N grows, and 0 < p < 1.",
            "k > 0, or k = 0 and the loss is taken given that both faces were seen.",
        ),
        size=TOSSES,
        parameters=(BIAS, PSEUDOCOUNT, ADDED),
        auxiliary=(
            Variable(e, reals(0, 1), "error of the estimate after N tosses, times N^(1/2)"),
            Variable(u, reals(0, 1), "surplus of heads among the tosses that are added"),
            Variable(h, reals(0, 1), "N^(-1/2)"),
        ),
        steps=(
            Identity(
                "With N = h^-2 tosses, (p + h e)(N + 2k) - k of them heads, the tosses that are "
                "added move the estimate by a term of order h².",
                ((p + h * e) * (N + 2 * k) + delta * p + u).subs(N, h**-2) / (h**-2 + delta + 2 * k)
                - (p + h * e),
                change,
            ),
            Series(
                "Both losses by their Taylor polynomial in the error; their difference begins "
                "with -e u h³/(p(1-p)): it is linear in u, so that its sign is random.",
                loss(h * e) - loss(h * e + change),
                h,
                6,
                third * h**3 + fourth * h**4 + fifth * h**5,
            ),
            Series(
                "Its square, to the order of the next term.",
                (third * h**3 + fourth * h**4 + fifth * h**5) ** 2,
                h,
                9,
                squared,
            ),
            Asymptotic(
                "Put the moments of both numbers of heads in: mu_j those of N tosses, shifted by "
                "the pseudocount, nu_j those of delta.",
                expected,
                N,
                5,
                law,
            ),
        ),
        abbreviations={
            **dict(zip(nu, few, strict=True)),
            **dict(zip(mu[::-1], CENTRAL_MOMENTS[::-1], strict=True)),
            S: 1 - 2 * p,
            V: v,
        },
        law=Law(law, N),
    )


def _moment(mu: tuple[sp.Symbol, ...], order: int) -> sp.Expr:
    """E (N₁ - Np + k(1-2p))^order from the central moments of N₁."""
    central = (sp.Integer(1), sp.Integer(0), *mu)
    return sum(
        sp.binomial(order, i) * central[i] * (k * S) ** (order - i) for i in range(order + 1)
    )


@derivation
def boundary() -> Derivation:
    """Its square: (kΔ)²/N⁴."""
    gain = BOUNDARY_LOSS - BOUNDARY_LOSS.subs(N, N + delta)
    law = k**2 * delta**2 / N**4 - 2 * k**2 * delta**2 * (3 * k + delta) / N**5
    return Derivation(
        name="fluctuation.boundary",
        statement="For a coin that always shows the same face the squared improvement is "
        "(k delta)^2/N^4: no noise, so the square of the mean.",
        source="Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size', case p* = 1",
        assumptions=("p = 0 or p = 1, so that all tosses show the same face.", "k > 0."),
        size=TOSSES,
        parameters=(POSITIVE_PSEUDOCOUNT, ADDED),
        auxiliary=(),
        steps=(Asymptotic("The square of improvement.boundary.", gain**2, N, 6, law),),
        law=Law(law, N),
        finite=gain**2,
        finite_order=6,
    )
