"""One toss a step, with a learning rate that falls as a/t: three laws, one for each size of a."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.descent.interior import (
    BIAS,
    COMPUTE,
    DEVIATION,
    HALF,
    L_0,
    LOSS,
    RATE,
    START,
    STEPS,
    TOSSES,
    eta,
    loss,
    noisy,
    t,
    v,
    x,
)
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Series, Solution, Step

n = sp.Symbol("n", integer=True, positive=True)
r = sp.Symbol("r", positive=True)

FIT = Variable(r, reals(0, usual=(sp.Rational(1, 10), sp.Rational(9, 10))), "a p (1-p)")
LINEARISED = "exact loss of the recursion linearised at the optimum"
DECAY = "The learning rate of step t is a/t; r = a p (1-p) is a times the curvature of the loss."
INVERSE = Variable(x, reals(0, usual=(0, HALF)), "1/t")


def _decaying() -> tuple[Step, ...]:
    """The recursion of the mean loss for steps a/t, and its exact solution."""
    part = sp.Function("G")
    decay = (sp.gamma(n + 1 - r) / sp.gamma(n + 1)) ** 2
    return (
        *noisy(),
        Identity(
            "With the learning rate eta = a/t = r/(p(1-p) t), the mean loss L = p(1-p) "
            "E delta²/2 before step t is followed by a loss that depends on r alone.",
            (v / 2 * ((1 - eta * v) ** 2 * 2 * loss / v + eta**2 * v)).subs(eta, r / (v * t)),
            (1 - r / t) ** 2 * loss + r**2 / (2 * t**2),
        ),
        Solution(
            "Without noise the loss after step n is a multiple of a Gamma ratio ...",
            part(n + 1) - (1 - r / (n + 1)) ** 2 * part(n),
            part(n),
            decay,
        ),
        Identity(
            "... and over this ratio G, the noise of each step s adds "
            "(r²/2) (Gamma(s)/Gamma(s+1-r))². So the loss after t steps is G(t) times "
            "L_0/Gamma(1-r)² plus the sum of these over all steps s from 1 to t, exactly.",
            r**2 / (2 * n**2) / decay,
            r**2 / 2 * (sp.gamma(n) / sp.gamma(n + 1 - r)) ** 2,
        ),
        Series(
            "For large t, G is t^(-2r) (1 - r(1-r)/t) up to O(t^(-2r-2)): in x = 1/t, both "
            "change by the same factor from t to t+1, to this order, and G t^(2r) tends to 1.",
            2 * sp.log(1 - r * x / (1 + x)) + 2 * r * sp.log(1 + x),
            x,
            3,
            sp.log(1 - r * (1 - r) * x / (1 + x)) - sp.log(1 - r * (1 - r) * x),
        ),
    )


def _after(gap: sp.Expr, steps: sp.Expr, start: sp.Expr = L_0) -> sp.Expr:
    """The loss after so many steps, by the exact solution."""
    s = sp.Symbol("s", integer=True, positive=True)
    noise = sp.Sum((sp.gamma(s) / sp.gamma(s + 1 - gap)) ** 2, (s, 1, steps))
    decay = (sp.gamma(steps + 1 - gap) / sp.gamma(steps + 1)) ** 2
    return decay * (start / sp.gamma(1 - gap) ** 2 + gap**2 / 2 * noise)


STEP_NUMBER = Variable(n, integers(1, usual=(1, 60)), "number of a step")
RECURSION = (BIAS, DEVIATION, RATE, LOSS, INVERSE, STEP_NUMBER)


@derivation
def sgd() -> Derivation:
    """Steps a/t, r = a p(1-p) > 1/2: L = r²/(2(2r-1)t)."""
    leading = r**2 / (2 * (2 * r - 1))
    law = leading / t
    return Derivation(
        name="stochastic.sgd",
        statement="With one toss a step and the learning rate a/t, a p(1-p) = r > 1/2, the log "
        "loss falls as r²/(2(2r-1)) / t: exponent 1, and at best 1/(2t), the loss of the frequency "
        "of heads.",
        source=COMPUTE,
        assumptions=(
            *TOSSES,
            DECAY,
            "r > 1/2. Exponent and prefactor are those of the loss itself; what the recursion "
            "gives beyond them is not, since the loss is no parabola.",
        ),
        size=STEPS,
        parameters=(
            Variable(r, reals(HALF, usual=(sp.Rational(8, 5), 2)), "a p (1-p)"),
            START,
        ),
        auxiliary=RECURSION,
        steps=(
            *_decaying(),
            Asymptotic(
                "For r > 1/2 the sum is dominated by late steps: r²/(2(2r-1)) / t solves the "
                "recursion up to O(t^-3), and what that leaves out adds O(t^-2); the start, "
                "like all of the early steps, is forgotten as t^(-2r).",
                (1 - r / t) ** 2 * law.subs(t, t - 1) + r**2 / (2 * t**2),
                t,
                3,
                law,
            ),
            Identity(
                "The factor of 1/t is least at r = 1, that is for a = 1/(p(1-p)), where it is that "
                "of the frequency of heads. The choice a = 1 has r <= 1/4.",
                leading,
                HALF + (r - 1) ** 2 / (2 * (2 * r - 1)),
            ),
        ),
        law=Law(law, t),
        finite=_after(r, t),
        finite_of=LINEARISED,
        finite_order=2,
        finite_everywhere=False,
        uses=("bernoulli.data",),
    )


@derivation
def sgd_critical() -> Derivation:
    """Steps a/t, a p(1-p) = 1/2: L = ln t/(8t)."""
    angle = sp.Symbol("theta", positive=True)
    a, b = sp.symbols("a b", positive=True)
    z = sp.Symbol("z", positive=True)
    square = sp.sqrt(1 - a**2)
    constant = sp.EulerGamma + 4 * sp.log(2) - 8 * sp.Catalan / sp.pi
    law = sp.log(t) / (8 * t) + (8 * L_0 / sp.pi + constant) / (8 * t)
    return Derivation(
        name="stochastic.sgd_critical",
        statement="With the learning rate a/t and a p(1-p) = 1/2 exactly, the log loss falls as "
        "ln t/(8t): early and late steps count alike.",
        source=COMPUTE,
        assumptions=(
            *TOSSES,
            DECAY,
            "r = 1/2. Exponent and prefactor are those of the loss itself; the constant beside the "
            "logarithm is that of the recursion.",
        ),
        size=STEPS,
        parameters=(START,),
        auxiliary=(
            *RECURSION,
            FIT,
            Variable(z, reals(0, 1), "radius in a plane"),
            Variable(a, reals(0, 1), "first coordinate in a plane"),
            Variable(b, reals(0, 1), "second coordinate in a plane"),
            Variable(angle, reals(0, 1), "angle whose sine is a"),
        ),
        steps=(
            *_decaying(),
            Identity(
                "The terms of the sum tend to 1/s. So to leading order the sum is an integral; "
                "with G = 1/t before it:",
                sp.Integral(1 / (8 * z), (z, 1, t)) / t,
                sp.log(t) / (8 * t),
            ),
            Identity(
                "For the next order, the sum of (Gamma(s)/Gamma(s+1/2))² - 1/s is needed. The "
                "Gamma ratio is an integral, so that its square is one over the unit square of "
                "(a, b), of (4/pi) ((1-a²)(1-b²))^(s-1) ...",
                sp.Integral((1 - a**2) ** (n - 1), (a, 0, 1)),
                sp.sqrt(sp.pi) * sp.gamma(n) / (2 * sp.gamma(n + HALF)),
            ),
            Identity(
                "... while 1/s is the integral of (4/pi) (1-z²)^(s-1), z² = a² + b², over the "
                "quarter of the unit disc within that square.",
                4 / sp.pi * sp.pi / 2 * sp.Integral(z * (1 - z**2) ** (n - 1), (z, 0, 1)),
                1 / n,
            ),
            Identity(
                "Summed over all s, as geometric series, the first integrand is "
                "(4/pi)/(a² + b² - a²b²), and the second (4/pi)/(a² + b²). Integrate over b: the "
                "first up to 1 ...",
                sp.Derivative(sp.atan(b * square / a) / (a * square), b),
                1 / (a**2 + b**2 - a**2 * b**2),
            ),
            Identity(
                "... and the second up to sqrt(1-a²). With a = sin(theta), both arcus tangents are "
                "pi/2 - theta there, and the difference of the integrands, da = cos(theta) dtheta "
                "included, is regular.",
                (sp.pi / 2 - angle)
                * (1 / (sp.sin(angle) * sp.cos(angle)) - 1 / sp.sin(angle))
                * sp.cos(angle),
                (sp.pi / 2 - angle) * sp.tan(angle / 2),
            ),
            Identity(
                "Its integral has a closed form with Catalan's constant G: by parts, it is the "
                "integral of -2 ln cos(theta/2), and so the sum is 4 ln 2 - 8G/pi.",
                4
                / sp.pi
                * sp.Integral((sp.pi / 2 - angle) * sp.tan(angle / 2), (angle, 0, sp.pi / 2)),
                4 * sp.log(2) - 8 * sp.Catalan / sp.pi,
                numeric=30,
            ),
        ),
        law=Law(law, t),
        finite=_after(HALF, t),
        finite_of=LINEARISED,
        finite_order=2,
        uses=("stochastic.sgd",),
    )


@derivation
def sgd_slow() -> Derivation:
    """Steps a/t, 2a p(1-p) = 1-g < 1: exponent 1-g."""
    g, H = sp.symbols("g H", positive=True)
    mean = sp.Function("L")
    gap = (1 - g) / 2
    late = -((1 - g) ** 2) / (8 * g) / t
    whole_sum = sp.hyper([1, 1, 1], [2 - gap, 2 - gap], 1) / sp.gamma(2 - gap) ** 2
    start = sp.gamma(1 - gap) ** 2 * (H - gap**2 / 2 * whole_sum)
    law = H * t ** (g - 1) + late
    return Derivation(
        name="stochastic.sgd_slow",
        statement="With the learning rate a/t and 2a p(1-p) = 1-g below 1, the log loss falls as "
        "t^-(1-g) only, and never forgets its start: too small a step sets the exponent. The step "
        "1/t has at most the exponent 1/2, whatever p.",
        source=COMPUTE,
        assumptions=(
            *TOSSES,
            DECAY,
            "r = (1-g)/2 < 1/2. Exponent and, for the right H, amplitude are those of the loss "
            "itself; the second term is that of the recursion, and the loss, which is no parabola, "
            "has others of order t^-3r, or t^-4r if p = 1/2.",
        ),
        size=STEPS,
        parameters=(
            Variable(
                g,
                reals(0, 1, usual=(sp.Rational(1, 10), sp.Rational(3, 10))),
                "1 - 2 a p (1-p), what the exponent lacks",
            ),
            Variable(H, reals(0, usual=(1, 2)), "amplitude that start and first steps set"),
        ),
        auxiliary=(*RECURSION, FIT),
        steps=(
            *_decaying(),
            Identity(
                "The terms of the sum fall as s^(2r-2) = s^(-1-g), so that it converges: it is the "
                "hypergeometric series 3F2 at 1, for that is 1/Gamma(2-r)² at s = 1, and has this "
                "ratio of successive terms. G(t), which is t^-(1-g) for large t, is multiplied by "
                "H = L_0/Gamma(1-r)² + (r²/2) times the whole sum, less what the sum lacks.",
                (sp.gamma(n + 1) / sp.gamma(n + 2 - gap)) ** 2
                / (sp.gamma(n) / sp.gamma(n + 1 - gap)) ** 2,
                n**2 / (n + 1 - gap) ** 2,
            ),
            Solution(
                "To leading order in 1/t the recursion is a differential equation; these two terms "
                "solve it, the second because of the noise, with the H "
                "of the exact solution as constant of integration.",
                sp.diff(mean(t), t) + (1 - g) * mean(t) / t - (1 - g) ** 2 / (8 * t**2),
                mean(t),
                law,
            ),
        ),
        law=Law(law, t),
        finite=_after(gap, t, start),
        finite_of=LINEARISED,
        finite_order=2 - g,
        uses=("stochastic.sgd",),
    )
