"""Optimisers that rescale the gradient, on the logit of a coin that always shows heads."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.descent.descent import (
    COMPUTE,
    DELAY,
    HEADS,
    LOGIT,
    RATE,
    STEPS,
    delay,
    delayed,
    eta,
    gradient,
    t,
    w,
    x,
)
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Series, Solution

P = sp.Symbol("P", positive=True)
FEW_STEPS = Variable(t, integers(1, usual=(1, 20)), "steps")
AMPLITUDE = Variable(
    P, reals(0, usual=(sp.Rational(1, 10), 1)), "constant that the first steps set"
)


@derivation
def adagrad() -> Derivation:
    """Adagrad, small η: L = (2η s₀ + ln 2)/(2η²t)."""
    u, k = sp.symbols("u k", positive=True)
    s_0 = sp.Symbol("s_0", positive=True)
    whole = 2 * eta * s_0 + sp.log(2)
    growing = 2 * eta**2 * t / whole
    a = 1 - 1 / whole
    c = 1 + (1 + sp.pi**2 / 12 - 2 * sp.log(2)) / whole
    entropy = sp.log(1 + sp.exp(-w))
    return Derivation(
        name="adaptive.adagrad",
        statement="Adagrad lowers the log loss of a coin that always shows heads as "
        "(2 eta s_0 + ln 2)/(2 eta² t): the sum of squared gradients converges, so that it becomes "
        "gradient descent with a learning rate of its own.",
        source=COMPUTE,
        assumptions=(
            *HEADS,
            "dw/dt = eta times the negative gradient over sqrt(G), where G grows by the squared "
            "gradient, from G = s_0²: the limit of small steps eta.",
        ),
        size=STEPS,
        parameters=(
            Variable(eta, reals(0, usual=(sp.Rational(1, 10), 1)), "learning rate"),
            Variable(s_0, reals(0, usual=(0, 1)), "square root of G at first"),
        ),
        auxiliary=(LOGIT, *DELAY, Variable(k, integers(1, usual=(1, 9)), "number of a term")),
        steps=(
            gradient(),
            Identity(
                "Let g be the negative gradient. Then d sqrt(G)/dw = g²/(2 sqrt(G)) over "
                "eta g/sqrt(G) = g/(2 eta): whatever the loss loses, sqrt(G) gains 1/(2 eta) times "
                "that. So sqrt(G) = s_0 + (ln 2 - L)/(2 eta), and (2 eta s_0 + ln 2)/(2 eta) in "
                "the end.",
                sp.Derivative(s_0 + (sp.log(2) - entropy) / (2 * eta), w),
                1 / (1 + sp.exp(w)) / (2 * eta),
            ),
            Identity(
                "Separated: 2 eta² dt = (1 + e^w)(k - L) dw, k = 2 eta s_0 + ln 2. All of this but "
                "-L dw has this integral, which is 0 for w = 0 ...",
                sp.Derivative(
                    whole * (w + sp.exp(w) - 1)
                    - sp.exp(w) * entropy
                    - sp.log(1 + sp.exp(w))
                    + 2 * sp.log(2),
                    w,
                ),
                (1 + sp.exp(w)) * whole - sp.exp(w) * entropy,
            ),
            Identity(
                "... and -L dw adds -pi²/12 in the end: ln(1+e^-u) is the sum of (-1)^(k+1) "
                "e^(-ku)/k over k, and term by term its integral is the sum of (-1)^(k+1)/k², half "
                "of zeta(2).",
                sp.Integral(sp.exp(-k * u) / k, (u, 0, sp.oo)),
                1 / k**2,
            ),
            Series(
                "For large w, e^w L + ln(1+e^w) is w + 1 + O(e^-w), as (1+x) ln(1+x) = x + O(x²) "
                "for x = e^-w. So 2 eta² t is k (y + ln y - 1) - ln y - 1 + 2 ln 2 - pi²/12: "
                "over k, this is y + a ln y = T + c.",
                (1 + x) * sp.log(1 + x),
                x,
                2,
                x,
            ),
            *delay(t, growing, a, c),
        ),
        law=Law(delayed(growing, a, c), t),
        uses=("descent.flow",),
    )


@derivation
def normalised() -> Derivation:
    """Normalised gradient: L = e^(-ηt)."""
    u = sp.Symbol("u", nonnegative=True)
    logit = sp.Function("w")
    z = sp.exp(-eta * t)
    law = z - z**2 / 2
    return Derivation(
        name="adaptive.normalised",
        statement="Steps of a fixed length eta, along the sign of the gradient, lower the log loss "
        "of a coin that always shows heads as e^(-eta t): exponentially, and not as a power law.",
        source=COMPUTE,
        assumptions=(*HEADS, "A step is eta times the gradient over its magnitude."),
        size=FEW_STEPS,
        parameters=(RATE,),
        auxiliary=(LOGIT, Variable(u, reals(0), "a small number")),
        steps=(
            gradient(),
            Solution(
                "It is positive, so that each step raises w by eta.",
                logit(t + 1) - logit(t) - eta,
                logit(t),
                eta * t,
            ),
            Identity(
                "The loss is ln(1+z), z = e^-w, which is its first two terms and an integral of "
                "order z³.",
                sp.log(1 + z) - sp.Integral(u**2 / (1 + u), (u, 0, z)),
                law,
            ),
        ),
        law=Law(law, t, "exponential"),
        finite=sp.log(1 + z),
        finite_size=sp.log(COUNT) / eta,
        finite_order=3,
    )


@derivation
def newton() -> Derivation:
    """Newton: L = P e^-t, P = 0.30."""
    second = sp.E / (sp.E - 1)
    small = x + second * x**2
    path = small.subs(x, P * sp.exp(-t))
    law = P * sp.exp(-t) + (second - sp.Rational(1, 2)) * P**2 * sp.exp(-2 * t)
    entropy = sp.log(1 + sp.exp(-w))
    return Derivation(
        name="adaptive.newton",
        statement="Newton's method lowers the log loss of a coin that always shows heads as e^-t: "
        "exponentially only, by a factor e a step, for the minimum is at infinity.",
        source=COMPUTE,
        assumptions=(*HEADS, "A step is the gradient over the curvature, in full."),
        size=FEW_STEPS,
        parameters=(AMPLITUDE,),
        auxiliary=(LOGIT, Variable(x, reals(0, usual=(0, 1)), "P e^-t")),
        steps=(
            Identity(
                "The step, gradient over curvature.",
                -sp.Derivative(entropy, w) / sp.diff(entropy, w, 2),
                1 + sp.exp(-w),
            ),
            Series(
                "So z = e^-w becomes z e^(-1-z): it shrinks by e a step at least, so that the sum "
                "of all z converges, and e^t z tends to a constant P, the exponential of minus "
                "that sum: 0.30 for w = 0 at first. To second order z is x + x² e/(e-1), "
                "x = P e^-t, since that becomes the same with x/e.",
                small * sp.exp(-1 - small),
                x,
                3,
                small.subs(x, x / sp.E),
            ),
            Series(
                "The loss is ln(1+z); in P, which comes with e^-t always:",
                sp.log(1 + path),
                P,
                3,
                law,
            ),
        ),
        law=Law(law, t, "exponential"),
    )


@derivation
def adam() -> Derivation:
    """Adam with ε = 0: L = P e^(-ct), c < ln(1/β₂)/2."""
    c, u = sp.symbols("c u", positive=True)
    b1, b2 = sp.symbols("beta_1 beta_2", positive=True)
    average = sp.Function("f")
    law = P * sp.exp(-c * t)
    first = (1 - b1) / (1 - b1 * sp.exp(c))
    second = (1 - b2) / (1 - b2 * sp.exp(2 * c))
    tenth, half = sp.Rational(1, 10), sp.Rational(1, 2)
    return Derivation(
        name="adaptive.adam",
        statement="Adam without epsilon lowers the log loss of a coin that always shows heads "
        "exponentially, as e^(-ct): but c stays below ln(1/beta_2)/2, about (1-beta_2)/2, however "
        "large the learning rate.",
        source=COMPUTE,
        assumptions=(
            *HEADS,
            "A step is eta m/sqrt(v); m and v are moving averages of the gradient and of its "
            "square, with memories beta_1 and beta_2 and the new value included; epsilon = 0. "
            "Their correction for the start is gone.",
            "beta_1² < beta_2. The learning rate is given by the c that belongs to it.",
        ),
        size=FEW_STEPS,
        parameters=(
            Variable(c, reals(0, usual=(tenth / 10, tenth)), "growth of the logit in a step"),
            AMPLITUDE,
        ),
        auxiliary=(
            LOGIT,
            RATE,
            Variable(b1, reals(0, 1, usual=(tenth, half)), "memory of the gradient"),
            Variable(b2, reals(0, 1, usual=(half, 8 * tenth)), "memory of its square"),
            Variable(u, reals(0, 1), "1 - beta_2"),
        ),
        steps=(
            gradient(),
            Solution(
                "If w grows by c a step, the gradient falls as e^(-ct), and its moving average is "
                "that times a constant, where beta_1 e^c < 1 ...",
                average(t + 1) - b1 * average(t) - (1 - b1) * sp.exp(-c * (t + 1)),
                average(t),
                first * sp.exp(-c * t),
            ),
            Solution(
                "... as is that of its square, where beta_2 e^(2c) < 1.",
                average(t + 1) - b2 * average(t) - (1 - b2) * sp.exp(-2 * c * (t + 1)),
                average(t),
                second * sp.exp(-2 * c * t),
            ),
            Solution(
                "So all steps are alike, as was assumed, for the learning rate that stands here "
                "before m/sqrt(v). As a function of c it is 0 at c = 0 and grows beyond all bounds "
                "where c approaches ln(1/beta_2)/2: each rate has its c, and all are below that.",
                average(t + 1)
                - average(t)
                - (c * sp.sqrt(second) / first)
                * (first * sp.exp(-c * t) / sp.sqrt(second * sp.exp(-2 * c * t))),
                average(t),
                c * t - sp.log(P),
            ),
            Series(
                "For a long memory, beta_2 = 1-u, that bound is u/2 and a little more.",
                -sp.log(1 - u) / 2,
                u,
                3,
                u / 2 + u**2 / 4,
            ),
            Series(
                "The loss is ln(1 + e^-w), with e^-w = P e^(-ct).",
                sp.log(1 + P * sp.exp(-c * t)),
                P,
                2,
                law,
            ),
        ),
        law=Law(law, t, "exponential"),
    )
