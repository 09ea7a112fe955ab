"""Gradient flow at a sure coin, beyond one logit and its log loss: classes, squares, depth."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.descent.descent import (
    COMPUTE,
    DELAY,
    FLOW,
    HEADS,
    LOGIT,
    TIME,
    delay,
    delayed,
    odds,
    tau,
    w,
    y,
)
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Series, Step


@derivation
def softmax() -> Derivation:
    """K classes: L = (K-1)/(Kτ)."""
    K = sp.Symbol("K", positive=True)
    m = sp.Symbol("m", real=True)
    tails = (K - 1) / (K - 1 + sp.exp(m))
    speed = K / (K - 1)
    grown, c = speed * tau, 1 / (K - 1) - sp.log(K - 1)
    return Derivation(
        name="objective.softmax",
        statement="With K classes of which one always shows, gradient flow on all K logits lowers "
        "the log loss as (K-1)/(K tau): the number of classes leaves the exponent alone.",
        source=COMPUTE,
        assumptions=(
            "One of K classes always shows; the model has K logits, which all start at 0.",
            FLOW,
        ),
        size=TIME,
        parameters=(Variable(K, integers(2, usual=(2, 12)), "classes"),),
        auxiliary=(Variable(m, reals(-sp.oo, usual=(0, 20)), "lead of the right logit"), *DELAY),
        steps=(
            Identity(
                "The other logits stay equal. With m the lead of the right one the loss is "
                "ln(1 + (K-1) e^-m). Its own logit grows by the probability of all other "
                "classes, theirs fall by one (K-1)th of that each: the lead grows K/(K-1) times "
                "as fast.",
                -sp.Derivative(sp.log(1 + (K - 1) * sp.exp(-m)), m) * speed,
                tails * (1 + 1 / (K - 1)),
            ),
            Identity(
                "Separated: m + e^m/(K-1) = K tau/(K-1) + 1/(K-1), as m = 0 at first.",
                sp.Derivative((m + sp.exp(m) / (K - 1)) / speed, m),
                1 / (speed * tails),
            ),
            Identity(
                "In the odds y = e^m/(K-1) of the right class: y + ln y on the left, and "
                "ln(K-1) less on the right.",
                (m + sp.exp(m) / (K - 1) - sp.log(K - 1)).subs(m, sp.log((K - 1) * y)),
                y + sp.log(y),
            ),
            *delay(tau, grown, 1, c),
        ),
        law=Law(delayed(grown, 1, c), tau),
        finite=odds(grown, c),
        finite_size=COUNT**2,
        finite_order=6,
        uses=("descent.flow",),
    )


q = sp.Symbol("q", positive=True)
X = sp.Symbol("X", positive=True)
MISS = (
    Variable(q, reals(0, sp.Rational(1, 2)), "probability of tails"),
    Variable(X, reals(0, usual=(50, 1000)), "2 sqrt(tau)"),
)


def _elapsed(tails: sp.Expr) -> sp.Expr:
    """Twice the time until the probability of tails is so small, but for a constant."""
    return (
        1 / (2 * tails**2) + 2 / tails - 3 * sp.log(tails) + 3 * sp.log(1 - tails) - 1 / (1 - tails)
    )


def _squared() -> tuple[Step, ...]:
    return (
        Identity(
            "With q = 1/(1+e^w) the probability of tails, the loss is q², and -dq/dw = q(1-q): "
            "the flow is dq/dtau = -2 q³ (1-q)². Near the end the gradient itself has a factor q "
            "more than that of the log loss.",
            -sp.Derivative((1 + sp.exp(w)) ** -2, w) * sp.Derivative((1 + sp.exp(w)) ** -1, w),
            (-2 * q**3 * (1 - q) ** 2).subs(q, 1 / (1 + sp.exp(w))),
        ),
        Identity(
            "Separated, in partial fractions: 2 tau is the function of q that is differentiated "
            "here, less its value 4 at q = 1/2, where w = 0.",
            -sp.Derivative(_elapsed(q), q),
            1 / (q**3 * (1 - q) ** 2),
        ),
        Identity(
            "So 4 tau + 14 = (1/q + 2)², up to a logarithm of q. For large tau 1/q is X - 2, with "
            "X = 2 sqrt(tau), up to O(ln X/X).",
            2 * _elapsed(q) - 8 + 14,
            (1 / q + 2) ** 2 - 6 * sp.log(q) + 6 * sp.log(1 - q) + 2 - 2 / (1 - q),
        ),
    )


@derivation
def squared() -> Derivation:
    """Squared loss: L = 1/(4τ) + 1/(2 τ^(3/2))."""
    law = 1 / (4 * tau) + 1 / (2 * tau ** sp.Rational(3, 2))
    return Derivation(
        name="objective.squared",
        statement="Gradient flow on the squared error of the predicted probability lowers it as "
        "1/(4 tau): the same exponent as for the log loss, but a correction of relative order "
        "tau^(-1/2).",
        source=COMPUTE,
        assumptions=(HEADS[0], "The logit w starts at 0; the loss is (1 - 1/(1+e^-w))².", FLOW),
        size=TIME,
        parameters=(),
        auxiliary=(LOGIT, *MISS),
        steps=(
            *_squared(),
            Identity(
                "The loss is q² = 1/(X-2)². What is left over is of order 1/X⁴, and what 1/q is "
                "off by changes the loss by O(ln X/X⁴).",
                ((X - 2) ** -2 - 4 * (3 * X - 4) / (X**3 * (X - 2) ** 2)).subs(X, 2 * sp.sqrt(tau)),
                law,
            ),
        ),
        law=Law(law, tau),
    )


@derivation
def squared_log() -> Derivation:
    """Squared loss, read off as log loss: L = 1/(2 τ^(1/2)) + 5/(8τ)."""
    law = 1 / (2 * sp.sqrt(tau)) + 5 / (8 * tau)
    return Derivation(
        name="objective.squared_log",
        statement="Where gradient flow lowers the squared error, the log loss falls as "
        "tau^(-1/2)/2 only: half the exponent of flow on the log loss itself.",
        source=COMPUTE,
        assumptions=(
            HEADS[0],
            "The logit w starts at 0. Gradient flow on the squared error (1 - 1/(1+e^-w))²; the "
            "loss is ln(1 + e^-w).",
        ),
        size=TIME,
        parameters=(),
        auxiliary=(LOGIT, *MISS),
        steps=(
            *_squared(),
            Series(
                "The log loss in the probability of tails.",
                -sp.log(1 - q),
                q,
                3,
                q + q**2 / 2,
            ),
            Identity(
                "Put q = 1/(X-2) in. What is left over is of order 1/X³, and what 1/q is off by "
                "changes the loss by O(ln X/X³).",
                (1 / (X - 2) + 1 / (2 * (X - 2) ** 2) - (6 * X - 10) / (X**2 * (X - 2) ** 2)).subs(
                    X, 2 * sp.sqrt(tau)
                ),
                law,
            ),
        ),
        law=Law(law, tau),
        uses=("objective.squared",),
    )
