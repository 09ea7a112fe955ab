"""Ensembles: what averaging many sub-models brings, and what picking the best of them does."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import Domain, integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Bound, Identity, Limit, Series

K = sp.Symbol("K", positive=True)
b = sp.Symbol("b", real=True)
rho = sp.Symbol("rho", nonnegative=True)
v = sp.Symbol("v", positive=True)
N = sp.Symbol("N", positive=True)
sigma = sp.Symbol("sigma", positive=True)
n = sp.Symbol("n", positive=True)

SECTION = "Anonymous2024, 'Why do big models work?'"
MEMBERS = Variable(K, integers(1, usual=(1, 400)), "sub-models that are averaged")
VARIANCE = Variable(v, reals(0), "variance of one sub-model")
CORRELATION = Variable(rho, reals(0, 1, closed=True), "correlation of two sub-models")


def _variance_of_the_average() -> Identity:
    i = sp.Symbol("i", integer=True)
    return Identity(
        "The variance of a sum of K members: each brings its variance v and K - 1 covariances "
        "rho v. Over K², for the average: what two members share does not average out.",
        sp.Sum(v + (K - 1) * rho * v, (i, 1, K)) / K**2,
        rho * v + (1 - rho) * v / K,
    )


@derivation
def average() -> Derivation:
    """b² + ρv + (1-ρ)v/K: exponent 1, down to a floor."""
    loss = b**2 + rho * v + (1 - rho) * v / K
    return Derivation(
        name="ensemble.average",
        statement="The squared error of an average of K sub-models is b² + rho v + (1-rho) v/K: "
        "exponent 1 in K, but only down to the floor of what the sub-models have in common.",
        source=SECTION,
        assumptions=(
            "The sub-models are exchangeable: each has the bias b and the variance v, each pair "
            "the correlation rho < 1.",
            "Their predictions are averaged with equal weights, and the error is squared.",
        ),
        size=MEMBERS,
        parameters=(
            Variable(b, Domain(sp.Integer(-5), sp.Integer(5)), "bias of every sub-model"),
            CORRELATION,
            VARIANCE,
        ),
        auxiliary=(),
        steps=(
            _variance_of_the_average(),
            Identity(
                "Averaging leaves the common bias as it is; its square comes on top.",
                b**2 + rho * v * (K - 1) / K + v / K,
                loss,
            ),
            Limit(
                "However many there are, bias and correlation remain: sub-models average out if, "
                "and only if, both vanish.",
                loss,
                K,
                b**2 + rho * v,
            ),
            Identity(
                "On logarithmic axes the slope is the share of the error that averages out: 1 for "
                "the error above the floor, less for the error itself.",
                -K * sp.Derivative(sp.log(loss), K),
                (1 - rho) * v / (K * loss),
            ),
        ),
        law=Law(loss, K),
        finite=loss,
    )


@derivation
def bagged() -> Derivation:
    """σ²[1/N + (N-1)/(N²K)]: resampling cannot beat the data."""
    t = sp.Symbol("t")
    i = sp.Symbol("i", integer=True)
    own = sigma**2 * (2 - 1 / N) / N
    shared = sigma**2 / N
    loss = sigma**2 * (1 / N + (N - 1) / (N**2 * K))
    return Derivation(
        name="ensemble.bagged",
        statement="The mean of N points, averaged over K bootstrap resamples, has the squared "
        "error sigma² (1/N + (N-1)/(N² K)): exponent 1 in K down to the floor sigma²/N, the error "
        "without any resampling.",
        source=SECTION,
        assumptions=(
            "N independent points have the variance sigma².",
            "Each of K resamples draws N of them with replacement, independently of the others; "
            "its sub-model is their mean. The K means are averaged.",
        ),
        size=Variable(K, MEMBERS.domain, "resamples that are averaged"),
        parameters=(
            Variable(N, integers(2, usual=(2, 100)), "points"),
            Variable(sigma, reals(0), "standard deviation of one point"),
        ),
        auxiliary=(CORRELATION, VARIANCE),
        steps=(
            Series(
                "How often a resample holds one given point is the number of heads in N tosses of "
                "a coin with bias 1/N: its mean is 1 and the mean of its square is 2 - 1/N, the "
                "factor of t²/2 in its generating function.",
                (1 - 1 / N + sp.exp(t) / N) ** N,
                t,
                3,
                1 + t + (2 - 1 / N) * t**2 / 2,
            ),
            Identity(
                "So the mean of one resample, the sum of all points with these numbers over N as "
                "weights, has the variance ...",
                sp.Sum(sigma**2 * (2 - 1 / N) / N**2, (i, 1, N)),
                own,
            ),
            Identity(
                "... and two of them, whose numbers are independent with mean 1, have the "
                "covariance sigma²/N: their correlation is N/(2N-1), above one half.",
                sp.Sum(sigma**2 / N**2, (i, 1, N)) / own,
                N / (2 * N - 1),
            ),
            _variance_of_the_average(),
            Identity(
                "With v = sigma² (2 - 1/N)/N and rho v = sigma²/N.",
                shared + (own - shared) / K,
                loss,
            ),
        ),
        law=Law(loss, K),
        finite=loss,
        uses=("ensemble.average",),
    )


@derivation
def subset_sum() -> Derivation:
    """The best of 2^n subset sums misses by √n 2^-n: ln 2 per weight."""
    s = sp.Symbol("s", positive=True)
    z = sp.Symbol("z", real=True)
    w = sp.Symbol("w", real=True)
    t = sp.Symbol("t", positive=True)
    x = sp.Symbol("x", nonnegative=True)
    normal = sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi)
    spacing = sp.sqrt(sp.pi * n / 6) / 2 ** (n + 1)
    law = sp.exp(sp.Rational(1, 2) - sp.EulerGamma) * spacing
    return Derivation(
        name="ensemble.subset_sum",
        statement="The subset of n random weights whose sum is nearest to a target misses it by "
        "n^(1/2) 2^-n, times a random number of order 1 whose law does not depend on n: the "
        "error is exponential, ln 2 per weight, and not a power law. The formula is its geometric "
        "mean; the median is larger by the factor 1.128, and the mean does not exist in this "
        "approximation.",
        source=SECTION + ", sub-models 'one of which is likely to solve the problem'",
        assumptions=(
            "n independent weights are uniform on (-1, 1); the target is a fixed number; the "
            "error is the distance from it to the nearest of the 2^n subset sums.",
            "Rigorous: mean and variance of the subset sums, the integrals, and that the "
            "error is hardly ever much smaller than n^(1/2) 2^-n (the expected number of sums "
            "within e of the target bounds the probability that there is one).",
            "Heuristic: given the weights, the subset sums near the target are as dense as a "
            "normal law says and as independent as Poisson points. Exponential smallness without "
            "this assumption is Lueker's theorem on random subset sums, which leaves the rate "
            "open.",
        ),
        size=Variable(n, integers(1, usual=(1, 60)), "weights"),
        parameters=(),
        auxiliary=(
            Variable(s, reals(0, usual=(sp.Rational(1, 2), 3)), "density of sums near the target"),
            Variable(t, reals(0, usual=(0, 3)), "order of a moment"),
            Variable(x, reals(0), "expected number of sums that are near enough"),
            Variable(z, Domain(sp.Integer(-2), sp.Integer(2)), "a standard normal number"),
        ),
        steps=(
            Identity(
                "Each weight enters half of the subsets: given the weights, a random subset sum "
                "has the mean sum w/2 and the variance sum w²/4, which is n/12, since w² has the "
                "mean 1/3.",
                n * sp.Integral(w**2 / 4 / 2, (w, -1, 1)),
                n / 12,
            ),
            Identity(
                "The mean itself has the variance n/12 over the weights: a fixed target is z "
                "standard deviations away from it, z a standard normal number. The 2^n sums have "
                "this density there.",
                2**n * normal / sp.sqrt(n / 12),
                sp.exp(-(z**2) / 2) / (2 * spacing),
            ),
            Identity(
                "Averaged over the weights it is that of a normal law of variance n/6, as it must "
                "be: half of the weights, each of variance 1/3.",
                sp.Integral(normal * sp.exp(-(z**2) / 2), (z, -sp.oo, sp.oo)) / (2 * spacing),
                2**n / sp.sqrt(2 * sp.pi * n / 6),
            ),
            Bound(
                "Rigorously, the probability that some sum is nearer than e is at most the "
                "expected number x of such sums; for Poisson points it is 1 - exp(-x).",
                1 - sp.exp(-x),
                x,
                x,
                sp.exp(-x),
                order=2,
            ),
            Identity(
                "Poisson points of density s have the nearest one at an exponentially distributed "
                "distance, of mean 1/(2s); its moment of order t is a Gamma function.",
                sp.Integral(2 * s * x**t * sp.exp(-2 * s * x), (x, 0, sp.oo)),
                sp.gamma(1 + t) / (2 * s) ** t,
            ),
            Series(
                "The factor of t is the mean logarithm of the distance, with Euler's constant "
                "gamma.",
                sp.gamma(1 + t) / (2 * s) ** t,
                t,
                2,
                1 + t * (-sp.EulerGamma - sp.log(2 * s)),
            ),
            Identity(
                "With the density above, -log(2s) is z²/2 plus the logarithm of a constant, and "
                "z²/2 has the mean one half over the weights. The exponential of the mean "
                "logarithm is the geometric mean of the error.",
                sp.exp(sp.Integral(z**2 * normal, (z, 0, sp.oo)) - sp.EulerGamma) * spacing,
                law,
            ),
            Identity(
                "On semilogarithmic axes the slope is -ln 2 and a half over n: it is steeper "
                "than it seems until the root of n is divided out.",
                sp.Derivative(sp.log(law), n),
                -sp.log(2) + 1 / (2 * n),
            ),
        ),
        law=Law(law, n, "exponential"),
    )
