"""The entmax family in training: two members in closed form, those beyond, and the log loss."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import reals
from symbolic.law import Law
from symbolic.losses._wrong_share import TimeConstant, WrongShare
from symbolic.losses.fenchel_young import (
    FLOW,
    HALF,
    LOG,
    LOSS,
    SHARE,
    SOURCE,
    TIME,
    WRONG,
    _inverted,
    _loss_of,
    _time,
    alpha,
    c,
    eta,
    tau,
    u,
    x,
    y,
)
from symbolic.registry import derivation
from symbolic.steps import Identity, Series, Solution


@derivation
def three_halves() -> Derivation:
    """p = 1, α = 3/2: L = (16/3)/τ³, with a logarithm next."""
    root = sp.sqrt(1 - y)
    spent = 2 / sp.sqrt(y) + 2 * sp.log(1 + root) - sp.log(y)
    constant = 2 * sp.sqrt(2) + 2 * sp.log(2 + sp.sqrt(2)) - sp.log(2)
    right = sp.sqrt(1 - x**2)
    law = sp.Rational(16, 3) / tau**3 + 16 * (2 * sp.log(tau) - constant + HALF) / tau**4
    return Derivation(
        name="entmax.three_halves",
        statement="At p = 1 gradient flow on the loss of 3/2-entmax falls as (16/3)/tau^3: a "
        "power law of exponent 3, not zero after a finite time, although the probabilities of "
        "entmax can be exactly 0.",
        source=SOURCE,
        assumptions=(*FLOW, LOSS, "alpha = 3/2."),
        size=TIME,
        parameters=(),
        auxiliary=(WRONG, LOG),
        steps=(
            Identity(
                "With q the probability of the wrong face, dtau = -Omega'' dq/q with Omega'' = "
                "p^(-1/2) + q^(-1/2): the integral is elementary.",
                -sp.Derivative(spent, y),
                (1 / root + 1 / sp.sqrt(y)) / y,
            ),
            Identity(
                "It starts from q = 1/2, so that tau = 2/q^(1/2) + 2 log(1 + p^(1/2)) - log q - C.",
                sp.Subs(spent, y, HALF),
                constant,
            ),
            Series(
                "With x for q^(1/2): only the first term and the logarithm of q depend on small x, "
                "up to O(x²).",
                sp.log(1 + right),
                x,
                3,
                sp.log(2) - x**2 / 4,
            ),
            _inverted(
                "Solved for q^(1/2), in x = 2/tau: it is x (1 + c x), c = log tau - C/2."
            ),
            Series(
                "The loss, with x for q^(1/2) again.",
                sp.Rational(4, 3) * (1 - right**3 - x**3) - 2 * (right - x) * x**2,
                x,
                5,
                2 * x**3 / 3 + x**4 / 2,
            ),
            Series(
                "At x (1 + c x) for x.",
                2 * (x * (1 + c * x)) ** 3 / 3 + (x * (1 + c * x)) ** 4 / 2,
                x,
                5,
                2 * x**3 / 3 + (2 * c + HALF) * x**4,
            ),
            Identity(
                "With x and c written out.",
                2 * (2 / tau) ** 3 / 3
                + (2 * (sp.log(tau) - constant / 2) + HALF) * (2 / tau) ** 4,
                law,
            ),
        ),
        law=Law(law, tau),
        finite=_loss_of(WrongShare(tau, alpha)).subs(alpha, sp.Rational(3, 2)),
        finite_size=COUNT**2,
        finite_order=9,
        uses=("fenchel_young.flow",),
    )  # fmt: skip


@derivation
def sparsemax() -> Derivation:
    """p = 1, α = 2: L = e^-τ/4."""
    theta, error = sp.Function("theta"), sp.Function("e")
    t = sp.Symbol("t", positive=True)
    wrong = y * (1 - y) - (1 - 2 * y) * y
    law = sp.exp(-tau) / 4
    return Derivation(
        name="entmax.sparsemax",
        statement="At p = 1 gradient flow on the loss of sparsemax falls as exp(-tau)/4: "
        "exponential, no power law; and zero is not reached in finite time.",
        source=SOURCE,
        assumptions=(*FLOW, LOSS, "alpha = 2."),
        size=TIME,
        parameters=(),
        auxiliary=(
            WRONG,
            Variable(t, reals(0), "steps of gradient descent"),
            Variable(eta, reals(0, 2), "learning rate"),
        ),
        steps=(
            Identity(
                "For alpha = 2 minus the entropy is -pq and the score theta = p - q = 1 - 2q; the "
                "loss is q², with q the probability of the wrong face.",
                wrong,
                y**2,
            ),
            Solution(
                "The score moves at the rate q = (1 - theta)/2: it tends to the margin 1 and never "
                "reaches it.",
                sp.diff(theta(tau), tau) - (1 - theta(tau)) / 2,
                theta(tau),
                1 - sp.exp(-tau / 2),
            ),
            Identity(
                "So q is half of exp(-tau/2).",
                wrong.subs(y, sp.exp(-tau / 2) / 2),
                law,
            ),
            Solution(
                "Gradient descent of rate eta multiplies 1 - theta by 1 - eta/2 in each step: "
                "exponential again, and exactly zero for the one rate eta = 2 only.",
                error(t + 1) - (1 - eta / 2) * error(t),
                error(t),
                (1 - eta / 2) ** t,
            ),
        ),
        law=Law(law, tau, "exponential"),
        finite=law,
        finite_size=sp.log(COUNT),
    )


@derivation
def exponential() -> Derivation:
    """p = 1, α > 2: L = e^(2K) e^(-2τ)/2."""
    g = sp.Symbol("g", positive=True)
    law = sp.exp(2 * TimeConstant(alpha)) * sp.exp(-2 * tau) / 2
    return Derivation(
        name="entmax.exponential",
        statement="At p = 1 and alpha > 2 gradient flow lowers the loss as exp(-2 tau): "
        "exponential, at a rate that does not depend on alpha.",
        source=SOURCE,
        assumptions=(*FLOW, LOSS, "alpha > 2."),
        size=TIME,
        parameters=(
            Variable(
                alpha,
                reals(2, usual=(sp.Rational(5, 2), sp.Rational(7, 2))),
                "index of the entropy",
            ),
        ),
        auxiliary=(SHARE, WRONG, Variable(g, reals(0, 2), "alpha - 2")),
        steps=(
            Identity(
                "With q the probability of the wrong face, the time is the integral of Omega''/q, "
                "Omega'' = p^g + q^g with g = alpha - 2, from q to 1/2. Now the second part of it "
                "stays finite as q tends to 0 ...",
                sp.Integral(u ** (g - 1), (u, y, HALF)),
                (2**-g - y**g) / g,
            ),
            Series(
                "... and the first is -log(2q), plus what the higher terms of this series give. So "
                "tau = K - log q, up to O(q) and O(q^g): K is the integral of what is left of it, "
                "((1-u)^g - 1)/u from 0 to 1/2, plus 2^(-g)/g, less log 2.",
                (1 - x) ** g,
                x,
                3,
                1 - g * x + g * (g - 1) / 2 * x**2,
            ),
            Identity(
                "The loss is the integral of q Omega'' from 0, and Omega'' tends to 1: it is q²/2, "
                "up to O(q³) and O(q^alpha).",
                sp.Integral(u, (u, 0, y)),
                y**2 / 2,
            ),
            Identity(
                "With q = exp(K - tau).",
                sp.exp(TimeConstant(alpha) - tau) ** 2 / 2,
                law,
            ),
        ),
        law=Law(law, tau, "exponential"),
        finite=_loss_of(WrongShare(tau, alpha)),
        finite_size=sp.log(COUNT),
        finite_order=2 + sp.Min(1, alpha - 2),
        uses=("fenchel_young.flow",),
    )


@derivation
def readout() -> Derivation:
    """p = 1, 1 < α < 2: -ln p = ((2-α) τ)^(-1/(2-α))."""
    b = sp.Symbol("b", positive=True)
    rest = 2 - alpha
    log = sp.log(rest * tau)
    law = Law(
        (rest * tau) ** (-1 / rest)
        + (rest * tau) ** (-1 / rest - 1) * (log / rest + TimeConstant(alpha)),
        tau,
    )
    return Derivation(
        name="entmax.readout",
        statement="A model that gradient flow trains at p = 1 on the loss of index alpha, "
        "1 < alpha < 2, has a log loss that falls as ((2-alpha) tau)^(-1/(2-alpha)): what is read "
        "out matters as well as what is trained on.",
        source=SOURCE,
        assumptions=(*FLOW, LOSS, "1 < alpha < 2. What is measured is the log loss -log p."),
        size=TIME,
        parameters=(
            Variable(
                alpha,
                reals(1, 2, usual=(sp.Rational(5, 4), sp.Rational(7, 4))),
                "index of the entropy",
            ),
        ),
        auxiliary=(SHARE, WRONG, Variable(b, reals(0, 1), "2 - alpha"), LOG),
        steps=(
            *_time(b),
            _inverted("Solved for q^b, in x = 1/(b tau): it is x (1 + c x), c = log(b tau) + b K."),
            Series(
                "The log loss is q up to O(q²), which is O(x^(2/b)) and falls faster than the next "
                "term of q, since b < 1.",
                -sp.log(1 - x),
                x,
                2,
                x,
            ),
            Series(
                "With q^b = x (1 + c x): q over x^(1/b).",
                (1 + c * x) ** (1 / b),
                x,
                2,
                1 + c * x / b,
            ),
            Identity(
                "The leading term with x written out; in the next, log(b tau)/b + K stands for "
                "c/b, over b tau.",
                (rest * tau) ** (-1 / rest),
                law.leading,
            ),
        ),
        law=law,
        finite=-sp.log(1 - WrongShare(tau, alpha)),
        finite_size=COUNT**2,
        finite_order=2 * sp.Min(2 / rest, 1 / rest + 2) - 1,
        uses=("fenchel_young.flow",),
    )
