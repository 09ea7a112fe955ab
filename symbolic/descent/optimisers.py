"""Optimisers on the logit of a coin that always shows heads, whose steps shrink in the end."""

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
from symbolic.domain import reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Series, Solution, Step

HALF = sp.Rational(1, 2)


def memory(share: sp.Expr, rate: sp.Expr, growth: sp.Expr, average: sp.Expr, text: str) -> Step:
    """That a moving average over gradients, of which the new one enters with `rate`, is so large.

    The odds grow by `growth` from one step to the next.
    """
    return Asymptotic(
        text,
        share * average + rate / (1 + y + growth),
        y,
        3,
        average.subs(y, y + growth),
    )


def grows(step: sp.Expr, growth: sp.Expr, a: sp.Expr) -> tuple[Step, ...]:
    """That steps which are `step` in x = 1/y let y + a ln y grow steadily by `growth`."""
    return (
        Series(
            "So y is multiplied by the exponential of the step, here in x = 1/y ...",
            sp.exp(step),
            x,
            3,
            1 + growth * x - growth * a * x**2,
        ),
        Series(
            "... and y + a ln y, here its growth over y, grows steadily, with minus the factor of "
            "the last term, over that of x, for a. What is left over, O(y^-2) a step, can be "
            "summed: C is what it adds up to.",
            sp.exp(step) - 1 + a * x * step,
            x,
            3,
            growth * x,
        ),
    )


@derivation
def momentum() -> Derivation:
    """Heavy ball: L = (1-μ)/(ηt)."""
    mu = sp.Symbol("mu", positive=True)
    growth, lag = eta / (1 - mu), mu / (1 - mu)
    velocity = growth / (1 + y) + lag * growth**2 / y**2
    a = 1 - growth * (HALF + lag)
    return Derivation(
        name="optimisers.momentum",
        statement="Momentum mu lowers the log loss of a coin that always shows heads as "
        "(1-mu)/(eta t): a larger learning rate, and the same exponent. The next term is large for "
        "mu near 1, with the factor eta (1+mu)/(2(1-mu)²), so that the law comes late.",
        source=COMPUTE,
        assumptions=(
            *HEADS,
            "Heavy ball: u' = mu u + eta times the negative gradient, w' = w + u'; 0 < mu < 1.",
        ),
        size=STEPS,
        parameters=(
            RATE,
            Variable(mu, reals(0, 1, usual=(sp.Rational(1, 10), HALF)), "momentum"),
            HISTORY,
        ),
        auxiliary=(LOGIT, *DELAY),
        steps=(
            gradient(),
            memory(
                mu,
                eta,
                growth,
                velocity,
                "The velocity u is a sum over past gradients. Up to O(y^-3) it is H/(1+y), with "
                "H = eta/(1-mu), and mu/(1-mu) H²/y² more, as the gradients were larger in the "
                "past: with y growing by H + O(1/y) a step, it obeys its recursion. Deviations "
                "shrink by mu a step.",
            ),
            *grows(growth * x / (1 + x) + lag * growth**2 * x**2, growth, a),
            *delay(t, growth * t, a, C),
        ),
        law=Law(delayed(growth * t, a, C), t),
        uses=("descent.discrete",),
    )


@derivation
def adam_epsilon() -> Derivation:
    """Adam with ε > 0, in the end: L = ε/(ηt)."""
    e = sp.Symbol("epsilon", positive=True)
    b1, b2 = sp.symbols("beta_1 beta_2", positive=True)
    growth, lag = eta / e, b1 / (1 - b1)
    a = 1 + 1 / e - growth * (HALF + lag)
    share = reals(0, 1, usual=(sp.Rational(1, 10), HALF))
    return Derivation(
        name="optimisers.adam_epsilon",
        statement="Adam lowers the log loss of a coin that always shows heads as epsilon/(eta t) "
        "in the end, once gradients are much smaller than epsilon: it becomes gradient descent.",
        source=COMPUTE,
        assumptions=(
            *HEADS,
            "A step is eta m/(sqrt(v) + epsilon); m and v are moving averages of the gradient and "
            "of its square, with memories beta_1 and beta_2 and the new value included. Their "
            "correction for the start is gone.",
        ),
        size=STEPS,
        parameters=(
            RATE,
            Variable(e, reals(0, usual=(HALF, 2)), "epsilon"),
            Variable(b1, share, "memory of the gradient"),
            HISTORY,
        ),
        auxiliary=(LOGIT, *DELAY, Variable(b2, share, "memory of the squared gradient")),
        steps=(
            gradient(),
            memory(
                b1,
                1 - b1,
                growth,
                1 / (1 + y) + lag * growth / y**2,
                "Once the gradient is small, a step is H m with H = eta/epsilon, and y grows by H. "
                "The average m of gradients, up to O(y^-3), is 1/(1+y) and a little more, as they "
                "were larger in the past: this obeys its recursion ...",
            ),
            Asymptotic(
                "... and that of the squares is 1/y², up to O(y^-3).",
                b2 / y**2 + (1 - b2) / (1 + y + growth) ** 2,
                y,
                3,
                1 / (y + growth) ** 2,
            ),
            *grows(growth * (x / (1 + x) + lag * growth * x**2) / (1 + x / e), growth, a),
            *delay(t, growth * t, a, C),
        ),
        law=Law(delayed(growth * t, a, C), t),
        uses=("descent.discrete",),
    )


@derivation
def nesterov() -> Derivation:
    """Nesterov: L = 4/(ηt²)."""
    s, h = sp.symbols("s h", positive=True)
    u = sp.Symbol("u", nonnegative=True)
    logit, distance = sp.Function("w"), sp.Function("delta")
    slope, bend, f = sp.symbols("w_1 w_2 phi", real=True)
    push = (1 - u) / (1 + 2 * u) * -2 * sp.log(1 - u)
    tails = 4 * u**2 / eta * (1 - u) ** (2 * (1 - u) / (1 + 2 * u))
    path = 2 * sp.log(s) - sp.log(4)
    law = 4 / (eta * t**2)
    some = reals(-sp.oo, usual=(-1, 1))
    return Derivation(
        name="optimisers.nesterov",
        statement="Nesterov's acceleration lowers the log loss of a coin that always shows heads "
        "as 4/(eta t²): it doubles the exponent. Deviations of relative order 1/t oscillate in "
        "ln t, so that there is no next term of the form of a power.",
        source=COMPUTE,
        assumptions=(
            *HEADS,
            "A step is w' = z + eta times the negative gradient at z; z is w and (t-1)/(t+2) times "
            "its last change.",
        ),
        size=STEPS,
        parameters=(RATE,),
        auxiliary=(
            LOGIT,
            Variable(s, reals(0, usual=(10, 1000)), "time, sqrt(eta) t"),
            Variable(h, reals(0, usual=(0, 1)), "sqrt(eta)"),
            Variable(u, reals(0, usual=(0, HALF)), "1/t"),
            Variable(slope, some, "slope of w in s"),
            Variable(bend, some, "second derivative of w in s"),
            Variable(f, some, "w less 2 ln s - ln 4"),
        ),
        steps=(
            gradient(),
            Series(
                "In the time s = sqrt(eta) t, with h = sqrt(eta): the change of w, less "
                "(t-1)/(t+2) times the one before, is h² (w'' + 3w'/s) to leading order. It is h² "
                "times the gradient, which is e^-w for large w: so w'' + 3w'/s = e^-w.",
                (h * slope + h**2 * bend / 2)
                - (s - h) / (s + 2 * h) * (h * slope - h**2 * bend / 2),
                h,
                3,
                h**2 * (bend + 3 * slope / s),
            ),
            Solution(
                "This has the exact solution w = 2 ln s - ln 4.",
                sp.diff(logit(s), s, 2) + 3 * sp.diff(logit(s), s) / s - sp.exp(-logit(s)),
                logit(s),
                path,
            ),
            Identity(
                "Every other solution tends to it: in ln s, the distance phi obeys phi'' = "
                "4(e^-phi - 1) - 2 phi', a ball with friction in a convex valley with its bottom "
                "at phi = 0. Its energy phi'²/2 + 4(phi + e^-phi) falls at the rate 2 phi'².",
                slope * (4 * (sp.exp(-f) - 1) - 2 * slope)
                + slope * sp.Derivative(4 * (f + sp.exp(-f)), f),
                -2 * slope**2,
            ),
            Solution(
                "Small distances delta fall as 1/s, and oscillate in ln s.",
                sp.diff(distance(s), s, 2)
                + 3 * sp.diff(distance(s), s) / s
                + 4 * distance(s) / s**2,
                distance(s),
                sp.cos(sp.sqrt(3) * sp.log(s)) / s,
            ),
            Series(
                "The steps themselves, with their size eta and the true gradient, agree: "
                "w = 2 ln t + ln(eta/4) satisfies their recursion up to O(t^-3), in u = 1/t, while "
                "all its terms are of order t^-2.",
                push + eta * tails / (1 + tails),
                u,
                3,
                2 * sp.log(1 + u),
            ),
            Identity(
                "The loss is ln(1+z) with z = e^-w = 4/s², which is z but for an integral of order "
                "z².",
                sp.log(1 + law) + sp.Integral(u / (1 + u), (u, 0, law)),
                law,
            ),
        ),
        law=Law(law, t),
    )
