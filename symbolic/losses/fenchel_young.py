"""Away from the log loss: the entmax family, in tosses and in training time."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.coin import BIAS, CENTRAL_MOMENTS, TOSSES, N, S, V, p, q, v
from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import Domain, reals
from symbolic.law import Law
from symbolic.losses._wrong_share import TimeConstant, WrongShare
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Limit, Series, Step

alpha = sp.Symbol("alpha", positive=True)
tau = sp.Symbol("tau", positive=True)
eta = sp.Symbol("eta", positive=True)
c = sp.Symbol("c", real=True)
x = sp.Symbol("x")
u = sp.Symbol("u", positive=True)
y = sp.Symbol("q", positive=True)
HALF = sp.Rational(1, 2)

SOURCE = "Cho2020, 'Final thoughts'"
TIME = Variable(tau, reals(0), "training time: rate times steps")
WRONG = Variable(y, reals(0, HALF), "probability of the wrong face")
LOG = Variable(c, reals(-5, 5), "a logarithm of the time, plus a constant")
SHARE = Variable(u, reals(0, HALF), "probability of the wrong face, in an integral")
FLOW = (
    "p = 1: the coin always shows heads. The score theta starts at 0 and follows the gradient, "
    "dtheta/dtau = 1 - p(theta).",
)
LOSS = (
    "The loss of a score theta is the Fenchel-Young loss of the entropy (1 - p^alpha - q^alpha)"
    "/(alpha (alpha-1)), q = 1-p: alpha = 1 is the log loss, 3/2 the one of entmax, 2 sparsemax."
)


def _convex(share: sp.Expr) -> sp.Expr:
    """Minus the entropy, the part of one face."""
    return share**alpha / (alpha * (alpha - 1))


def _divergence(share: sp.Expr, estimate: sp.Expr) -> sp.Expr:
    """The expected excess loss of an estimate, the part of one face."""
    slope = estimate ** (alpha - 1) / (alpha - 1)
    return _convex(share) - _convex(estimate) - slope * (share - estimate)


_E = sp.Symbol("e", positive=True)
_M = sp.Symbol("m", positive=True)
_HEADS = sp.Symbol("N_1", integer=True, nonnegative=True)
_RELATIVE = (1 - (1 + _E) ** alpha + alpha * _E * (1 + _E) ** (alpha - 1)) / (alpha * (alpha - 1))
"""The part of one face in the loss, over its p^alpha, at the relative deviation e."""

_BOTH_FACES = sp.Sum(
    sp.binomial(N, _HEADS)
    * p**_HEADS
    * q ** (N - _HEADS)
    * (_divergence(p, _HEADS / N) + _divergence(q, 1 - _HEADS / N)),
    (_HEADS, 1, N - 1),
)
"""The loss of each number of heads that shows both faces, times its probability."""


def _in_tosses(
    name: str,
    statement: str,
    condition: str,
    index: Domain,
    last: tuple[Step, ...],
    finite: sp.Expr,
) -> Derivation:
    """The loss after N tosses, for a range of alpha: the moments of N_1 put into its series."""
    factors = (
        HALF,
        (alpha - 2) / 3,
        (alpha - 2) * (alpha - 3) / 8,
        (alpha - 2) * (alpha - 3) * (alpha - 4) / 30,
    )
    of_faces = sum(
        factors[0] * f ** (alpha - 1) * g / N
        + factors[1] * f ** (alpha - 2) * g * (g - f) / N**2
        + factors[2] * f ** (alpha - 2) * 3 * g**2 / N**2
        for f, g in ((p, q), (q, p))
    )
    k = sp.symbols("c_2:6")
    law = (q * p ** (alpha - 1) + p * q ** (alpha - 1)) / (2 * N) + (alpha - 2) / 24 * (
        p ** (alpha - 2) * q * ((9 * alpha - 11) * q - 8)
        + q ** (alpha - 2) * p * ((9 * alpha - 11) * p - 8)
    ) / N**2
    coefficients = [
        Variable(symbol, reals(-5, 5), f"coefficient of d^{j} in the loss")
        for j, symbol in enumerate(k, start=2)
    ]
    return Derivation(
        name=name,
        statement=statement,
        source=SOURCE,
        assumptions=(
            LOSS,
            "N independent tosses show N_1 heads; the score is the one of the estimate N_1/N.",
            condition,
        ),
        size=TOSSES,
        parameters=(BIAS, Variable(alpha, index, "index of the entropy")),
        auxiliary=(
            *coefficients,
            Variable(_E, reals(0, 1), "a relative deviation"),
            Variable(_M, reals(0, HALF), "the smaller of p and 1-p"),
        ),
        steps=(
            Identity(
                "The expected excess loss of an estimate is its Bregman divergence from the truth "
                "in Omega, minus the entropy: a sum over the two faces. A face of probability p "
                "that is estimated as p(1+e) has the part p^alpha g(e).",
                _divergence(p, p * (1 + _E)),
                p**alpha * _RELATIVE,
            ),
            Identity(
                "This g is smooth where the estimate is not 0, and quadratic at e = 0 ...",
                sp.Derivative(_RELATIVE, _E),
                _E * (1 + _E) ** (alpha - 2),
            ),
            Series(
                "... with these coefficients. At the deviation d the loss is "
                "p^alpha g(d/p) + q^alpha g(-d/q): call its coefficients c_2, c_3, ...",
                _RELATIVE,
                _E,
                6,
                sum(factor * _E**j for j, factor in enumerate(factors, start=2)),
            ),
            Asymptotic(
                "Put in the central moments of N_1/N: the variance gives the leading term, the "
                "third and fourth moment the next one.",
                sum(k[j] * mu / N ** (j + 2) for j, mu in enumerate(CENTRAL_MOMENTS[:4])),
                N,
                3,
                k[0] * v / N + (k[1] * v * (1 - 2 * p) + 3 * k[2] * v**2) / N**2,
            ),
            Asymptotic(
                "The remainder is O(N^-3), as the sixth moment is, while |d| <= m/2 ...",
                CENTRAL_MOMENTS[4] / N**6,
                N,
                3,
                sp.Integer(0),
            ),
            last[0],
            Identity(
                "With the coefficients written out: each face brings c_j in p^(alpha-j), times its "
                "moment.",
                of_faces,
                law,
            ),
            *last[1:],
        ),
        abbreviations={S: 1 - 2 * p, V: v},
        law=Law(law, N),
        finite=finite,
        finite_order=3,
        uses=("bernoulli.data",),
    )


@derivation
def data() -> Derivation:
    """E loss = Ω''(p) p(1-p)/(2N): exponent 1 for every smooth loss."""
    return _in_tosses(
        "fenchel_young.data",
        "For every alpha the expected excess loss after N tosses is "
        "Omega''(p) p(1-p)/(2N), with Omega'' = p^(alpha-2) + q^(alpha-2): leaving the log loss "
        "for another smooth one changes the prefactor, and the exponent stays 1.",
        "alpha > 1, where the loss of the estimates 0 and 1 is finite; 0 < p < 1 is fixed.",
        reals(1, usual=(sp.Rational(6, 5), 3)),
        (
            Limit(
                "... and larger deviations have probability at most 2 exp(-N m²/2), by Hoeffding's "
                "inequality, while the loss is bounded.",
                N**3 * sp.exp(-N * _M**2 / 2),
                N,
                sp.Integer(0),
            ),
            Identity(
                "For alpha = 2 it is p(1-p)/N and nothing else: g is a parabola.",
                _RELATIVE.subs(alpha, 2),
                _E**2 / 2,
            ),
        ),
        _BOTH_FACES
        + p**N * (_divergence(p, 1) + _convex(q))
        + q**N * (_convex(p) + _divergence(q, 1)),
    )


@derivation
def conditional() -> Derivation:
    """The same for 0 < α < 1, given that both faces were seen."""
    return _in_tosses(
        "fenchel_young.conditional",
        "For alpha below 1 the expected excess loss is infinite, as for the log loss, since all "
        "tosses may agree; given that both faces were seen it is Omega''(p) p(1-p)/(2N) too.",
        "0 < alpha < 1; the loss is taken given 0 < N_1 < N, which changes every expectation below "
        "by an exponentially small amount; 0 < p < 1 is fixed.",
        reals(0, 1, usual=(sp.Rational(2, 5), sp.Rational(9, 10))),
        (
            Limit(
                "... and larger deviations have probability at most 2 exp(-N m²/2), by Hoeffding's "
                "inequality, while the loss is O(N): it grows as the estimate to the power "
                "alpha-1, and the estimate is not below 1/N.",
                N**4 * sp.exp(-N * _M**2 / 2),
                N,
                sp.Integer(0),
            ),
        ),
        _BOTH_FACES / (1 - p**N - q**N),
    )


def _loss_of(share: sp.Expr) -> sp.Expr:
    """The loss at p = 1 when the wrong face has this probability."""
    return share**alpha / alpha + sp.Integral(u * (1 - u) ** (alpha - 2), (u, 0, share))


def _inverted(claim: str) -> Series:
    return Series(claim, 1 / (1 + c * x) + x * (c - sp.log(1 + c * x)), x, 2, sp.Integer(1))


def _time(b: sp.Symbol) -> tuple[Step, ...]:
    """How long gradient flow takes to a small q."""
    return (
        Identity(
            "With q the probability of the wrong face, dtheta = -Omega'' dq = q dtau: the time "
            "is the integral of Omega''/q, Omega'' = p^(-b) + q^(-b) with b = 2 - alpha, from "
            "q to 1/2. The second part of it is elementary ...",
            sp.Integral(u ** (-b - 1), (u, y, HALF)),
            (y**-b - 2**b) / b,
        ),
        Series(
            "... and the first is -log(2q), plus what the higher terms of this series give. So "
            "tau = q^(-b)/b - log q + K up to O(q), where K is the integral of what is left of "
            "it, ((1-u)^(-b) - 1)/u from 0 to 1/2, less 2^b/b and log 2.",
            (1 - x) ** -b,
            x,
            3,
            1 + b * x + b * (b + 1) / 2 * x**2,
        ),
    )


@derivation
def flow() -> Derivation:
    """p = 1, 0 < α < 2: L = (1/α) ((2-α) τ)^(-α/(2-α))."""
    b = sp.Symbol("b", positive=True)
    rest = 2 - alpha
    log = sp.log(rest * tau)
    law = Law(
        (rest * tau) ** (-alpha / rest) / alpha
        + (rest * tau) ** (-2 / rest) * (log / rest + TimeConstant(alpha) + HALF),
        tau,
    )
    return Derivation(
        name="fenchel_young.flow",
        statement="At p = 1 gradient flow on the loss of index alpha < 2 falls as "
        "((2-alpha) tau)^(-alpha/(2-alpha))/alpha: still a power law, with an exponent that runs "
        "from 0 over 1, at the log loss, to infinity, at sparsemax.",
        source=SOURCE,
        assumptions=(*FLOW, LOSS, "0 < alpha < 2."),
        size=TIME,
        parameters=(
            Variable(
                alpha,
                reals(0, 2, usual=(sp.Rational(2, 3), sp.Rational(7, 4))),
                "index of the entropy",
            ),
        ),
        auxiliary=(
            SHARE,
            WRONG,
            Variable(b, reals(0, 2), "2 - alpha"),
            LOG,
        ),
        steps=(
            *_time(b),
            _inverted("Solved for q^b, in x = 1/(b tau): it is x (1 + c x), c = log(b tau) + b K."),
            Identity(
                "The loss is the integral of q Omega'' from 0; to this order Omega'' is q^(-b) + "
                "1.",
                sp.Derivative(y ** (2 - b) / (2 - b) + y**2 / 2, y),
                y * (y**-b + 1),
            ),
            Series(
                "With q^b = x (1 + c x): the loss over x^(alpha/b), alpha = 2 - b.",
                (1 + c * x) ** ((2 - b) / b) * (1 / (2 - b) + x * (1 + c * x) / 2),
                x,
                2,
                1 / (2 - b) + (c / b + HALF) * x,
            ),
            Identity(
                "The leading term with x written out; in the next, log(b tau)/b + K stands for "
                "c/b, over b tau.",
                (rest * tau) ** (-alpha / rest) / alpha,
                law.leading,
            ),
        ),
        law=law,
        finite=_loss_of(WrongShare(tau, alpha)),
        finite_size=COUNT**2,
        finite_order=2 * alpha / (2 - alpha) + 3,
    )
