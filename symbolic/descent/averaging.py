"""Averages along the way, at a constant learning rate: of predictions, and of logits."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.descent.interior import (
    BIAS,
    COMPUTE,
    CONSTANT_RATE,
    DEVIATION,
    INSIDE,
    STEPS,
    TOSSES,
    d,
    eta,
    noisy,
    p,
    q,
    t,
    v,
)
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Series, Solution

T = sp.Symbol("T", positive=True)
d_0 = sp.Symbol("delta_0", real=True)
LENGTH = Variable(T, integers(1, usual=(20, 1000)), "steps, one toss each")
OFFSET = Variable(d_0, reals(-sp.oo, usual=(1, 3)), "logit at first, less that of p")


@derivation
def predictions() -> Derivation:
    """Mean of the predictions, constant η: L = 1/(2T)."""
    at = sp.Symbol("w_t", real=True)
    toss = sp.Symbol("x_t", nonnegative=True)
    guess = 1 / (1 + sp.exp(-at))
    rate = eta * v
    kept = (1 - rate) ** T
    together = (1 - kept) / T
    spread = eta / (2 - rate) * (1 - kept**2) + (1 - kept) ** 2 * d_0**2
    exact = (v / T - 2 * together / (eta * T) + spread / (eta * T) ** 2) / (2 * v)
    second = (d_0**2 / eta**2 + 1 / (eta * (2 - rate)) - 2 / eta) / (2 * v)
    law = 1 / (2 * T) + second / T**2
    part = sp.Function("S")
    return Derivation(
        name="averaging.predictions",
        statement="With a constant learning rate, the mean of the predictions along the way has "
        "the log loss 1/(2T) after T steps, that of the frequency of heads, whatever the rate.",
        source=COMPUTE,
        assumptions=(
            *TOSSES,
            "The learning rate eta is constant, with eta p(1-p) < 2.",
            "The prediction after T steps is the mean of 1/(1+e^-w) over these steps.",
        ),
        size=LENGTH,
        parameters=(BIAS, CONSTANT_RATE, OFFSET),
        auxiliary=(
            STEPS,
            DEVIATION,
            Variable(at, reals(-sp.oo, usual=(-2, 2)), "logit before step t"),
            Variable(toss, integers(0, 1), "toss of step t: 1 for heads"),
        ),
        steps=(
            Identity(
                "Each step moves w by eta (x - s), x the toss and s the prediction. Solved for s "
                "and summed over all steps, the changes of w telescope: the mean prediction is "
                "the frequency of heads, less (w_T - w_0)/(eta T), exactly.",
                sp.Derivative(toss * sp.log(guess) + (1 - toss) * sp.log(1 - guess), at),
                toss - guess,
            ),
            *noisy(),
            Solution(
                "w_T - w_0 stays bounded: the mean of delta shrinks by 1 - eta p(1-p) a step, and "
                "its variance tends to eta/(2 - eta p(1-p)), which makes the second moment of "
                "w_T - w_0 ...",
                part(t + 1) - (1 - rate) ** 2 * part(t) - eta**2 * v,
                part(t),
                eta / (2 - rate) * (1 - (1 - rate) ** (2 * t)),
            ),
            Solution(
                "... and its covariance with the number of heads, to which every toss adds "
                "eta p(1-p), and which shrinks like delta, is 1 - (1 - eta p(1-p))^t: so the "
                "frequency of heads has 1/T of that.",
                part(t + 1) - (1 - rate) * part(t) - rate,
                part(t),
                1 - (1 - rate) ** t,
            ),
            Identity(
                "So the loss, the mean square of the error over 2p(1-p), is 1/(2T) and a term of "
                "order 1/T², but for what is exponentially small: here with 0 for "
                "(1 - eta p(1-p))^T.",
                ((v / T - 2 / (eta * T**2)) + (eta / (2 - rate) + d_0**2) / (eta * T) ** 2)
                / (2 * v),
                law,
            ),
        ),
        law=Law(law, T),
        finite=exact,
        finite_of="exact loss of the recursion linearised at the optimum",
        uses=("interior.constant_step",),
    )


@derivation
def weights() -> Derivation:
    """Mean of the logits, constant η: L -> p(1-p)(1-2p)²η²/32."""
    second = sp.Symbol("M", positive=True)
    J = sp.Symbol("J", real=True)
    part = sp.Function("S")
    mean = sp.Function("m")
    spread = eta / (2 - eta * v)
    skew = 1 - 2 * p
    curved = 1 / (1 + q / p * sp.exp(-d))
    bias = skew * eta / 4
    law = v * skew**2 * eta**2 / 32 + (sp.Rational(1, 2) - skew * J / 4) / T
    return Derivation(
        name="averaging.weights",
        statement="With a constant learning rate eta, the mean of the logits along the way has a "
        "log loss that falls as 1/T to a floor of p(1-p)(1-2p)² eta²/32: the logit is biased, "
        "where the prediction is not. The factor of 1/T is 1/2 if w starts at the optimum; the way "
        "there is averaged over, too, and the floor does not let it be forgotten.",
        source=COMPUTE,
        assumptions=(
            INSIDE,
            TOSSES[1],
            "The learning rate eta is constant and small, and T is large: of each term the "
            "leading order in eta is kept.",
            "The prediction after T steps is that of the mean of w over these steps.",
            "J is eta p(1-p) times the sum of the mean deviations on the way from the start; where "
            "that is near the optimum it is the first deviation, and for small eta it is p(1-p) "
            "times the integral over delta, from 0 to the first, of delta/(s - p), s the "
            "prediction there.",
        ),
        size=LENGTH,
        parameters=(
            BIAS,
            CONSTANT_RATE,
            Variable(J, reals(-sp.oo, usual=(-1, 1)), "area under the deviation, by the start"),
        ),
        auxiliary=(
            DEVIATION,
            STEPS,
            Variable(second, reals(0, usual=(0, 1)), "mean of delta² in the long run"),
        ),
        steps=(
            Series(
                "In the long run w does not drift, so that the mean prediction is p exactly. But "
                "the prediction is curved in w ...",
                curved,
                d,
                3,
                p + v * d + v * skew * d**2 / 2,
            ),
            Solution(
                "... hence the mean m of delta, where M is that of delta², is not 0, but "
                "-(1-2p) M/2,",
                v * mean(second) + v * skew * second / 2,
                mean(second),
                -skew * second / 2,
            ),
            *noisy(),
            Identity(
                "and M = eta/(2 - eta p(1-p)) is what a step does not change.",
                (1 - eta * v) ** 2 * spread + eta**2 * v,
                spread,
            ),
            Solution(
                "The noise of the mean: a toss moves w by eta, which then decays. The sum of all "
                "that is 1/(p(1-p)), after many steps, so that T tosses of variance p(1-p) give "
                "the mean logit the variance 1/(p(1-p) T).",
                part(t + 1) - part(t) - eta * (1 - eta * v) ** t,
                part(t),
                (1 - (1 - eta * v) ** t) / v,
            ),
            Series(
                "The bias of the logit is -(1-2p) M/2: to leading order in eta ...",
                skew * spread / 2,
                eta,
                2,
                bias,
            ),
            Identity(
                "... and that of the mean logit J/(eta p(1-p) T) more. The loss is p(1-p)/2 times "
                "the variance and the square of the bias, in which the two are multiplied; the "
                "square of what the start adds is of order 1/T².",
                v / 2 * (1 / (v * T) + (J / (eta * v * T) - bias) ** 2 - (J / (eta * v * T)) ** 2),
                law,
            ),
        ),
        law=Law(law, T),
        uses=("interior.constant_step",),
    )
