"""Gradient descent with weight decay, at a coin that always shows heads: a floor."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.descent.adaptive import AMPLITUDE, FEW_STEPS, P
from symbolic.descent.descent import COMPUTE, HEADS, LOGIT, RATE, eta, t, w
from symbolic.domain import reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Limit, Series, Solution


@derivation
def descent() -> Derivation:
    """L = ln(1 + e^-w∞) + P e^(-ct)."""
    rest, c, u = sp.symbols("w_inf c u", positive=True)
    decay = sp.Symbol("decay", positive=True)
    distance, needed = sp.Function("delta"), sp.Function("lambda")
    tails = 1 / (1 + sp.exp(rest))
    pull = 1 / (1 + sp.exp(w)) - decay * w
    settled = tails / rest
    factor = 1 - eta * (settled + tails * (1 - tails))
    floor = sp.log(1 + sp.exp(-rest))
    law = floor + P * sp.exp(-c * t)
    tenth = sp.Rational(1, 10)
    return Derivation(
        name="weight_decay.descent",
        statement="With weight decay the log loss of a coin that always shows heads stops at a "
        "floor, as the logit w comes to rest where decay times w is the probability of tails; it "
        "approaches the floor exponentially.",
        source=COMPUTE,
        assumptions=(
            *HEADS,
            "A step is eta times the negative gradient of the loss and of decay w²/2; "
            "eta (decay + 1/4) < 1.",
            "The loss is the log loss alone.",
        ),
        size=FEW_STEPS,
        parameters=(
            Variable(rest, reals(0, usual=(1, 5)), "logit at rest", letter="w_\\infty"),
            Variable(c, reals(0, usual=(tenth, 1)), "rate of the approach"),
            AMPLITUDE,
        ),
        auxiliary=(
            LOGIT,
            RATE,
            Variable(decay, reals(0, usual=(0, 1)), "weight decay"),
            Variable(u, reals(0, usual=(0, 1)), "distance of the logit from its place of rest"),
        ),
        steps=(
            Identity(
                "A step is eta times the probability of tails, less decay times w.",
                -sp.Derivative(sp.log(1 + sp.exp(-w)) + decay * w**2 / 2, w),
                pull,
            ),
            Solution(
                "The logit rests where both are equal. The first falls with w and the second "
                "grows, so that there is one such place for each decay, and this decay for each "
                "place.",
                tails - needed(rest) * rest,
                needed(rest),
                settled,
            ),
            Series(
                "A step multiplies a small distance u from there by a factor: 1 - eta times the "
                "curvature, of the decay and of the loss.",
                u - eta * pull.subs({w: rest - u, decay: settled}),
                u,
                2,
                u * factor,
            ),
            Solution(
                "So the distance falls exponentially, as e^(-ct), where e^-c is that factor. It "
                "lies between 0 and 1, since the curvature of the loss is at most 1/4.",
                distance(t + 1) - factor * distance(t),
                distance(t),
                factor**t,
            ),
            Series(
                "The loss at such a small distance, which is P e^(-ct) over the probability of "
                "tails.",
                sp.log(1 + sp.exp(-rest + P * sp.exp(-c * t) / tails)),
                P,
                2,
                law,
            ),
            Limit(
                "What is left in the end, for any c: more steps do not lower it.",
                law,
                t,
                floor,
            ),
        ),
        law=Law(law, t, "exponential"),
        uses=("descent.discrete",),
    )
