"""Two members of the entmax family in closed form: a power law, and an exponential."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import reals
from symbolic.fenchel_young import (
    FLOW,
    HALF,
    LOG,
    LOSS,
    SOURCE,
    TIME,
    WRONG,
    _inverted,
    _loss_of,
    alpha,
    c,
    eta,
    tau,
    x,
    y,
)
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Series, Solution
from symbolic.wrong_share import WrongShare


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
