"""The mean of the k nearest neighbours under label noise: its floor."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.ball import VOLUME, d
from symbolic._lemmas.gamma import MOMENT, D, grown, s
from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.manifolds._symbols import (
    DIMENSION,
    NEWSLETTER,
    POINTS,
    SHARE,
    SMALL,
    moments_of_the_share,
    x,
)
from symbolic.registry import derivation
from symbolic.steps import Identity, Series

k = sp.Symbol("k", positive=True)
sigma = sp.Symbol("sigma", positive=True)
m = sp.Symbol("m", integer=True)
LAMBDA = sp.Symbol("Lambda", positive=True)

NEIGHBORS = Variable(k, integers(1, usual=(1, 8)), "neighbours")
NOISE = Variable(sigma, reals(0, usual=(1, 3)), "standard deviation of the label noise")
TORUS = (
    "D points and the query are independent and uniform on the flat torus of side 1; labels are "
    "f = cos(2 pi x_1) at a random phase, plus independent noise of variance sigma².",
    "The prediction is the mean label of the k nearest points; it is compared with f.",
    "The ball around the query does not wrap around the torus, which fails with a probability "
    "that is exponentially small in D.",
)


def leading(order: int) -> sp.Expr:
    """E r^order times D^(order/d) for large D, r the distance to the (k+1)-th nearest point."""
    power = sp.Integer(order) / d
    return VOLUME**-power * sp.gamma(k + 1 + power) / sp.gamma(k + 1)


def exact_loss(count: sp.Expr = k) -> sp.Expr:
    """The loss on the torus, from the series of two Bessel functions, at every D."""
    half = d / 2
    one = sp.gamma(half + 1) / (sp.gamma(m + 1) * sp.gamma(m + half + 1))
    two = (
        sp.gamma(half + 1) ** 2 * sp.gamma(2 * m + d + 1)
        / (sp.gamma(m + 1) * sp.gamma(m + d + 1) * sp.gamma(m + half + 1) ** 2)
    )  # fmt: skip
    power = 2 * m / d
    distance = (
        VOLUME**-power * sp.gamma(count + 1 + power) / sp.gamma(count + 1)
        * sp.gamma(D + 1) / sp.gamma(D + 1 + power)
    )  # fmt: skip
    term = (-1) ** m * sp.pi ** (2 * m) * ((1 - 1 / count) / 2 * two - one) * distance
    return sigma**2 / count + sp.Sum(term, (m, 1, sp.oo))


NEAREST = "The share v that is nearer than the (k+1)-th of D points has the law Beta(k+1, D-k)."


@derivation
def floor() -> Derivation:
    """Fixed k: floor σ²/k, then exponent 2/d."""
    n = sp.Symbol("n", positive=True)
    ratio, wave = 1 / (d + 2), 2 * sp.pi * x
    mean = 1 - wave**2 * ratio / 2 + wave**4 * ratio / (8 * (d + 4))
    second = (2 * sp.pi) ** 2 * ratio / (2 * k)
    fourth = (2 * sp.pi) ** 4 * (ratio**2 / 8 - (ratio / (d + 4) + ratio**2) / (8 * k))
    law = sigma**2 / k + second * leading(2) * grown(2 / d) + fourth * leading(4) * D ** (-4 / d)
    given = (1 - LAMBDA**2) / (2 * k) + (1 - LAMBDA) ** 2 / 2
    return Derivation(
        name="neighbors_average.floor",
        statement="The mean of a fixed number k of noisy neighbours has the floor sigma²/k; above "
        "it the loss falls as D^(-2/d), as for one neighbour.",
        source=NEWSLETTER,
        assumptions=TORUS,
        size=POINTS,
        parameters=(DIMENSION, NEIGHBORS, NOISE),
        auxiliary=(
            MOMENT, SHARE, SMALL, Variable(LAMBDA, reals(0, 1), "E cos(2 pi shift)"),
            Variable(n, integers(2, usual=(2, 6)), "order of a moment of the shift"),
        ),
        steps=(
            Identity(
                "Let the (k+1)-th nearest point be at the distance r. The k nearer ones are "
                "independent and uniform in the ball around the query, so that E cos(a + 2 pi "
                "shift) is Lambda cos a, Lambda = E cos(2 pi shift). In the mean over the phase a, "
                "the variance (1 - Lambda²)/2 of a value counts 1/k, and the bias (1-Lambda) cos a "
                "with its square: together",
                given,
                (1 - LAMBDA) * (1 - (1 - 1 / k) * (1 + LAMBDA) / 2),
            ),
            Identity(
                "A shift by u r has the density (1-u²)^((d-1)/2). In units of u^(n-2) times that, "
                "the derivative ...",
                sp.Derivative(x ** (n - 1) * (1 - x**2) ** ((d + 1) / 2), x)
                / (x ** (n - 2) * (1 - x**2) ** ((d - 1) / 2)),
                n - 1 - (d + n) * x**2,
            ),
            Series(
                "... integrates to 0: E u^n = (n-1)/(d+n) E u^(n-2), that is 1/(d+2) and "
                "3/((d+2)(d+4)). With these moments for the powers of the shift in the cosine, and "
                "x for r, Lambda gives the loss above sigma²/k.",
                given.subs(LAMBDA, mean),
                x,
                6,
                second * x**2 + fourth * x**4,
            ),
            *moments_of_the_share(k, NEAREST),
            Identity(
                "r^n is (v/V_d)^(n/d). So with s = 2/d and 4/d, and the floor, the loss is",
                sigma**2 / k
                + second
                * sp.Subs(VOLUME**-s * sp.gamma(k + 1 + s) / sp.gamma(k + 1) * grown(s), s, 2 / d)
                + fourth
                * sp.Subs(VOLUME**-s * sp.gamma(k + 1 + s) / sp.gamma(k + 1) * D**-s, s, 4 / d),
                law,
            ),
        ),
        law=Law(law, D),
        finite=exact_loss(),
        finite_order=sp.Min(6, 2 * d + 2),
        finite_size=COUNT**d,
    )  # fmt: skip
