"""Descent on the logit of a coin that shows both faces: full gradients, and one toss a step."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.descent.descent import COMPUTE as COMPUTE
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Series, Solution, Step

p = sp.Symbol("p", positive=True)
q = 1 - p
v = p * q
t = sp.Symbol("t", positive=True)
tau = sp.Symbol("tau", positive=True)
eta = sp.Symbol("eta", positive=True)
d = sp.Symbol("delta", real=True)
L_0 = sp.Symbol("L_0", nonnegative=True)
loss = sp.Symbol("L", positive=True)
x = sp.Symbol("x", positive=True)

HALF = sp.Rational(1, 2)
BIAS = Variable(
    p, reals(0, 1, usual=(sp.Rational(1, 5), sp.Rational(4, 5))), "probability of heads"
)
START = Variable(L_0, reals(0, closed=True, usual=(HALF, 2)), "loss before the first step")
DEVIATION = Variable(d, reals(-sp.oo, usual=(-HALF, HALF)), "logit, less that of p")
RATE = Variable(eta, reals(0, usual=(sp.Rational(1, 10), 1)), "learning rate of a step")
STEPS = Variable(t, integers(1, usual=(20, 1000)), "steps, one toss each")
CONSTANT_RATE = Variable(eta, reals(0, 8, usual=(HALF, 2)), "learning rate")
LOSS = Variable(loss, reals(0, usual=(0, 1)), "loss before a step")

INSIDE = "0 < p < 1. The model has one parameter, the logit w of heads; the loss is KL(p, p̂)."
TOSSES = (
    INSIDE,
    "Each step sees one fresh toss and moves w along the gradient of its log loss.",
    "The loss and the mean step are linearised at the optimum: the deviation of w is small, as it "
    "is in the end.",
)


@derivation
def gradient() -> Derivation:
    """Full gradient: L = C e^(-2p(1-p)τ), exponential."""
    s = sp.Symbol("s", positive=True)
    implicit = q * sp.log(s) + p * sp.log(1 - s) - sp.log(sp.Abs(p - s))
    skew = 1 - 2 * p
    divergence = -p * sp.log(1 + d / p) - q * sp.log(1 - d / q)
    deviation = x + skew * x**2 / v
    two_terms = x**2 / (2 * v) + 2 * skew * x**3 / (3 * v**2)
    slower = skew**2 * p ** (2 * q) * q ** (2 * p) / (2 * v) * sp.exp(-2 * v * tau)
    faster = 2 * skew**4 * p ** (3 * q) * q ** (3 * p) / (3 * v**2) * sp.exp(-3 * v * tau)
    law = slower + faster
    return Derivation(
        name="interior.gradient",
        statement="For a coin that shows both faces, gradient flow on the logit lowers the log "
        "loss exponentially, as C exp(-2p(1-p) tau): the logit stops at a finite value, and steps "
        "buy no power law.",
        source=COMPUTE,
        assumptions=(
            INSIDE,
            "Gradient flow on the mean loss, from w = 0 on; p = 1/2 would be the optimum at once.",
        ),
        size=Variable(tau, reals(0, usual=(1, 20)), "training time, learning rate times steps"),
        parameters=(BIAS,),
        auxiliary=(
            Variable(s, reals(0, 1), "predicted probability of heads"),
            Variable(d, reals(-1, usual=(-sp.Rational(1, 10), sp.Rational(1, 10))), "s - p"),
            Variable(x, reals(0, usual=(0, sp.Rational(1, 10))), "s - p to first order"),
        ),
        steps=(
            Identity(
                "The flow is dw/dtau = p - s, s = 1/(1+e^-w) the predicted probability: so "
                "ds/dtau = s(1-s)(p-s). With variables separated, this function of s grows at the "
                "constant rate p(1-p).",
                sp.Derivative(q * sp.log(s) + p * sp.log(1 - s) - sp.log(p - s), s)
                * s
                * (1 - s)
                * (p - s),
                v,
            ),
            Identity(
                "At first s = 1/2, so the constant is known: p - s = (2p-1) s^(1-p) (1-s)^p "
                "exp(-p(1-p) tau), exactly, at every time.",
                implicit.subs(s, HALF),
                -sp.log(sp.Abs(2 * p - 1)),
            ),
            Series(
                "Write x for (1-2p) p^(1-p) (1-p)^p exp(-p(1-p) tau), and s = p + delta: the "
                "equation delta = x (s/p)^(1-p) ((1-s)/(1-p))^p has the solution "
                "x + (1-2p) x²/(p(1-p)), to second order.",
                x * (1 + deviation / p) ** q * (1 - deviation / q) ** p,
                x,
                3,
                deviation,
            ),
            Series(
                "The loss is the parabola of bernoulli.data and its cubic term.",
                divergence,
                d,
                4,
                d**2 / (2 * v) - skew * d**3 / (3 * v**2),
            ),
            Series(
                "With the deviation put in.",
                deviation**2 / (2 * v) - skew * deviation**3 / (3 * v**2),
                x,
                4,
                two_terms,
            ),
            Identity(
                "And with x.",
                two_terms.subs(x, skew * p**q * q**p * sp.exp(-v * tau)),
                law,
            ),
        ),
        law=Law(law, tau, "exponential"),
        uses=("bernoulli.data",),
    )


@derivation
def gradient_steps() -> Derivation:
    """Steps η of the full gradient: L = p(1-p)A²/2 (1-ηp(1-p))^(2t), exponential."""
    A, y = sp.symbols("A y", real=True)
    part = sp.Function("y")
    divergence = sp.log(q + p * sp.exp(d)) - p * d
    skew = 1 - 2 * p
    kept = 1 - eta * v
    bend = skew / (2 * kept)
    parabola = v * d**2 / 2 + v * skew * d**3 / 6
    after = kept * d - eta * v * skew * d**2 / 2
    bent = d - bend * d**2
    two_terms = v * y**2 / 2 + v * (bend + skew / 6) * y**3
    law = v * A**2 / 2 * kept ** (2 * t) + v * skew * (3 + kept) / (6 * kept) * A**3 * kept ** (
        3 * t
    )
    return Derivation(
        name="interior.gradient_steps",
        statement="For a coin that shows both faces, gradient descent on the logit with a learning "
        "rate eta < 4 lowers the log loss exponentially, by the factor (1 - eta p(1-p))² a step.",
        source=COMPUTE,
        assumptions=(
            INSIDE,
            "Steps of size eta < 4 down the gradient of the mean loss. Its curvature is at most "
            "1/4, so that every step brings w nearer to the logit of p, on the same side of it.",
            "A is the limit of delta/(1 - eta p(1-p))^t, which the start sets.",
        ),
        size=Variable(t, integers(1, usual=(20, 1000)), "steps"),
        parameters=(
            BIAS,
            Variable(eta, reals(0, 4, usual=(HALF, 2)), "learning rate"),
            Variable(A, reals(-sp.oo, usual=(-2, 2)), "amplitude of the deviation"),
        ),
        auxiliary=(
            DEVIATION,
            Variable(y, reals(-sp.oo, usual=(-HALF, HALF)), "delta, bent"),
        ),
        steps=(
            Series(
                "At the logit of p plus delta the loss is a parabola and its cubic term ...",
                divergence,
                d,
                4,
                parabola,
            ),
            Series(
                "... and a step down its gradient leads to",
                d - eta * sp.diff(divergence, d),
                d,
                3,
                after,
            ),
            Series(
                "Bent as y = delta - (1-2p) delta²/(2(1 - eta p(1-p))), the deviation is "
                "multiplied by 1 - eta p(1-p) in every step, to second order.",
                bent.subs(d, after),
                d,
                3,
                kept * d - kept * bend * d**2,
            ),
            Solution(
                "So y is a geometric sequence in the end.",
                part(t + 1) - kept * part(t),
                part(t),
                A * kept**t,
            ),
            Series(
                "The loss in terms of y, which bends back as delta = y + (1-2p) y²/(2(1 - eta "
                "p(1-p))).",
                parabola.subs(d, y + bend * y**2),
                y,
                4,
                two_terms,
            ),
            Identity("And with y put in.", two_terms.subs(y, A * kept**t), law),
        ),
        law=Law(law, t, "exponential"),
        uses=("interior.gradient",),
    )


def noisy() -> tuple[Step, ...]:
    """How the mean loss changes in one step, to second order in the deviation."""
    excess = sp.log(q + p * sp.exp(d)) - p * d
    rest = 1 - eta * v
    return (
        Series(
            "At the logit of p plus delta the loss is a parabola with the curvature p(1-p) ...",
            excess,
            d,
            3,
            v * d**2 / 2,
        ),
        Series(
            "... and the mean step is -eta p(1-p) delta.",
            -eta * sp.diff(excess, d),
            d,
            2,
            -eta * v * d,
        ),
        Identity(
            "The toss adds eta(1-p) with probability p, and -eta p otherwise: on average "
            "delta² shrinks, and grows by eta² times the variance of a toss.",
            p * (rest * d + eta * q) ** 2 + q * (rest * d - eta * p) ** 2,
            rest**2 * d**2 + eta**2 * v,
        ),
    )


@derivation
def constant_step() -> Derivation:
    """Constant η: L -> η v/(2(2-ηv)), approached exponentially."""
    part = sp.Function("L")
    rate = eta * v
    floor = rate / (2 * (2 - rate))
    law = floor + (L_0 - floor) * (1 - rate) ** (2 * t)
    return Derivation(
        name="interior.constant_step",
        statement="With one toss a step and a constant learning rate eta, the log loss does not "
        "vanish: it approaches eta v/(2(2 - eta v)), v = p(1-p), exponentially.",
        source=COMPUTE,
        assumptions=(*TOSSES, "The learning rate eta is constant, with eta p(1-p) < 2."),
        size=STEPS,
        parameters=(BIAS, CONSTANT_RATE, START),
        auxiliary=(DEVIATION, LOSS),
        steps=(
            *noisy(),
            Identity(
                "So for the mean loss L = p(1-p) E delta²/2, which depends on eta p(1-p) alone:",
                v / 2 * ((1 - rate) ** 2 * 2 * loss / v + eta**2 * v),
                (1 - rate) ** 2 * loss + rate**2 / 2,
            ),
            Solution(
                "The noise balances the decay where the loss is its floor, and the distance to it "
                "shrinks by the factor (1 - eta p(1-p))² a step. This is the exact solution.",
                part(t + 1) - (1 - rate) ** 2 * part(t) - rate**2 / 2,
                part(t),
                law,
            ),
            Series(
                "A smaller learning rate lowers the floor in proportion.",
                floor,
                eta,
                3,
                rate / 4 + rate**2 / 8,
            ),
        ),
        law=Law(law, t, "exponential"),
    )
