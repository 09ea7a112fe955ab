"""The variance-limited regime: why one size alone buys 1/size down to a floor, and when not."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.features._absolute_error import (
    DATA,
    DEVIATION,
    D,
    clean_target,
    noisy_target,
    sigma,
    t,
)
from symbolic.features._wishart import DEGREES, GRAM, i, inverse_moment, mean_of_the_inverse
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Series

W = sp.Symbol("W", positive=True)
K = sp.Symbol("K", positive=True)
floor = sp.Symbol("L_inf", positive=True)
h = sp.Symbol("h", positive=True)
mu = sp.Symbol("mu", positive=True)
target = sp.Symbol("target", positive=True)
k = sp.Symbol("pseudocount", positive=True)

HALF = sp.Rational(1, 2)
WIDTH = Variable(W, integers(5, usual=(50, 1000)), "width: the number of random features")
FLOOR = Variable(floor, reals(0), "loss at infinite size")
TARGET = Variable(target, reals(0, usual=(HALF, 4)), "what should be predicted", "t")

DATASET = "Reform2024, 'Variance-limited regime - Dataset scaling'"
LARGE_WIDTH = "Reform2024, 'Variance-limited regime - Large width scaling'"


@derivation
def data() -> Derivation:
    """E ℓ(f + e) = ℓ(f) + ℓ'' Var/2, and the next term."""
    c, q = sp.symbols("c q", real=True)
    skewness, kurtosis = sp.symbols("kappa_3 kappa_4", real=True)
    s = sp.Symbol("s", nonnegative=True)
    cumulants = sigma**2 * t**2 / 2 + skewness * t**3 / 6 + kurtosis * t**4 / 24
    moments = (sigma**2 / D, skewness / D**2, 3 * sigma**4 / D**2 + kurtosis / D**3)
    finite = floor + h * moments[0] / 2 + c * moments[1] / 6 + q * moments[2] / 24
    second = c * skewness / 6 + q * sigma**4 / 8
    law = floor + h * sigma**2 / (2 * D) + second / D**2
    return Derivation(
        name="variance_limited.data",
        statement="If the prediction is a mean over D data points, a smooth loss falls to its "
        "floor as l'' sigma^2/(2D): exponent 1, with the factor 1/2 of Taylor's theorem.",
        source=DATASET,
        assumptions=(
            "The prediction at a query is f + e, e the mean of D independent draws with mean 0, "
            "variance sigma² and third and fourth cumulants kappa_3 and kappa_4.",
            "f does not depend on D.",
            "As a function of e the loss is a polynomial with the derivatives L_inf, l', h, c, q; "
            "of a loss with more derivatives, these first enter at D^-3.",
        ),
        size=DATA,
        parameters=(
            FLOOR,
            DEVIATION,
            Variable(h, reals(0), "second derivative of the loss"),
            Variable(c, reals(-5, 5), "third derivative of the loss"),
            Variable(q, reals(-5, 5), "fourth derivative of the loss"),
            Variable(skewness, reals(-2, 2), "third cumulant of one draw"),
            Variable(kurtosis, reals(-2, 2), "fourth cumulant of one draw"),
        ),
        auxiliary=(),
        steps=(
            Identity(
                "By Taylor's theorem the loss at f + e exceeds l(f) + l'(f) e by e² times the "
                "integral of (1-s) l''(f + se) over s, which is h/2 where l'' = h: the slides "
                "write l'' without the half.",
                sp.Integral((1 - s) * h, (s, 0, 1)),
                h / 2,
            ),
            Series(
                "Cumulants add up over independent draws, so that the mean of D of them has D "
                "times those of a draw over D: its moments are the factors of t²/2!, t³/3!, ... "
                "The first is 0, and l'(f) drops out.",
                sp.exp(D * cumulants.subs(t, t / D)),
                t,
                5,
                1 + sum(moment * t**j / sp.factorial(j) for j, moment in enumerate(moments, 2)),
            ),
            Asymptotic(
                "Put the moments into the polynomial: the variance gives 1/D, skewness and the "
                "square of the variance give the next term.",
                finite,
                D,
                3,
                law,
            ),
        ),
        law=Law(law, D),
        finite=finite,
    )


@derivation
def width() -> Derivation:
    """D fixed: L - L_inf = v q/(W-D-1)."""
    v, q = sp.symbols("v q", positive=True)
    g, u = sp.symbols("g u", positive=True)
    finite = floor + v * q / (W - D - 1)
    law = floor + v * q / W + v * q * (D + 1) / W**2
    return Derivation(
        name="variance_limited.width",
        statement="A fit of W Gaussian random features to D data points misses its limit of "
        "infinite width by v q/(W-D-1) in the mean: exponent 1 in the width, down to a floor.",
        source=LARGE_WIDTH,
        assumptions=(
            "Each feature is an independent draw of a Gaussian process; the D labels y are fitted "
            "exactly, with the smallest weights, and W >= D + 2.",
            "For infinite width the prediction is that of the process, with squared error L_inf "
            "at the query and posterior variance v; q = yᵀ k^-1 y, k its covariance at the data.",
        ),
        size=WIDTH,
        parameters=(
            FLOOR,
            Variable(D, integers(1, usual=(1, 9)), "data points"),
            Variable(v, reals(0), "variance at the query, given the data"),
            Variable(q, reals(0), "squared norm of the interpolant"),
        ),
        auxiliary=(
            *GRAM,
            Variable(g, reals(0), "a feature at a data point"),
            Variable(u, reals(0), "a feature at another data point"),
            Variable(t, reals(-1, 1), "a label"),
        ),
        steps=(
            Identity(
                "Let G hold the W features at the D data points. Given G, a feature at the query "
                "is its regression on those at the data plus noise of variance v. The first part "
                "gives the prediction of infinite width, so that there is no bias; the noise adds "
                "v times the squared length of the weights, yᵀ(GᵀG)^-1 y. For one point, two "
                "features g and u, and the label t:",
                (t * g / (g**2 + u**2)) ** 2 + (t * u / (g**2 + u**2)) ** 2,
                t**2 / (g**2 + u**2),
            ),
            *mean_of_the_inverse(W, D),
            Asymptotic(
                "So yᵀ(GᵀG)^-1 y has the mean q/(W-D-1): the loss is the squared error at "
                "infinite width plus v times that.",
                finite,
                W,
                3,
                law,
            ),
        ),
        law=Law(law, W),
        finite=finite,
    )


@derivation
def bias() -> Derivation:
    """The mean prediction depends on D: at order 1/D the loss may come from below."""
    finite = (D * mu / (D + k) - target) ** 2 + D * sigma**2 / (D + k) ** 2
    first = sigma**2 - 2 * k * mu * (mu - target)
    second = k**2 * mu**2 + 2 * k**2 * mu * (mu - target) - 2 * k * sigma**2
    law = (mu - target) ** 2 + first / D + second / D**2
    return Derivation(
        name="variance_limited.bias",
        statement="The mean prediction over data sets depends on D, and where the limit is wrong "
        "this enters the loss at the order 1/D of the variance, with either sign.",
        source=DATASET,
        assumptions=(
            "D independent data with mean mu and variance sigma²; the prediction is their sum over "
            "D + k, shrunk by a pseudocount k or, equally, by a ridge.",
            "It is tested on t, which need not be mu: the model may be wrong at this query.",
        ),
        size=DATA,
        parameters=(
            Variable(mu, reals(0, usual=(HALF, 4)), "mean of a data point"),
            TARGET,
            Variable(sigma, reals(0, usual=(HALF, 2)), "standard deviation of one data point"),
            Variable(k, reals(0, usual=(HALF, 2)), "pseudocount, or ridge", "k"),
        ),
        auxiliary=(),
        steps=(
            Identity(
                "The mean prediction f depends on D: it is off its limit by ...",
                D * mu / (D + k) - mu,
                -k * mu / (D + k),
            ),
            Identity(
                "Squared bias plus variance: the cross term, linear in the bias, is there unless "
                "the limit minimises the loss, t = mu.",
                finite,
                (mu - target) ** 2
                - 2 * (mu - target) * k * mu / (D + k)
                + (k * mu / (D + k)) ** 2
                + D * sigma**2 / (D + k) ** 2,
            ),
            Asymptotic(
                "At order 1/D the variance contributes sigma², the bias -2k mu(mu-t): for "
                "2k mu(mu-t) > sigma² the loss rises to its floor.",
                finite,
                D,
                3,
                law,
            ),
            Asymptotic(
                "For t = mu the bias enters at the next order only, as the sketch has it.",
                finite.subs(target, mu),
                D,
                3,
                sigma**2 / D + (k**2 * mu**2 - 2 * k * sigma**2) / D**2,
            ),
        ),
        law=Law(law, D),
        finite=finite,
    )


@derivation
def ensemble() -> Derivation:
    """K models of width W: L = L_inf + b/W + Var/K."""
    mean = W / (W - 2)
    square = W**2 / ((W - 2) * (W - 4))
    variance = 2 * W**2 / ((W - 2) ** 2 * (W - 4))
    law = (W * target - W - 2 * target) ** 2 / (W - 2) ** 2 + variance / K
    moment, spread = sp.symbols("m V", positive=True)
    return Derivation(
        name="variance_limited.ensemble",
        statement="The loss of an ensemble of K models falls as 1/K, but to the floor of its "
        "width, L_inf + b/W: averaging removes the variance and leaves the bias.",
        source=LARGE_WIDTH,
        assumptions=(
            "One data point with label 1, and a query whose kernel with it is known to be 1; the "
            "model estimates the kernel at the data point from W standard normal features, as "
            "the mean of their squares, and predicts 1 over that. W >= 5.",
            "K independent models are averaged. The target is t, so that L_inf = (1-t)².",
        ),
        size=Variable(K, integers(1), "models in the ensemble"),
        parameters=(
            WIDTH,
            TARGET,
        ),
        auxiliary=(
            DEGREES,
            Variable(moment, reals(0), "mean of a prediction"),
            Variable(spread, reals(0), "variance of a prediction"),
        ),
        steps=(
            Identity(
                "The sum of the squares of W features is chi-squared with W degrees of freedom. "
                "One over it has the mean 1/(W-2), i = W - 2 ...",
                inverse_moment(1),
                1 / i,
            ),
            Identity(
                "... and the mean square 1/((W-4)(W-2)), i = W - 4. So the prediction has the "
                "mean W/(W-2), and the variance",
                inverse_moment(2),
                1 / (i * (i + 2)),
            ),
            Identity("that follows.", square - mean**2, variance),
            Series(
                "The mean of K independent predictions has the same mean m and the K-th part of "
                "the variance V.",
                sp.exp(K * (moment * t / K + spread * t**2 / (2 * K**2))),
                t,
                3,
                1 + moment * t + (moment**2 + spread / K) * t**2 / 2,
            ),
            Identity(
                "So the squared error of the ensemble is that of the mean prediction plus the "
                "K-th part of the variance.",
                mean**2 + variance / K - 2 * target * mean + target**2,
                law,
            ),
            Asymptotic(
                "For wide models the floor is L_inf + b/W with b = 4(1-t), of either sign: "
                "negative where t > 1, and then an ensemble beats infinite width.",
                (mean - target) ** 2,
                W,
                2,
                (1 - target) ** 2 + 4 * (1 - target) / W,
            ),
            Asymptotic(
                "The variance of one model is of the same order, 2/W.",
                variance,
                W,
                2,
                2 / W,
            ),
        ),
        law=Law(law, K),
        finite=(mean - target) ** 2 + (square - mean**2) / K,
    )


@derivation
def absolute_clean() -> Derivation:
    """E |μ̂ - μ|^p: exponent p/2."""
    return clean_target()


@derivation
def absolute_noisy() -> Derivation:
    """E |y - μ̂| - E |y - μ| = √(2/π) σ (√(1+1/D) - 1)."""
    return noisy_target()
