"""Gradient descent on the entmax losses: what steps of finite size change."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.losses.fenchel_young import HALF, LOG, LOSS, SOURCE, WRONG, alpha, c, eta, x, y
from symbolic.registry import derivation
from symbolic.steps import Identity, Series, Solution

t = sp.Symbol("t", positive=True)
STEPS = Variable(t, integers(1), "training steps")
RATE = Variable(eta, reals(0, 2), "learning rate")
DESCENT = (
    "p = 1: the coin always shows heads. The score theta starts at 0, and a step of gradient "
    "descent adds eta (1 - p(theta)) to it.",
)


@derivation
def power() -> Derivation:
    """p = 1, 0 < α < 2: L = (1/α) ((2-α) ηt)^(-α/(2-α))."""
    b = sp.Symbol("b", positive=True)
    rest = 2 - alpha
    a = 1 - eta / 2
    grown = rest * eta * t
    law = Law(
        grown ** (-alpha / rest) / alpha + grown ** (-alpha / rest - 1) * a * sp.log(grown) / rest,
        t,
    )
    fall = eta * x + ((1 - b) * eta**2 / 2 - eta) * x**2
    return Derivation(
        name="entmax_steps.power",
        statement="At p = 1 gradient descent with steps of size eta < 2 on the loss of index "
        "alpha < 2 falls as ((2-alpha) eta t)^(-alpha/(2-alpha))/alpha, as gradient flow does; the "
        "size of the steps enters the logarithm after that.",
        source=SOURCE,
        assumptions=(
            *DESCENT,
            LOSS,
            "0 < alpha < 2. Beside the logarithm the law leaves out a constant, which the first "
            "steps set.",
        ),
        size=STEPS,
        parameters=(
            Variable(
                alpha,
                reals(0, 2, usual=(sp.Rational(2, 3), sp.Rational(7, 4))),
                "index of the entropy",
            ),
            RATE,
        ),
        auxiliary=(WRONG, Variable(b, reals(0, 2), "2 - alpha"), LOG),
        steps=(
            Identity(
                "The score grows by the integral of Omega'' = p^(-b) + q^(-b), b = 2 - alpha, as "
                "the probability q of the wrong face falls. Where q is small the second part is "
                "the integral of q^(-b) ...",
                sp.Derivative(y ** (1 - b) / (1 - b), y),
                y**-b,
            ),
            Series(
                "... and the first is the fall of q, up to O(q²). So a step that takes q to "
                "q e^(-d) has (1 - e^(-(1-b)d))/(1-b) + x (1 - e^(-d)) = eta x with x = q^b, up to "
                "O(q x²). It is solved, up to O(x³), by this d.",
                (1 - sp.exp(-(1 - b) * fall)) / (1 - b) + x * (1 - sp.exp(-fall)),
                x,
                3,
                eta * x,
            ),
            Series(
                "Hence q^(-b)/b - (1 - eta/2) log q, of which this is x times the growth, grows by "
                "eta + O(x²) + O(q x) a step. As x is about 1/(b eta t) and q its power 1/b, what "
                "is left over can be summed: q^(-b)/b - (1 - eta/2) log q = eta t + C + o(1).",
                (sp.exp(b * fall) - 1) / b + x * (1 - eta / 2) * fall,
                x,
                3,
                eta * x,
            ),
            Series(
                "Solved for q^b, in x = 1/(b eta t): it is x (1 + c x), with "
                "c = (1 - eta/2) log(b eta t) - b C.",
                1 / (1 + c * x) + x * (c - (1 - eta / 2) * sp.log(1 + c * x)),
                x,
                2,
                sp.Integer(1),
            ),
            Series(
                "The loss is q^alpha/alpha + q²/2 to this order, as in the flow: over x^(alpha/b).",
                (1 + c * x) ** ((2 - b) / b) * (1 / (2 - b) + x * (1 + c * x) / 2),
                x,
                2,
                1 / (2 - b) + (c / b + HALF) * x,
            ),
            Identity(
                "With x written out; of the next term its logarithm is kept, and no constant.",
                grown ** (-alpha / rest) * (1 / alpha + a * sp.log(grown) / rest / grown),
                law.expression,
            ),
        ),
        law=law,
        uses=("fenchel_young.flow",),
    )


@derivation
def sparsemax() -> Derivation:
    """p = 1, α = 2: L = (1 - η/2)^(2t)/4."""
    theta = sp.Function("theta")
    wrong = y * (1 - y) - (1 - 2 * y) * y
    law = (1 - eta / 2) ** (2 * t) / 4
    return Derivation(
        name="entmax_steps.sparsemax",
        statement="At p = 1 gradient descent on the loss of sparsemax multiplies it by "
        "(1 - eta/2)^2 in each step: exponential, and never zero for a learning rate below 2.",
        source=SOURCE,
        assumptions=(*DESCENT, LOSS, "alpha = 2."),
        size=STEPS,
        parameters=(RATE,),
        auxiliary=(WRONG,),
        steps=(
            Solution(
                "The score theta = 1 - 2q grows by eta q = eta (1 - theta)/2 a step.",
                theta(t + 1) - theta(t) - eta * (1 - theta(t)) / 2,
                theta(t),
                1 - (1 - eta / 2) ** t,
            ),
            Identity(
                "The loss is q², with q the probability of the wrong face.",
                wrong,
                y**2,
            ),
            Identity(
                "And q is half of (1 - eta/2)^t.",
                wrong.subs(y, (1 - eta / 2) ** t / 2),
                law,
            ),
        ),
        law=Law(law, t, "exponential"),
        finite=law,
        finite_size=-sp.log(COUNT) / sp.log(1 - eta / 2),
        uses=("entmax.sparsemax",),
    )
