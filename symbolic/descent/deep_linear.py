"""Gradient flow through a deep linear chain, at a coin that always shows heads."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.descent.descent import COMPUTE, FLOW, LOGIT, TIME, gradient, tau
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Limit, Series


@derivation
def flow() -> Derivation:
    """w = u^l: L = 1/(l² τ (ln τ)^(2-2/l))."""
    l = sp.Symbol("depth", positive=True)  # noqa: E741  # the letter that formulas use
    u = sp.Symbol("u", positive=True)
    v = sp.Symbol("v", positive=True)
    k = sp.Symbol("k", positive=True)
    r = sp.Symbol("r", positive=True)
    law = 1 / (l**2 * tau * sp.log(tau) ** (2 - 2 / l))
    passed = v - k * sp.log(v) - 2 * sp.log(l)
    power = 2 - 2 / l
    return Derivation(
        name="deep_linear.flow",
        statement="Where the logit is the power u^l of a weight that flows, the log loss of a coin "
        "that always shows heads falls as 1/(l² tau (ln tau)^(2-2/l)): faster than 1/tau by a "
        "logarithm, so that it looks like a power law with an exponent above 1, for ever.",
        source=COMPUTE,
        assumptions=(
            "p = 1: every toss shows heads, and the gradient has no noise.",
            "The logit is w = u^l, l > 1 equal factors; u starts at some u_0 > 0.",
            FLOW,
        ),
        size=TIME,
        parameters=(Variable(l, integers(2, usual=(2, 6)), "factors of the logit", letter="l"),),
        auxiliary=(
            LOGIT,
            Variable(u, reals(0, usual=(sp.Rational(1, 2), 2)), "the weight"),
            Variable(v, reals(0, usual=(5, 50)), "logit, at late times"),
            Variable(r, reals(0, usual=(0, 1)), "a small number"),
            Variable(k, reals(0, 2, usual=(1, sp.Rational(7, 4))), "2 - 2/l"),
        ),
        steps=(
            gradient(),
            Identity(
                "The weight moves by l u^(l-1) times that, and the logit l u^(l-1) times as fast "
                "as the weight: dw/dtau is l² w^k/(1+e^w), with k = 2 - 2/l.",
                sp.Derivative(u**l, u) * -sp.Derivative(sp.log(1 + sp.exp(-(u**l))), u),
                l**2 * (u**l) ** power / (1 + sp.exp(u**l)),
            ),
            Identity(
                "So l² tau is the integral of w^-k (1 + e^w) dw. Of e^w w^-k it is "
                "e^w w^-k (1 + k/w), up to a relative O(w^-2); all else is smaller by a factor of "
                "order w e^-w or so.",
                sp.Derivative(sp.exp(v) * v**-k * (1 + k / v), v),
                sp.exp(v) * v**-k * (1 - k * (k + 1) / v**2),
            ),
            Limit(
                "Hence ln tau is w - k ln w - 2 ln l + k/w + ..., which is w in the end, to "
                "leading order.",
                passed / v,
                v,
                sp.Integer(1),
            ),
            Series(
                "The loss is e^-w in the end, and that is 1/(l² tau w^k) (1 + k/w). With "
                "w = (1 + r) ln tau, where r tends to 0, though only as ln ln tau/ln tau:",
                1 / (l**2 * tau * ((1 + r) * sp.log(tau)) ** power),
                r,
                1,
                law,
            ),
            Identity(
                "The local exponent is 1 + k/ln tau: it tends to 1 so slowly that it is still 1.07 "
                "for l = 2 at tau = 10^6.",
                -tau * sp.Derivative(sp.log(law), tau),
                1 + power / sp.log(tau),
            ),
        ),
        law=Law(law, tau, "logarithmic"),
        uses=("descent.flow",),
    )
