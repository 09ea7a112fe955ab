"""The mean of heavy-tailed draws: an exponent below one half, and the median that restores it."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Series, Step

N = sp.Symbol("N", positive=True)
a = sp.Symbol("a", positive=True)
g = sp.Symbol("g", positive=True)
nu = sp.Symbol("nu", positive=True)
t = sp.Symbol("t", positive=True)
x = sp.Symbol("x", positive=True)
w = sp.Symbol("w", positive=True)
HALF = sp.Rational(1, 2)

SOURCE = "Anonymous2024, 'Why is it power law or linear in log-log?'"
DRAWS = Variable(N, integers(1), "draws")
INDEX = Variable(a, reals(1, 2, usual=(sp.Rational(6, 5), 2)), "index of the tail")
SCALE = Variable(g, reals(0, usual=(HALF, 2)), "scale")
FREQUENCY = Variable(t, reals(0, usual=(HALF, 3)), "frequency")
ERROR = Variable(x, reals(0, usual=(HALF, 3)), "absolute error")


def _mean_modulus() -> tuple[Step, ...]:
    y = sp.Symbol("y", positive=True)
    wave = (y * sp.cos(x * t) - x * sp.sin(x * t)) / (x**2 + y**2)
    return (
        Identity(
            "The mean of |X|, X symmetric, is (2/pi) times the integral of (1 - phi(t))/t² over "
            "t > 0, phi the characteristic function; that is, |x| is this for 1 - cos(xt). For "
            "1/t² is the integral of y exp(-yt) over y; that over t comes first, with the "
            "antiderivative ...",
            sp.Derivative((wave - 1 / y) * sp.exp(-y * t), t),
            (1 - sp.cos(x * t)) * sp.exp(-y * t),
        ),
        Identity(
            "... so that 1/y - y/(x²+y²) is left, times y, and its integral over y.",
            sp.Integral(x**2 / (x**2 + y**2), (y, 0, sp.oo)),
            sp.pi * x / 2,
        ),
    )


def _by_parts() -> tuple[Step, ...]:
    z, k = sp.symbols("z k", positive=True)
    decay = sp.exp(-((g * t) ** a))
    return (
        Identity(
            "For 1 - exp(-(gt)^a) the integral is done by parts, which leaves ...",
            (1 - decay) / t**2 + sp.Derivative((1 - decay) / t, t),
            a * g**a * t ** (a - 2) * decay,
        ),
        Identity(
            "... g a/(a-1) times the integral of exp(-z^k) over z = (gt)^(a-1), with k = a/(a-1).",
            sp.Integral(sp.exp(-(z**k)), (z, 0, sp.oo)),
            sp.gamma(1 + 1 / k),
        ),
    )


LEMMA = (
    FREQUENCY,
    ERROR,
    Variable(sp.Symbol("y", positive=True), reals(0, usual=(1, 3)), "variable of an integral"),
    Variable(sp.Symbol("k", positive=True), reals(1, usual=(2, 6)), "power in an integral"),
)


@derivation
def stable() -> Derivation:
    """E|x̄| = (2/π) Γ(1-1/a) g N^-(1-1/a), at every N."""
    law = 2 / sp.pi * sp.gamma(1 - 1 / a) * g * N ** (1 / a - 1)
    return Derivation(
        name="heavy_tails.stable",
        statement="The mean of N draws from a symmetric stable law of index a has the mean "
        "absolute error (2/pi) Gamma(1-1/a) g N^-(1-1/a), exactly at every N: the exponent is "
        "below one half, and tends to 0 with a to 1. The mean squared error is infinite.",
        source=SOURCE,
        assumptions=(
            "N independent draws from the symmetric stable law with the characteristic function "
            "exp(-|g t|^a), 1 < a < 2; a = 2 is the Gaussian with variance 2g².",
        ),
        size=DRAWS,
        parameters=(INDEX, SCALE),
        auxiliary=LEMMA,
        steps=(
            Identity(
                "The average has the N-th power of the characteristic function at t/N: the same "
                "law, of scale g N^(1/a-1).",
                sp.exp(-((g * t / N) ** a)) ** N,
                sp.exp(-((g * N ** (1 / a - 1) * t) ** a)),
            ),
            *_mean_modulus(),
            *_by_parts(),
            Identity(
                "Together, with the scale of the average for g.",
                2 / sp.pi * g * N ** (1 / a - 1) * a / (a - 1) * sp.gamma(1 + (a - 1) / a),
                law,
            ),
        ),
        law=Law(law, N),
        finite=law,
    )


def _centre() -> sp.Expr:
    """The density of Student's law at 0."""
    return sp.sqrt(nu) * sp.gamma((nu + 1) / 2) / (2 * sp.sqrt(sp.pi) * sp.gamma(nu / 2 + 1))


@derivation
def median() -> Derivation:
    """Sample median of Student's law: N^-1/2 is back, for every ν."""
    m, s = sp.symbols("m s", positive=True)
    f = sp.Symbol("f", positive=True)
    kappa = (nu + 1) / (6 * nu)
    norm = sp.sqrt(sp.pi) * sp.gamma(m + 1) / sp.gamma(m + sp.Rational(3, 2))
    law = 1 / (sp.sqrt(2 * sp.pi) * _centre() * sp.sqrt(N)) + (
        kappa / (2 * _centre() ** 3) - 3 / (4 * _centre())
    ) / sp.sqrt(2 * sp.pi) * N ** sp.Rational(-3, 2)
    root = 1 - 3 / (8 * x)
    return Derivation(
        name="heavy_tails.median",
        statement="The sample median of N draws from Student's law has the mean absolute error "
        "(2/pi)^(1/2)/(2 f(0)) N^(-1/2), f(0) the density at the centre, whatever nu: a low "
        "exponent of the mean is a property of the mean, not of the data.",
        source=SOURCE,
        assumptions=(
            "N independent draws from Student's law with nu degrees of freedom; N = 2m+1 is odd, "
            "and so large that the expectation exists, (m+1) nu > 1.",
        ),
        size=Variable(N, integers(1), "draws"),
        parameters=(
            Variable(nu, reals(0, usual=(1, 3)), "degrees of freedom"),
        ),
        auxiliary=(
            ERROR,
            Variable(m, reals(0), "draws on one side of the median"),
            Variable(s, reals(0, 1), "4w²"),
            Variable(f, reals(0), "density at the centre"),
        ),
        steps=(
            Identity(
                "Let 1/2 + w be the share of the law below the median: it has a density "
                "proportional to (1 - 4w²)^m. With s = 4w² its norm is the integral of "
                "s^(-1/2) (1-s)^m over (0, 1), which goes down by 2(m+1)/(2m+3) from m to m + 1 "
                "...",
                sp.Derivative(2 * sp.sqrt(s) * (1 - s) ** (m + 1), s),
                (2 * m + 3) * (1 - s) * (1 - s) ** m / sp.sqrt(s)
                - 2 * (m + 1) * (1 - s) ** m / sp.sqrt(s),
            ),
            Identity(
                "... as this does, the norm, which is 2 for m = 0, too.",
                norm.subs(m, m + 1) / norm,
                2 * (m + 1) / (2 * m + 3),
            ),
            Identity(
                "Over the norm, 1/(m+1) is the mean of 2|w|, and this that of |2w|³.",
                sp.Integral(s * (1 - s) ** m, (s, 0, 1)),
                1 / ((m + 1) * (m + 2)),
            ),
            Asymptotic(
                "So the mean of 2|w| is Gamma(x+1)/Gamma(x+3/2) over pi^(1/2), x = m + 1/2 = N/2. "
                "It is x^(-1/2) (1 - 3/(8x)) up to O(x^(-5/2)): both grow alike, here squared, and "
                "both tend to x^(-1/2), but for pi. That of |2w|³ is x^(-3/2) to leading order.",
                x / (x + 1) * (root.subs(x, x + 1) / root) ** 2
                - ((x + 1) / (x + sp.Rational(3, 2))) ** 2,
                x,
                3,
                sp.Integer(0),
            ),
            Series(
                "Near the centre the density of Student's law, over f(0), is ...",
                (1 + s**2 / nu) ** (-(nu + 1) / 2),
                s,
                4,
                1 - (nu + 1) / (2 * nu) * s**2,
            ),
            Series(
                "... so that w/f(0) = e - kappa e³ for an error e, kappa = (nu+1)/(6 nu); solved "
                "for the error it is s + kappa s³, s = w/f(0).",
                s + kappa * s**3 - kappa * (s + kappa * s**3) ** 3,
                s,
                5,
                s,
            ),
            Identity(
                "The mean of |w|/f(0) + kappa |w|³/f(0)³, f(0) written out.",
                (
                    sp.sqrt(2 / N) * (1 - 3 / (4 * N)) / (2 * sp.sqrt(sp.pi)) / f
                    + kappa * sp.sqrt(2 / N) * (2 / N) / (8 * sp.sqrt(sp.pi)) / f**3
                ).subs(f, _centre()),
                law,
            ),
        ),
        law=Law(law, N),
    )  # fmt: skip
