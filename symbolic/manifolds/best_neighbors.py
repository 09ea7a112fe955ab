"""How many neighbours are best against noise, and the exponents that this gives."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.ball import d
from symbolic._lemmas.gamma import MOMENT, D, s
from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import reals
from symbolic.law import Law
from symbolic.manifolds._symbols import (
    DIMENSION,
    LINE,
    NEWSLETTER,
    POINTS,
    SHARE,
    SLIDES,
    SMALL,
    moments_of_the_share,
    v,
    x,
)
from symbolic.manifolds.neighbors_average import (
    NEAREST,
    NEIGHBORS,
    NOISE,
    TORUS,
    exact_loss,
    k,
    sigma,
)
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Minimum, Series, Step

y = sp.Symbol("y", positive=True)
B = sp.Symbol("B", positive=True)
RATIO = Variable(y, reals(0, usual=(sp.Rational(1, 2), 2)), "k in units of the best one")
BIAS = Variable(B, reals(0, usual=(sp.Rational(1, 2), 3)), "size of the bias")

BALANCE = (
    "Labels carry independent noise of variance sigma²; the prediction is the mean label of the k "
    "nearest points, with the k that is best for this sigma and D.",
    "k is large, and small against D.",
)


def _best(power: sp.Expr) -> sp.Expr:
    """The k at which sigma²/k + B (k/D)^power is smallest."""
    return (sigma**2 / (power * B)) ** (1 / (1 + power)) * D ** (power / (1 + power))


def _balance() -> tuple[Step, ...]:
    return (
        Identity(
            "Noise and bias, sigma²/k + B (k/D)^s: with k in units y of k* = (sigma²/(s B))^(1/(1+s"
            ")) D^(s/(1+s)), they are",
            sp.Subs(sigma**2 / k + B * (k / D) ** s, k, y * _best(s)),
            sigma**2 / _best(s) * (1 / y + y**s / s),
        ),
        Minimum(
            "So k* is the best k, and the bias is 1/s of the noise.",
            1 / y + y**s / s,
            y,
            sp.Integer(1),
            1 + s,
        ),
        Identity(
            "The loss there: (1 + 1/s) sigma²/k*.",
            sp.Subs(sigma**2 / k + B * (k / D) ** s, k, _best(s)),
            (1 + 1 / s) * sigma**2 * (s * B / sigma**2) ** (1 / (1 + s)) * D ** (-s / (1 + s)),
        ),
    )


@derivation
def optimal() -> Derivation:
    """Best k for a smooth f: exponent 4/(d+4)."""
    loss = sp.Subs((1 + 1 / s) * sigma**2 / _best(s), s, 4 / d)
    law = (d + 4) / 4 * sigma ** (8 / (d + 4)) * (4 * B / d) ** (d / (d + 4)) * D ** (-4 / (d + 4))
    return Derivation(
        name="best_neighbors.optimal",
        statement="With noisy labels the mean of the best number of neighbours, k* ~ D^(4/(d+4)), "
        "has a loss that falls as D^(-4/(d+4)) for smooth f on a manifold without boundary: the "
        "linear part of f averages out, and 2/(d+2) is the rate of the worst f only.",
        source=NEWSLETTER,
        assumptions=(
            "D points and the query are independent and uniform on the flat torus of side 1, and f "
            "is smooth: its mean over a ball of radius r differs from its value in the middle by "
            "r² times its Laplacian over 2(d+2), to leading order in r.",
            *BALANCE,
            "r is (k/(V_d D))^(1/d), so that the squared bias is B (k/D)^(4/d), where B stands for "
            "E (Laplacian of f)² V_d^(-4/d)/(4(d+2)²).",
        ),
        size=POINTS,
        parameters=(DIMENSION, NOISE, BIAS),
        auxiliary=(NEIGHBORS, RATIO, MOMENT),
        steps=(
            *_balance(),
            Identity("With s = 4/d.", loss, law),
        ),
        law=Law(law, D),
    )


def _worst(size: sp.Expr) -> sp.Expr:
    return (d * sigma**2 / (2 * B)) ** (size * d / (d + 2))


@derivation
def lipschitz() -> Derivation:
    """The bound for a Lipschitz f, at its best k: exponent 2/(d+2)."""
    best = _worst(sp.Integer(1)) * D ** (2 / (d + 2))
    noise = (d + 2) / 2 * sigma ** (4 / (d + 2)) * (2 * B / d) ** (d / (d + 2))
    following = (d + 2) / (2 * d) * sigma**2 * _worst(sp.Integer(-2))
    law = noise * D ** (-2 / (d + 2)) + following * D ** (-4 / (d + 2))
    bias = B * sp.gamma(k + 1 + 2 / d) / sp.gamma(k + 1)
    return Derivation(
        name="best_neighbors.lipschitz",
        statement="If nothing is known of f but its Lipschitz constant, the bound on the loss of "
        "the best number of noisy neighbours falls as D^(-2/(d+2)); no smooth f is as bad.",
        source=SLIDES,
        assumptions=(
            "D points and the query are independent and uniform on the flat torus of side 1; f has "
            "a Lipschitz constant.",
            *BALANCE,
            "B is Lip² V_d^(-2/d) d/(d+2): the squared bias is at most Lip² times the mean square "
            "of the k distances, which is d/(d+2) r², r the distance to the (k+1)-th nearest "
            "point.",
        ),
        size=POINTS,
        parameters=(DIMENSION, NOISE, BIAS),
        auxiliary=(NEIGHBORS, RATIO, MOMENT, SHARE),
        steps=(
            *moments_of_the_share(k, NEAREST),
            Asymptotic(
                "The same for the number of neighbours, with k in place of D: m(s) times D^s is "
                "k^s (1 + s(s+1)/(2k)), for both sides grow by the same factor from k to k+1.",
                sp.log(1 + s / (k + 1)) - s * sp.log(1 + 1 / k)
                - sp.log(1 + s * (s + 1) / (2 * (k + 1))) + sp.log(1 + s * (s + 1) / (2 * k)),
                k,
                3,
                sp.Integer(0),
            ),
            *_balance(),
            Identity(
                "With s = 2/d, and with the correction to the bias, taken at the same k: the loss "
                "is flat there, so that the best k may stay as it is.",
                sp.Subs((1 + 1 / s) * sigma**2 / _best(s), s, 2 / d)
                + sp.Subs(sigma**2 * (s + 1) / (2 * _best(s) ** 2), s, 2 / d),
                law,
            ),
        ),
        law=Law(law, D),
        finite=sigma**2 / best
        + bias.subs(k, best) * sp.gamma(D + 1) / sp.gamma(D + 1 + 2 / d),
        finite_order=sp.Min(3, 2 + d / 2),
        finite_size=COUNT ** (d / 2 + 1),
        finite_everywhere=False,  # k need not be an integer
    )  # fmt: skip


K = sp.Symbol("K", positive=True)
u = sp.Symbol("u", positive=True)
FACTOR = Variable(K, reals(0, usual=(sp.Rational(1, 2), 2)), "factor in the best k")


def _share(power: int, points: sp.Expr, count: sp.Expr) -> sp.Expr:
    """E v^power for the share v nearer than the next of `count` nearest of D points."""
    return sp.prod([(count + j) / (points + j) for j in range(1, power + 1)])


def _circle_loss(points: sp.Expr, count: sp.Expr, noise: sp.Expr) -> sp.Expr:
    second, fourth, sixth = (
        (2 * sp.pi) ** n * _share(n, points, count) / 2**n for n in (2, 4, 6)
    )  # fmt: skip
    return noise / count + second / (6 * count) + fourth / 72 - sixth / 720


@derivation
def optimal_circle() -> Derivation:
    """Best k on the circle, f = cos 2πx: exponent 4/5, with its next term."""
    best = (18 * sigma**2 / sp.pi**4) ** sp.Rational(1, 5)
    law = sp.Rational(5, 4) * sigma**2 / best * D ** sp.Rational(-4, 5) + best * sp.pi**2 * (
        sp.Rational(1, 6) - sigma**2 / 40
    ) * D ** sp.Rational(-6, 5)
    wave = 2 * sp.pi * x
    mean = 1 - wave**2 / 6 + wave**4 / 120
    in_steps = sp.Rational(5, 72) * sp.pi**4 * K**4 / u**4 + K * sp.pi**2 * (
        sp.Rational(1, 6) - sp.pi**4 * K**5 / 720
    ) / u**6  # fmt: skip
    return Derivation(
        name="best_neighbors.optimal_circle",
        statement="On the circle, with f = cos(2 pi x), the mean of the best number of noisy "
        "neighbours has a loss that falls as D^(-4/5), not as D^(-2/3); the next term is smaller "
        "by D^(-2/5) only.",
        source=NEWSLETTER,
        assumptions=(TORUS[0] + " d = 1.", TORUS[1], "k is the best for this sigma and D."),
        size=POINTS,
        parameters=(LINE, NOISE),
        auxiliary=(
            SMALL, NEIGHBORS, RATIO, MOMENT, BIAS, FACTOR, Variable(u, reals(1), "D^(1/5)"),
        ),
        steps=(
            Series(
                "Let the (k+1)-th nearest point be at the distance x. The k nearer ones are "
                "uniform between -x and x, and the mean of cos(2 pi shift) is 1 - (2 pi x)²/6 + "
                "(2 pi x)^4/120: the squared bias, in the mean over the phase, is",
                (1 - mean) ** 2 / 2,
                x,
                8,
                wave**4 / 72 - wave**6 / 720,
            ),
            Series(
                "... and the variance of a value, which counts 1/k,",
                (1 - mean**2) / 2,
                x,
                4,
                wave**2 / 6,
            ),
            *_balance(),
            Asymptotic(
                "x is half the share v of the circle that is nearer, with the moments (k+1)...(k+n)"
                "/((D+1)...(D+n)) of Beta(k+1, D-k). The fourth gives s = 4 and B = pi^4/72, "
                "k* = K D^(4/5), K^5 = 18 sigma²/pi^4. With D = u^5, and all that is of the next "
                "order: the loss is flat at k*, so that the best k may stay as it is.",
                _circle_loss(u**5, K * u**4, sp.pi**4 * K**5 / 18),
                u,
                8,
                in_steps,
            ),
            Identity(
                "In terms of D and sigma.",
                sp.Subs(in_steps, (K, u), (best, D ** sp.Rational(1, 5))),
                law,
            ),
        ),
        law=Law(law, D),
        finite=exact_loss().subs(d, 1).subs(k, best * D ** sp.Rational(4, 5)),
        finite_order=8,
        finite_size=COUNT**5,
        finite_everywhere=False,  # k need not be an integer
    )  # fmt: skip


@derivation
def boundary() -> Derivation:
    """Best k on the interval, f = x: exponent 3/4."""

    def loss(points: sp.Expr, count: sp.Expr, noise: sp.Expr) -> sp.Expr:
        return (
            noise / count + _share(3, points, count) / 12 + _share(2, points, count) / (12 * count)
        )

    h = sp.Symbol("h", nonnegative=True)
    root = sp.sqrt(2 * sigma)
    law = 4 * sigma**2 / (3 * root) * D ** sp.Rational(-3, 4) + root / 12 * D ** sp.Rational(-5, 4)
    in_steps = K**3 / 3 / u**3 + K / 12 / u**5
    return Derivation(
        name="best_neighbors.boundary",
        statement="On an interval the mean of the best number of noisy neighbours has a loss that "
        "falls as D^(-3/4), and not as the D^(-4/5) of the circle: near an end the neighbours lie "
        "to one side. In d dimensions a layer of the width of the ball has a bias as large as "
        "that width: 3/(d+3).",
        source=NEWSLETTER,
        assumptions=(
            "D points and the query are independent and uniform on (0, 1); labels are f = x plus "
            "independent noise of variance sigma².",
            "The prediction is the mean label of the k nearest points, with the k that is best for "
            "this sigma and D.",
        ),
        size=POINTS,
        parameters=(LINE, NOISE),
        auxiliary=(
            SHARE, NEIGHBORS, RATIO, MOMENT, BIAS, FACTOR, Variable(u, reals(1), "D^(1/4)"),
            Variable(h, reals(0, 1), "distance of the query from the end"),
        ),
        steps=(
            Identity(
                "The window that is nearer than the (k+1)-th nearest point has the length v, "
                "wherever the query is, and the k nearer points are uniform in it. A query at h "
                "< v/2 from an end has the window (0, v), and the bias v/2 - h; elsewhere the bias "
                "is 0. Both ends together:",
                2 * sp.Integral((v / 2 - h) ** 2, (h, 0, v / 2)),
                v**3 / 12,
            ),
            Identity(
                "The variance of a point in the window, which counts 1/k.",
                sp.Integral((h - v / 2) ** 2, (h, 0, v)) / v,
                v**2 / 12,
            ),
            *_balance(),
            Asymptotic(
                "v has the law Beta(k+1, D-k). Its third moment gives s = 3 and B = 1/12, "
                "k* = K D^(3/4), K^4 = 4 sigma². With D = u^4, and with the variance; the loss is "
                "flat at k*, so that the best k may stay as it is.",
                loss(u**4, K * u**3, K**4 / 4),
                u,
                6,
                in_steps,
            ),
            Identity(
                "In terms of D and sigma.",
                sp.Subs(in_steps, (K, u), (root, D ** sp.Rational(1, 4))),
                law,
            ),
        ),
        law=Law(law, D),
        finite=loss(D, root * D ** sp.Rational(3, 4), sigma**2),
        finite_order=6,
        finite_size=COUNT**4,
        finite_everywhere=False,  # k need not be an integer
    )  # fmt: skip
