"""Learning curves of the three universal rates, and one that looks linear but ripples."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Bound, Identity, Limit, Series

N = sp.Symbol("N", positive=True)
u = sp.Symbol("u", positive=True)

RATES = "Shah2021, summary of A Theory of Universal Learning"
HALF = sp.Rational(1, 2)
FIFTH = sp.Rational(1, 5)

SAMPLES = Variable(N, integers(1, usual=(20, 90)), "samples")

MEMORY = "The learner memorises: its loss is the probability of atoms without a sample"


@derivation
def exponential() -> Derivation:
    """K equiprobable atoms: (1-1/K)^N / 2."""
    K = sp.Symbol("K", positive=True)
    i = sp.Symbol("i", integer=True, positive=True)
    law = (1 - 1 / K) ** N / 2
    return Derivation(
        name="rates.exponential",
        statement="Finitely many atoms are learned exponentially: the error is (1-1/K)^N/2 for K "
        "equiprobable ones, and its slope on logarithmic axes grows without bound.",
        source=f"{RATES}: exponential",
        assumptions=(
            "K equiprobable atoms, whose labels are those of fair coins, without noise.",
            f"{MEMORY}, half of which are guessed right.",
        ),
        size=SAMPLES,
        parameters=(Variable(K, integers(2, usual=(2, 40)), "atoms"),),
        auxiliary=(Variable(u, reals(0, 1), "a probability"),),
        steps=(
            Identity(
                "N samples miss an atom with probability (1-1/K)^N. The error is the sum over the "
                "atoms of their weight 1/K, times this, times 1/2.",
                sp.Sum((1 - 1 / K) ** N / (2 * K), (i, 1, K)),
                law,
            ),
            Identity(
                "The slope on logarithmic axes is proportional to N: no power law.",
                N * sp.Derivative(sp.log(law), N),
                N * sp.log(1 - 1 / K),
            ),
            Bound("And 1 - u is at most exp(-u), so that ...", 1 - u, sp.exp(-u), u, sp.exp(-u), 2),
            Limit(
                "... the error is less than exp(-N/K)/2, and falls faster than N^-3, as than any "
                "other power, once N is far beyond K.",
                N**3 * sp.exp(-N / K) / 2,
                N,
                sp.Integer(0),
            ),
        ),
        law=Law(law, N, "exponential"),
        finite=law,
        finite_size=K * sp.log(COUNT),
        finite_order=3,
    )


@derivation
def linear() -> Derivation:
    """A threshold on the line, wherever it is: 1/(2(N+2)) in the mean."""
    t = sp.Symbol("t", positive=True)
    finite = 1 / (2 * (N + 2))
    law = 1 / (2 * N) - 1 / N**2
    return Derivation(
        name="rates.linear",
        statement="A threshold on the line is learned at the linear rate: its error is 1/(2(N+2)) "
        "in the mean over thresholds.",
        source=f"{RATES}: linear",
        assumptions=(
            "N samples and the query are independent and uniform on (0, 1), and so is the "
            "threshold t; labels have no noise.",
            "The learner puts the threshold halfway between the two classes.",
        ),
        size=SAMPLES,
        parameters=(),
        auxiliary=(),
        steps=(
            Identity(
                "Of the error for a given t, what one end cuts off the gap beside it has the mean "
                "1/(N+2), and the same at the other end.",
                sp.Integral((1 - t) ** (N + 1), (t, 0, 1)),
                1 / (N + 2),
            ),
            Identity(
                "What the ends cut off the smaller of the two gaps, t below and above 1/2.",
                2 * sp.Integral((1 - 2 * t) ** (N + 1), (t, 0, HALF)),
                1 / (N + 2),
            ),
            Identity(
                "Together. The same by symmetry: N+1 points cut the line into N+2 parts with the "
                "mean 1/(N+2), and the error is half of |A-B|, whose mean is that of one part.",
                (1 - 2 / (N + 2) + 1 / (N + 2)) / (2 * (N + 1)),
                finite,
            ),
            Asymptotic("Expanded for many samples.", finite, N, 3, law),
        ),
        law=Law(law, N),
        finite=finite,
        finite_order=3,
        uses=("threshold.midpoint",),
    )


@derivation
def slow() -> Derivation:
    """Atoms with p_i = C/(i ln²(i+1)): C/ln N, slower than any power."""
    C = sp.Symbol("C", positive=True)
    x, y, e = sp.symbols("x y e", positive=True)
    lowest = sp.Symbol("b", positive=True)
    log = sp.log(N)
    a = sp.Symbol("a", real=True)
    shift = sp.log(C) + sp.EulerGamma - 2 * sp.log(log)
    law = C / log - C * shift / log**2
    place = 2 * sp.LambertW(sp.sqrt(N * C / x) / 2)
    return Derivation(
        name="rates.slow",
        statement="Memorising atoms with p_i = C/(i ln²(i+1)) leaves the missing mass C/ln N: "
        "there are distributions on which learning is slower than any power law.",
        source=f"{RATES}: arbitrarily slow",
        assumptions=(
            "The atoms have the probabilities p_i = C/(i ln²(i+1)), with C such that their sum is "
            "1: C = 0.295182.",
            f"{MEMORY}, the missing mass; with labels of fair coins the error is half of it.",
            "For large N, sums over atoms are integrals and ln(i+1) is ln i: the atoms that matter "
            "have i of the order N.",
        ),
        size=SAMPLES,
        parameters=(Variable(C, reals(0, usual=(FIFTH, 2 * FIFTH)), "normalisation"),),
        auxiliary=(
            Variable(u, reals(0, 1), "a probability"),
            Variable(x, reals(0, usual=(FIFTH, 2)), "mean number of samples of an atom"),
            Variable(y, reals(0, usual=(2, 9)), "logarithm of the rank of an atom"),
            Variable(lowest, reals(0, usual=(2, 9)), "lowest such logarithm"),
            Variable(e, reals(0, 1), "1/ln N"),
            Variable(a, reals(-9, 9), "shift of y"),
        ),
        steps=(
            Identity(
                "Atoms beyond rank exp(b) have the mass C/b: in y = ln i, p di is C/y² dy.",
                sp.Integral(C / y**2, (y, lowest, sp.oo)),
                C / lowest,
            ),
            Bound(
                "N samples miss an atom with probability (1-p)^N, at most exp(-Np); the two differ "
                "by a factor 1 + O(Np²), and 1/N beside 1 for the atoms that matter.",
                1 - u,
                sp.exp(-u),
                u,
                sp.exp(-u),
                2,
            ),
            Identity(
                "An atom at y has x = N C exp(-y)/y² samples in the mean, and is missed with "
                "probability exp(-x). In parts, the missing mass is the mean of C/y over an x with "
                "the density exp(-x). Here y depends on x by y + 2 ln y = ln(N C) - ln x ...",
                sp.log(N * C * sp.exp(-y) / y**2),
                sp.log(N * C) - y - 2 * sp.log(y),
            ),
            Identity(
                "... or this: Lambert's function solves it for y/2.",
                sp.log(y / 2 * sp.exp(y / 2)),
                (sp.log(4 * N * C / x) - sp.log(16 * N * C * sp.exp(-y) / (x * y**2))) / 2,
            ),
            Series(
                "For large N, y is ln N + a, a = ln C - ln x - 2 ln ln N but for a small rest. "
                "In e = 1/ln N,",
                C * e / (1 + a * e),
                e,
                3,
                C * e - C * a * e**2,
            ),
            Identity(
                "In the mean over x, ln x is minus Euler's constant: the law, with the next term.",
                sp.Integral(
                    sp.exp(-x) * (C / log - C * (sp.log(C / x) - 2 * sp.log(log)) / log**2),
                    (x, 0, sp.oo),
                ),
                law,
            ),
        ),
        law=Law(law, N, "logarithmic"),
        finite=sp.Integral(C * sp.exp(-x) / place, (x, 0, sp.oo)),
        finite_size=sp.exp(COUNT),
        finite_order=3,
        finite_everywhere=False,
    )


@derivation
def geometric() -> Derivation:
    """Atoms with p_i = (1-q) q^(i-1): 1/(g(N+1)), g = -ln q, with a ripple."""
    q = sp.Symbol("q", positive=True)
    s, z = sp.symbols("s z", positive=True)
    i = sp.Symbol("i", integer=True, positive=True)
    g = -sp.log(q)
    law = 1 / (g * N) - 1 / (g * N**2)
    probability = (1 - q) * q ** (i - 1)
    return Derivation(
        name="rates.geometric",
        statement="Memorising atoms of geometric probabilities q^i leaves the missing mass "
        "1/(g(N+1)), g = -ln q: the exponent 1 without any line, with a ripple that is periodic in "
        "ln N.",
        source=RATES,
        assumptions=(
            "The atoms have the probabilities p_i = (1-q) q^(i-1), i = 1, 2, ...",
            f"{MEMORY}, the missing mass.",
            "The ripple is left out of the law: it is 2 |Gamma(1 + 2 pi i/g)| relative to it, 1e-5 "
            "at q = 1/2, and less for larger q.",
        ),
        size=SAMPLES,
        parameters=(Variable(q, reals(0, 1, usual=(3 * FIFTH, 4 * FIFTH)), "ratio"),),
        auxiliary=(
            Variable(s, reals(0, 3), "an exponent"),
            Variable(z, reals(0, 9), "size of an imaginary exponent"),
        ),
        steps=(
            Identity(
                "First with the rank i as a real number: u = p_i falls by the factor exp(-g) a "
                "rank, so that p_i di is du/g. Where they begin, exponentially little is lost.",
                sp.Integral((1 - u) ** N, (u, 0, 1 - q)) / g,
                (1 - q ** (N + 1)) / (g * (N + 1)),
            ),
            Identity(
                "For many samples 1/(g(N+1)) is the law but for 1/(g N² (N+1)).",
                1 / (g * (N + 1)) - 1 / (g * N**2 * (N + 1)),
                law,
            ),
            Identity(
                "That ranks are whole numbers adds, by Poisson's summation, the integrals with the "
                "weights exp(2 pi i n rank), n = 1, -1, 2, ...: powers of p_i with an imaginary "
                "exponent s = -2 pi i n/g. With exp(-N u) for (1-u)^N, relative to s = 0, they are "
                "Gamma(1+s) N^-s: of the same exponent, and periodic in ln N.",
                sp.Integral(u**s * sp.exp(-N * u), (u, 0, sp.oo)),
                sp.gamma(1 + s) * N**-s / N,
            ),
            Identity(
                "The square of the size of Gamma(1+s), for s = i z.",
                sp.gamma(1 + sp.I * z) * sp.gamma(1 - sp.I * z),
                sp.pi * z / sp.sinh(sp.pi * z),
            ),
        ),
        law=Law(law, N),
        finite=sp.Sum(probability * (1 - probability) ** N, (i, 1, sp.oo)),
        finite_order=3,
    )
