"""Kernels of known smoothness: the spectrum, and linear interpolation as the simplest predictor."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.ball import VOLUME, d
from symbolic._lemmas.gamma import MOMENT, gamma_ratio
from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Series, Step

D = sp.Symbol("D", positive=True)
nu = sp.Symbol("nu", positive=True)
b = sp.Symbol("b", positive=True)
j = sp.Symbol("j", positive=True)
h = sp.Symbol("h", positive=True)
k = sp.Symbol("k", positive=True)
z = sp.Symbol("z", positive=True)
t = sp.Symbol("t", positive=True)
w = sp.Symbol("w", nonnegative=True)
x = sp.Symbol("x", positive=True)

POINTS = Variable(D, integers(1, usual=(1, 100)), "data points")
FREQUENCY = Variable(k, reals(0, usual=(1, 10)), "a frequency")
GAP = Variable(h, reals(0, 1), "length of a gap")
LENGTH = Variable(x, reals(0, usual=(1, 2)), "a length")
ORDER = Variable(j, integers(1, usual=(1, 6)), "order of a moment")

MODEL = "Reform2024, 'The Random Features Model'"
SMOOTHNESS = "Reform2024, 'The Random Features Model', kernels that are t times differentiable"

BROWNIAN = (
    "D points are independent and uniform on a circle of length 1, and so is the query.",
    "The kernel is that of Brownian motion on the circle, plus a constant of large variance: given "
    "the data, its process is a Brownian bridge in each gap, so that the prediction is linear "
    "interpolation.",
)


def mean_of_gaps() -> Step:
    """Step: the mean of the sum of length^(j+1) over all gaps."""
    return Identity(
        "The D gaps are like D exponential numbers over their sum, which is independent of these "
        "ratios and a Gamma number. So the sum of h^(j+1) over all gaps has the mean",
        D
        * sp.Integral(x ** (j + 1) * sp.exp(-x), (x, 0, sp.oo))
        / sp.Integral(x ** (D + j) * sp.exp(-x) / sp.gamma(D), (x, 0, sp.oo)),
        sp.gamma(j + 2) * sp.gamma(D + 1) / sp.gamma(D + j + 1),
    )


CHORD = (sp.cos(w * z) - (1 - w) - w * sp.cos(z)) ** 2 + (
    sp.sin(w * z) - w * sp.sin(z)
) ** 2  # real and imaginary part of what a wave differs from its chord


def off_the_chord() -> Step:
    """Step: the squared distance of a wave from its chord."""
    return Identity(
        "The wave exp(ikx) is off its chord over a gap of length h, z = kh, by a complex number "
        "whose square is a sum of squared differences over the distances wh, (1-w)h and h.",
        CHORD,
        (1 - w) * (2 - 2 * sp.cos(w * z))
        + w * (2 - 2 * sp.cos((1 - w) * z))
        - w * (1 - w) * (2 - 2 * sp.cos(z)),
    )


@derivation
def spectrum() -> Derivation:
    """Matérn-ν on the torus: λ_n ~ n^(-1-2ν/d), and the tail of the trace."""
    R = sp.Symbol("R", positive=True)
    density = (2 * sp.pi * k) ** (-2 * nu - d)
    tail = (2 * sp.pi * R) ** (-2 * nu - d) * d * VOLUME * R**d / (2 * nu)
    law = d / (2 * nu) * (2 * sp.pi) ** (-2 * nu - d) * VOLUME ** (1 + 2 * nu / d)
    law *= D ** (-2 * nu / d)
    return Derivation(
        name="kernel.spectrum",
        statement="The n-th eigenvalue of a Matern kernel of smoothness nu in d dimensions falls "
        "as n^-(1+2 nu/d), and what D functions leave of its trace as D^(-2 nu/d): t is 2 nu.",
        source=SMOOTHNESS,
        assumptions=(
            "Matern kernel on the flat torus of side 1, scaled to have the eigenvalues "
            "(c + |2 pi k|²)^-(nu + d/2) for k in Z^d.",
            "|k| is large, so that c is negligible and sums over k are integrals.",
            "The loss is what the best D functions leave of a random function with this "
            "covariance: the sum of all eigenvalues but the D largest.",
        ),
        size=Variable(D, integers(1), "functions that are kept"),
        parameters=(
            Variable(d, integers(1, usual=(1, 4)), "dimension"),
            Variable(nu, reals(0, usual=(sp.Rational(1, 2), 3)), "smoothness of the kernel"),
        ),
        auxiliary=(
            FREQUENCY,
            LENGTH,
            Variable(R, reals(0, usual=(1, 10)), "largest frequency that is kept"),
        ),
        steps=(
            Identity(
                "t is 2 nu, and counts no derivatives: for nu = 1/2 the kernel exp(-|x|) has a "
                "kink at 0 and none, and yet its Fourier transform in d = 1 is 2/(1 + k²): t = 1. "
                "The half x > 0 gives 1/(1 + k²), by the antiderivative",
                sp.Derivative(sp.exp(-x) * (k * sp.sin(k * x) - sp.cos(k * x)) / (1 + k**2), x),
                sp.exp(-x) * sp.cos(k * x),
            ),
            Identity(
                "The D largest eigenvalues fill the ball |k| < R with V_d R^d = D. So the D-th is",
                ((2 * sp.pi * (D / VOLUME) ** (1 / d)) ** (-2 * nu - d)),
                (2 * sp.pi) ** (-2 * nu - d) * (D / VOLUME) ** (-1 - 2 * nu / d),
            ),
            Identity(
                "The others are outside: an integral over shells of area d V_d k^(d-1).",
                sp.Integral(density * d * VOLUME * k ** (d - 1), (k, R, sp.oo)),
                tail,
            ),
            Identity("In terms of D.", tail.subs(R, (D / VOLUME) ** (1 / d)), law),
        ),
        law=Law(law, D),
    )


@derivation
def matched() -> Derivation:
    """Brownian teacher and kernel: L = 1/(3(D+1))."""
    finite = 1 / (3 * (D + 1))
    law = 1 / (3 * D) - 1 / (3 * D**2)
    return Derivation(
        name="kernel.matched",
        statement="If the target is drawn from the kernel, Brownian in one dimension, its loss is "
        "1/(3(D+1)), exactly: exponent t/d = 1.",
        source=MODEL,
        assumptions=(*BROWNIAN, "The target is drawn from the same process."),
        size=POINTS,
        parameters=(),
        auxiliary=(GAP, ORDER, LENGTH, Variable(w, reals(0, 1), "place in a gap")),
        steps=(
            Identity(
                "At the share w of a gap of length h the target differs from the chord by w times "
                "the increment over the rest less 1-w times that up to there; they have variances "
                "(1-w)h and wh and are independent.",
                w**2 * (1 - w) * h + (1 - w) ** 2 * w * h,
                h * w * (1 - w),
            ),
            Identity(
                "Over the gap this integrates to h²/6.",
                h * sp.Integral(h * w * (1 - w), (w, 0, 1)),
                h**2 / 6,
            ),
            mean_of_gaps(),
            Identity(
                "With j = 1 the mean of the sum of h²/6 over the gaps is",
                sp.gamma(3) * sp.gamma(D + 1) / sp.gamma(D + 2) / 6,
                finite,
            ),
            Asymptotic("Expanded for many points.", finite, D, 3, law),
        ),
        law=Law(law, D),
        finite=finite,
    )


@derivation
def smooth() -> Derivation:
    """The same predictor, a smooth target: L = 8π⁴ D!/(D+4)! and corrections."""
    n = sp.Symbol("n", integer=True)
    cost = sp.Rational(5, 3) + sp.cos(z) / 3 - 4 * (1 - sp.cos(z)) / z**2
    term = (-1) ** n * (2 * sp.pi) ** (2 * n) / 2
    term *= 1 / (3 * sp.gamma(2 * n + 1)) - 4 / sp.gamma(2 * n + 3)
    term *= sp.gamma(2 * n + 2) * sp.gamma(D + 1) / sp.gamma(D + 2 * n + 1)
    next_order = 520 * sp.pi**4 - sp.Rational(176, 3) * sp.pi**6
    law = 8 * sp.pi**4 * (D**-4 - 10 * D**-5) + next_order * D**-6
    parabola = (2 * sp.pi) ** 4 / 240 * sp.gamma(6) * sp.gamma(D + 1) / sp.gamma(D + 5)
    beyond = (2 * sp.pi) ** 6 * 11 / 60480 * sp.gamma(8) * sp.gamma(D + 1) / sp.gamma(D + 7)
    rising = (D + 1) * (D + 2) * (D + 3) * (D + 4)
    closed = 8 * sp.pi**4 / rising - sp.Rational(176, 3) * sp.pi**6 / (rising * (D + 5) * (D + 6))
    return Derivation(
        name="kernel.smooth",
        statement="For a smooth target the same predictor has the loss E f''^2 D!/(D+4)!: exponent "
        "4 = 2(1+t/d) where a target drawn from the kernel gives t/d = 1.",
        source=MODEL,
        assumptions=(*BROWNIAN, "The target is f = cos(2 pi x)."),
        size=POINTS,
        parameters=(),
        auxiliary=(
            GAP,
            ORDER,
            LENGTH,
            Variable(w, reals(0, 1), "place in a gap"),
            Variable(z, reals(0, 3), "length of a gap, times 2 pi"),
        ),
        steps=(
            off_the_chord(),
            Identity(
                "Half of this, with k = 2 pi, is the mean of the squared error over the phase. "
                "Over the gap the first term, and by symmetry the second, has the mean",
                sp.Integral((1 - w) * (2 - 2 * sp.cos(w * z)), (w, 0, 1)),
                1 - 2 * (1 - sp.cos(z)) / z**2,
            ),
            Identity(
                "and all three together, w(1-w) having the mean 1/6,",
                2 * (1 - 2 * (1 - sp.cos(z)) / z**2) - (2 - 2 * sp.cos(z)) / 6,
                cost,
            ),
            Series(
                "For a short gap this is z^4/120, as for a parabola, and a smaller term; times z²,",
                sp.expand(z**2 * cost),
                z,
                9,
                z**6 / 120 - sp.Rational(11, 30240) * z**8,
            ),
            mean_of_gaps(),
            Identity(
                "The loss is the sum of h/2 times this over the gaps, with z = 2 pi h: for the two "
                "terms, with j = 4 and j = 6,",
                parabola - beyond,
                closed,
            ),
            Asymptotic("Expanded for many points.", closed, D, 7, law),
        ),
        law=Law(law, D),
        finite=sp.Sum(term, (n, 2, sp.oo)),
        finite_order=7,
        uses=("kernel.matched",),
    )


@derivation
def mixed() -> Derivation:
    """A teacher with the spectrum n^-(1+b), 0 < b < 4: exponent b."""
    shape = (1 - w) * w**b + w * (1 - w) ** b - w * (1 - w)
    mean_shape = (2 - b) * (5 + b) / (6 * (b + 1) * (b + 2))
    variogram = 2 * sp.gamma(b / 2) * sp.gamma(1 - b / 2) / sp.gamma(1 + b)
    prefactor = 2 * (5 + b) / (3 * (b + 2)) * sp.beta(b / 2, 2 - b / 2)
    finite = prefactor * sp.gamma(D + 1) / sp.gamma(D + 1 + b)
    law = prefactor * (D**-b - b * (b + 1) / 2 * D ** (-b - 1))
    return Derivation(
        name="kernel.mixed",
        statement="For a random target with the spectrum |k|^-(1+b), 0 < b < 4, the same predictor "
        "has the exponent b; the prefactor diverges at b = 4 = 2(1+t/d), where kernel.smooth takes "
        "over: the exponent is min(b, 4).",
        source=MODEL,
        assumptions=(
            *BROWNIAN,
            "Along each gap the target is a Gaussian process with the spectral density "
            "|k|^-(1+b), 0 < b < 4.",
        ),
        size=POINTS,
        parameters=(
            Variable(b, reals(0, 4, usual=(sp.Rational(1, 4), sp.Rational(15, 4))), "spectrum"),
        ),
        auxiliary=(
            GAP,
            ORDER,
            LENGTH,
            MOMENT,
            FREQUENCY,
            Variable(w, reals(0, 1), "place in a gap"),
            Variable(z, reals(0, 3), "a frequency, times the length of a gap"),
            Variable(t, reals(0), "an auxiliary variable of integration"),
        ),
        steps=(
            off_the_chord(),
            Series(
                "It is of order z^4, so that the integral over |k|^-(1+b) converges for b < 4.",
                CHORD,
                z,
                5,
                w**2 * (1 - w) ** 2 * z**4 / 4,
            ),
            Identity(
                "For b < 2 each difference has an integral of its own: 2(1 - cos(kh)) |k|^-(1+b) "
                "over all k is, by parts and scaling, h^b times 4/b times the integral of "
                "sin(k) k^-b over k > 0. Write k^-b as the integral of s^(b-1) exp(-ks)/Gamma(b) "
                "over s; that of sin(k) exp(-ks) over k is 1/(1+s²), by the antiderivative below "
                "(s is t here).",
                sp.Derivative(-sp.exp(-k * t) * (t * sp.sin(k) + sp.cos(k)) / (1 + t**2), k),
                sp.exp(-k * t) * sp.sin(k),
            ),
            Identity(
                "And 1/(1+s²) is the integral of exp(-t(1+s²)) over t. Over s first (s is k here) "
                "this gives",
                sp.Integral(k ** (b - 1) * sp.exp(-t * k**2), (k, 0, sp.oo)),
                sp.gamma(b / 2) * t ** (-b / 2) / 2,
            ),
            Identity(
                "and then over t Gamma(1-b/2). So the mean squared difference over h is "
                "c h^b, as of fractional Brownian motion, with c",
                4 / b / sp.gamma(b) * sp.gamma(b / 2) * sp.gamma(1 - b / 2) / 2,
                variogram,
            ),
            Identity(
                "Put in, the error at the share w of a gap is c h^b times a polynomial in powers "
                "of w, with the mean below; with c it is analytic for 0 < b < 4, and so is the "
                "integral that it stands for: they agree beyond b = 2, too.",
                sp.Integral(shape, (w, 0, 1)),
                mean_shape,
            ),
            mean_of_gaps(),
            Identity(
                "With j = b the sum of h times h^b over the gaps gives the loss.",
                variogram * mean_shape * sp.gamma(b + 2) * sp.gamma(D + 1) / sp.gamma(D + b + 1),
                finite,
            ),
            gamma_ratio(),
            Identity(
                "So for many points the loss is this law.",
                variogram * mean_shape * sp.gamma(b + 2) * D**-b * (1 - b * (b + 1) / (2 * D)),
                law,
            ),
        ),
        law=Law(law, D),
        finite=finite,
        finite_order=b + 2,
        uses=("kernel.matched", "kernel.smooth"),
    )
