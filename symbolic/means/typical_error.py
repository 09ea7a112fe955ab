"""The geometric mean of the error of a mean: finite where no other mean of it is."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import reals
from symbolic.law import Law
from symbolic.means.heavy_tails import DRAWS, SCALE, SOURCE, N, a, g, nu, t, w, x
from symbolic.registry import derivation
from symbolic.steps import Identity, Series, Step

q = sp.Symbol("q", positive=True)
h = sp.Symbol("h", positive=True)
k = sp.Symbol("k", positive=True)
y = sp.Symbol("y", positive=True)
z = sp.Symbol("z", positive=True)
s = sp.Symbol("s", positive=True)
u = sp.Symbol("u", positive=True)
e = sp.Symbol("e", real=True)
b = sp.Symbol("b", positive=True)
HALF = sp.Rational(1, 2)

MEAN = (
    Variable(q, reals(0, 1, usual=(HALF, 1)), "power of 1/|error|"),
    Variable(h, reals(0, usual=(1, 3)), "power in an integral"),
    Variable(k, reals(0, usual=(1, 3)), "another"),
    Variable(y, reals(0, usual=(1, 3)), "variable of an integral"),
    Variable(t, reals(0, usual=(HALF, 3)), "frequency"),
    Variable(x, reals(0, usual=(HALF, 3)), "absolute error"),
)

STUDENT = (
    *MEAN,
    Variable(w, reals(0, usual=(HALF, 3)), "variable of an integral"),
    Variable(z, reals(0, usual=(HALF, 2)), "frequency, times nu^(1/2)"),
    Variable(s, reals(0, usual=(HALF, 2)), "frequency, in units of that of the mean"),
    Variable(u, reals(0, usual=(HALF, 2)), "a small term"),
    Variable(e, reals(0, 1), "another"),
    Variable(b, reals(0, usual=(HALF, 2)), "coefficient of a term"),
)


def constant(power: sp.Expr) -> sp.Expr:
    """The integral of t^(q-1) cos t over t > 0, without trigonometric functions."""
    return sp.gamma(1 - power / 2) * sp.gamma(1 + power / 2) / (power * sp.gamma(1 - power))


def mean_logarithm() -> tuple[Step, ...]:
    """From the characteristic function to the mean of |error|^-q, and so of its logarithm."""
    wave = (x * sp.sin(x * t) - y * sp.cos(x * t)) * sp.exp(-y * t) / (x**2 + y**2)
    return (
        Identity(
            "For 0 < q < 1 the integral of t^(q-1) cos(xt) over t > 0 is C(q) |x|^-q. For t^(q-1) "
            "is the integral of y^-q exp(-yt) over y, over Gamma(1-q); that over t comes first, "
            "and leaves y/(x²+y²), by the antiderivative ...",
            sp.Derivative(wave, t),
            sp.cos(x * t) * sp.exp(-y * t),
        ),
        Identity(
            "... and with s = y²/(x²+y²) that of y^(1-q)/(x²+y²) over y is |x|^-q/2 times this "
            "one, h = 1 - q/2 and k = q/2: ...",
            sp.Integral(t ** (h - 1) * (1 - t) ** (k - 1), (t, 0, 1)),
            sp.gamma(h) * sp.gamma(k) / sp.gamma(h + k),
        ),
        Identity(
            "... C(q) = Gamma(1-q/2) Gamma(1+q/2)/(q Gamma(1-q)).",
            sp.gamma(1 - q / 2) * sp.gamma(q / 2) / (2 * sp.gamma(1 - q)),
            constant(q),
        ),
    )


@derivation
def stable() -> Derivation:
    """exp E ln|x̄| = exp(γ(1/a-1)) g N^-(1-1/a), at every N."""
    law = sp.exp(sp.EulerGamma * (1 / a - 1)) * g * N ** (1 / a - 1)
    return Derivation(
        name="typical_error.stable",
        statement="The mean of N draws from a symmetric stable law of index a has the typical "
        "error exp(gamma_E (1/a-1)) g N^-(1-1/a), exactly at every N: the exponent is 0 at a = 1, "
        "and below that the error of the mean grows with the number of draws.",
        source=SOURCE,
        assumptions=(
            "N independent draws from the symmetric stable law with the characteristic function "
            "exp(-|g t|^a), 0 < a < 2.",
            "The typical error is the geometric mean of the absolute error, exp E ln|error|.",
        ),
        size=DRAWS,
        parameters=(
            Variable(a, reals(0, 2, usual=(sp.Rational(6, 5), 2)), "index of the tail"),
            SCALE,
        ),
        auxiliary=MEAN,
        steps=(
            Identity(
                "The average has the N-th power of the characteristic function at t/N: the same "
                "law, of scale g N^(1/a-1).",
                sp.exp(-((g * t / N) ** a)) ** N,
                sp.exp(-((g * N ** (1 / a - 1) * t) ** a)),
            ),
            *mean_logarithm(),
            Identity(
                "So C(q) E|X|^-q is the integral of t^(q-1) times the characteristic function; for "
                "a stable law this is",
                sp.Integral(t ** (q - 1) * sp.exp(-((g * t) ** a)), (t, 0, sp.oo)),
                sp.gamma(1 + q / a) / (q * g**q),
            ),
            Series(
                "E|X|^-q, and the factor of -q is E ln|X|.",
                sp.exp(-q * sp.log(g)) * sp.gamma(1 + q / a) / (q * constant(q)),
                q,
                2,
                1 - q * (sp.log(g) + sp.EulerGamma * (1 / a - 1)),
            ),
            Identity(
                "Its exponential, with the scale of the average for g.",
                sp.exp(sp.log(g) + (1 / a - 1) * sp.log(N) + sp.EulerGamma * (1 / a - 1)),
                law,
            ),
        ),
        law=Law(law, N),
        finite=law,
    )


def even(power: sp.Symbol) -> sp.Expr:
    """The even part of Student's characteristic function, up to z^4."""
    return 1 + power**2 / (2 * (2 - nu)) + power**4 / (8 * (2 - nu) * (4 - nu))


def _equation(function: sp.Expr) -> sp.Expr:
    """The differential equation that Student's characteristic function satisfies: this is 0."""
    return sp.Derivative(function, (z, 2)) - (nu - 1) / z * sp.Derivative(function, z) - function


def characteristic() -> tuple[Step, ...]:
    """How Student's characteristic function begins."""
    mixture = w ** (nu / 2 - 1) * sp.exp(-w - z**2 / (4 * w))
    return (
        Identity(
            "A draw is normal with the variance nu/(2w), w of the gamma law of order nu/2. So the "
            "characteristic function phi is, but for a factor, the integral of this over w, with z "
            "= nu^(1/2) t; and phi'' - (nu-1)/z phi' - phi = 0, the integral of a derivative.",
            sp.Derivative(mixture, w),
            _equation(mixture),
        ),
        Series(
            "One solution is even: 1 + z²/(2(2-nu)) + z^4/(8(2-nu)(4-nu)) leaves only this, ...",
            sp.expand(_equation(even(z)).doit()),
            z,
            4,
            sp.Integer(0),
        ),
        Identity(
            "... and the other begins with z^nu.",
            sp.Derivative(z**nu, (z, 2)) - (nu - 1) / z * sp.Derivative(z**nu, z),
            sp.Integer(0),
        ),
    )


def power_of_sum() -> Series:
    """That of the average."""
    return Series(
        "The average has the N-th power of phi at t/N, and N log(phi) is N times what phi is "
        "more than 1, up to the square of that.",
        sp.log(1 - u),
        u,
        2,
        -u,
    )


def gamma_integral(which: str) -> Identity:
    """What is left after integrations by parts."""
    return Identity(
        f"What is left, with {which} for h.",
        sp.Integral(y ** (h - 1) * sp.exp(-y), (y, 0, sp.oo)),
        sp.gamma(h),
    )


def linear(decay: sp.Expr, power: sp.Expr, place: str) -> Series:
    """The correction e s^power, beside exp(-decay)."""
    return Series(
        f"With t in units in which the leading term is {place}, this is small: its factor e is "
        "all of it that counts.",
        sp.exp(-decay + e * power),
        e,
        2,
        sp.exp(-decay) * (1 + e * power),
    )


@derivation
def student() -> Derivation:
    """1 < ν < 2: N^-(1-1/ν) again, but with a slow correction."""
    front = 2**-nu * sp.gamma(1 - nu / 2) / sp.gamma(1 + nu / 2)
    scale = sp.sqrt(nu) / 2 * (sp.gamma(1 - nu / 2) / sp.gamma(1 + nu / 2)) ** (1 / nu)
    small = nu / (2 * (2 - nu)) * N ** (1 - 2 / nu) / scale**2
    front_g = sp.exp(sp.EulerGamma * (1 / nu - 1))
    law = front_g * scale * N ** (1 / nu - 1)
    following = front_g * sp.gamma(2 / nu) / (2 * (2 - nu) * scale) * N ** (-1 / nu)
    unit = N ** (1 - 1 / nu) / g
    return Derivation(
        name="typical_error.student",
        statement="The mean of N draws from Student's law, 1 < nu < 2, has the typical error of "
        "a stable law of index nu, exponent 1 - 1/nu, less a correction that is smaller by "
        "N^-(2/nu-1) only: near nu = 2 it never vanishes in practice.",
        source=SOURCE,
        assumptions=(
            "N independent draws from Student's law with nu degrees of freedom, 1 < nu < 2.",
            "The typical error is the geometric mean of the absolute error, exp E ln|error|.",
        ),
        size=DRAWS,
        parameters=(
            Variable(nu, reals(1, 2, usual=(sp.Rational(6, 5), sp.Rational(9, 5))), "degrees of "
            "freedom"),
        ),
        auxiliary=(*STUDENT, SCALE),
        steps=(
            *characteristic(),
            Identity(
                "The factor of -z^nu: 1 - phi is (z/2)^nu/Gamma(nu/2) times the integral of "
                "y^(-nu/2-1) (1 - exp(-y)) exp(-z²/(4y)) over y = z²/(4w); at z = 0 this is, by "
                "parts, ...",
                sp.Derivative(-2 / nu * y ** (-nu / 2) * (1 - sp.exp(-y)), y),
                y ** (-nu / 2 - 1) * (1 - sp.exp(-y)) - 2 / nu * y ** (-nu / 2) * sp.exp(-y),
            ),
            gamma_integral("1 - nu/2"),
            Identity(
                "So 1 - phi = (gt)^nu - nu t²/(2(2-nu)), with this g.",
                sp.sqrt(nu) * front ** (1 / nu),
                scale,
            ),
            power_of_sum(),
            Identity(
                "The leading term is s^nu for t = s N^(1-1/nu)/g; ...",
                N * (g * (s * unit) / N) ** nu,
                s**nu,
            ),
            Identity(
                "... there the next one is e s², while the square of the leading one is only 1/N "
                "of it.",
                N * nu / (2 * (2 - nu)) * (s * unit / N) ** 2,
                nu / (2 * (2 - nu)) * N ** (1 - 2 / nu) / g**2 * s**2,
            ),
            linear(s**nu, s**2, "s^nu"),
            *mean_logarithm(),
            Identity(
                "C(q) E|error|^-q is the integral of t^(q-1) phi^N: in these units that of "
                "exp(-s^nu), which is Gamma(1+q/nu)/q, and e times",
                sp.Integral(s ** (q + 1) * sp.exp(-(s**nu)), (s, 0, sp.oo)),
                sp.gamma((q + 2) / nu) / nu,
            ),
            Series(
                "The factor of -q is E ln|error|.",
                (sp.gamma(1 + q / nu) + q * e * sp.gamma((q + 2) / nu) / nu) / (q * constant(q)),
                q,
                2,
                1 - q * (sp.EulerGamma * (1 / nu - 1) - e * sp.gamma(2 / nu) / nu),
            ),
            Identity(
                "Its exponential over the unit of t, at e = 0: the law; ...",
                sp.exp(sp.EulerGamma * (1 / nu - 1) + sp.log(scale) + (1 / nu - 1) * sp.log(N)),
                law,
            ),
            Identity(
                "... and the term of first order in e, smaller by N^-(2/nu-1).",
                law * small * sp.gamma(2 / nu) / nu,
                following,
            ),
        ),
        law=Law(law, N),
        uses=("typical_error.stable",),
    )  # fmt: skip
