"""Adagrad with steps of any size, at a coin that always shows heads."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.descent.descent import (
    COMPUTE,
    DELAY,
    HEADS,
    HISTORY,
    LOGIT,
    RATE,
    STEPS,
    C,
    delay,
    delayed,
    eta,
    gradient,
    t,
    x,
    y,
)
from symbolic.descent.optimisers import grows
from symbolic.domain import reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic


@derivation
def steps() -> Derivation:
    """Adagrad: L = S/(ηt), with S² the sum of all squared gradients."""
    S = sp.Symbol("S", positive=True)
    growth = eta / S
    left = 1 / (growth * y)
    a = 1 - growth / 2 - 1 / (2 * eta * S)
    slope = x / (1 + x)
    return Derivation(
        name="adagrad.steps",
        statement="Adagrad with steps of any size lowers the log loss of a coin that always shows "
        "heads as S/(eta t), where S² is the sum of all squared gradients: it becomes gradient "
        "descent with the learning rate eta/S.",
        source=COMPUTE,
        assumptions=(
            *HEADS,
            "A step is eta times the negative gradient over the root of the sum of all squared "
            "gradients so far, the new one included, and of s_0² from before.",
        ),
        size=STEPS,
        parameters=(
            RATE,
            Variable(
                S,
                reals(0, usual=(sp.Rational(1, 2), 3)),
                "root of the sum of all squared gradients, which the first steps set",
            ),
            HISTORY,
        ),
        auxiliary=(LOGIT, *DELAY),
        steps=(
            gradient(),
            Asymptotic(
                "Once y grows by H = eta/S a step, squared gradients fall as 1/(H t)², and their "
                "sum converges: S² is what it converges to. The squares still to come, the next "
                "one among them, are 1/(H y) up to O(y^-2), since this falls by the next square.",
                left - 1 / (1 + y) ** 2,
                y,
                3,
                left.subs(y, y + growth),
            ),
            *grows(
                eta * slope / sp.sqrt(S**2 - left.subs(y, 1 / x) + slope**2),
                growth,
                a,
            ),
            *delay(t, growth * t, a, C),
        ),
        law=Law(delayed(growth * t, a, C), t),
        uses=("descent.discrete", "adaptive.adagrad"),
    )
