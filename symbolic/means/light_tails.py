"""The typical error of a mean where the variance is finite, and the tail still shows."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import reals
from symbolic.law import Law
from symbolic.means.heavy_tails import DRAWS, SOURCE, N, nu
from symbolic.means.typical_error import (
    STUDENT,
    b,
    characteristic,
    constant,
    e,
    even,
    gamma_integral,
    h,
    linear,
    mean_logarithm,
    power_of_sum,
    q,
    s,
    y,
    z,
)
from symbolic.registry import derivation
from symbolic.steps import Identity, Series, Step

NORMAL = sp.exp(-sp.EulerGamma / 2) / sp.sqrt(2) * sp.sqrt(nu / (nu - 2)) / sp.sqrt(N)
"""The typical error of the mean of N normal draws, of the variance of Student's law."""


def _light(power: sp.Expr, order: str) -> tuple[Step, ...]:
    """From the correction e s^power to the mean logarithm."""
    return (
        linear(s**2 / 2, s**power, "s²/2"),
        *mean_logarithm(),
        Identity(
            "C(q) E|error|^-q is the integral of t^(q-1) phi^N: in these units that of "
            f"exp(-s²/2), with h = q, and e times that with h = q + {order}.",
            sp.Integral(s ** (h - 1) * sp.exp(-(s**2) / 2), (s, 0, sp.oo)),
            2 ** (h / 2 - 1) * sp.gamma(h / 2),
        ),
        Series(
            "The factor of -q is E ln|error|.",
            (
                2 ** (q / 2) * sp.gamma(1 + q / 2)
                + q * e * 2 ** ((q + power) / 2 - 1) * sp.gamma((q + power) / 2)
            )
            / (q * constant(q)),
            q,
            2,
            1
            + q
            * ((sp.EulerGamma + sp.log(2)) / 2 + e * 2 ** (power / 2 - 1) * sp.gamma(power / 2)),
        ),
    )


UNIT = sp.sqrt(N * (nu - 2) / nu)
"""t for s = 1: one over the standard deviation of the average."""


@derivation
def finite_variance() -> Derivation:
    """2 < ν < 4: N^-1/2, with a slow correction from the tail."""
    front = 2**-nu / sp.gamma(nu / 2) * 4 / nu * sp.gamma(2 - nu / 2)  # b (nu - 2)
    small = front * (nu - 2) ** (nu / 2 - 1) * N ** (1 - nu / 2)
    law = NORMAL - NORMAL * 2 ** (1 - nu / 2) * (nu - 2) ** (nu / 2 - 1) * sp.gamma(
        2 - nu / 2
    ) / nu * N ** (1 - nu / 2)
    return Derivation(
        name="light_tails.finite_variance",
        statement="The mean of N draws from Student's law, 2 < nu < 4, has the typical error of a "
        "normal mean of the same variance, exponent 1/2, less a correction that is smaller by "
        "N^-(nu/2-1) only.",
        source=SOURCE,
        assumptions=(
            "N independent draws from Student's law with nu degrees of freedom, 2 < nu < 4.",
            "The typical error is the geometric mean of the absolute error, exp E ln|error|.",
        ),
        size=DRAWS,
        parameters=(
            Variable(nu, reals(2, 4, usual=(sp.Rational(5, 2), sp.Rational(7, 2))), "degrees of "
            "freedom"),
        ),
        auxiliary=STUDENT,
        steps=(
            *characteristic(),
            Identity(
                "The factor of z^nu: phi - 1 + z²/(2(nu-2)) is (z/2)^nu/Gamma(nu/2) times the "
                "integral of y^(-nu/2-1) (exp(-y) - 1 + y) exp(-z²/(4y)) over y = z²/(4w); at z = "
                "0 this is, by parts and by parts again, ...",
                sp.Derivative(-2 / nu * y ** (-nu / 2) * (sp.exp(-y) - 1 + y), y),
                y ** (-nu / 2 - 1) * (sp.exp(-y) - 1 + y)
                - 2 / nu * y ** (-nu / 2) * (1 - sp.exp(-y)),
            ),
            Identity(
                "... 4/(nu (nu-2)) times the integral of y^(1-nu/2) exp(-y).",
                sp.Derivative(-2 / (nu - 2) * y ** (1 - nu / 2) * (1 - sp.exp(-y)), y),
                y ** (-nu / 2) * (1 - sp.exp(-y))
                - 2 / (nu - 2) * y ** (1 - nu / 2) * sp.exp(-y),
            ),
            gamma_integral("2 - nu/2"),
            power_of_sum(),
            Identity(
                "The leading term is s²/2 for t = s (N (nu-2)/nu)^(1/2); ...",
                N * nu * (s * UNIT / N) ** 2 / (2 * (nu - 2)),
                s**2 / 2,
            ),
            Identity(
                "... there the next one is e s^nu, b the factor of z^nu, while the square of the "
                "leading one is only 1/N of it.",
                N * b * (sp.sqrt(nu) * s * sp.sqrt(N) * sp.sqrt(nu - 2) / sp.sqrt(nu) / N) ** nu,
                b * (nu - 2) ** (nu / 2) * N ** (1 - nu / 2) * s**nu,
            ),
            *_light(nu, "nu"),
            Identity(
                "Its exponential to first order in e, over the unit of t.",
                NORMAL * (1 - small * 2 ** (nu / 2 - 1) * sp.gamma(nu / 2)),
                law,
            ),
        ),
        law=Law(law, N),
        uses=("typical_error.stable",),
    )  # fmt: skip


@derivation
def finite_kurtosis() -> Derivation:
    """ν > 4: N^-1/2, with the usual correction."""
    law = NORMAL - NORMAL / (2 * (nu - 4) * N)
    return Derivation(
        name="light_tails.finite_kurtosis",
        statement="The mean of N draws from Student's law, nu > 4, has the typical error of a "
        "normal mean of the same variance, exponent 1/2, up to a correction of 1/N.",
        source=SOURCE,
        assumptions=(
            "N independent draws from Student's law with nu degrees of freedom, nu > 4.",
            "The typical error is the geometric mean of the absolute error, exp E ln|error|.",
        ),
        size=DRAWS,
        parameters=(Variable(nu, reals(4, usual=(5, 9)), "degrees of freedom"),),
        auxiliary=STUDENT,
        steps=(
            *characteristic(),
            Series(
                "z^nu is smaller, with nu > 4. Of the logarithm of phi,",
                sp.log(even(z)),
                z,
                5,
                -(z**2) / (2 * (nu - 2)) + z**4 / (4 * (nu - 2) ** 2 * (nu - 4)),
            ),
            Identity(
                "N times this for t = s (N (nu-2)/nu)^(1/2), z = nu^(1/2) t/N: the leading term is "
                "s²/2, ...",
                N * (sp.sqrt(nu) * s * UNIT / N) ** 2 / (2 * (nu - 2)),
                s**2 / 2,
            ),
            Identity(
                "... and the next one e s^4, e = 1/(4 (nu-4) N).",
                N * (sp.sqrt(nu) * s * UNIT / N) ** 4 / (4 * (nu - 2) ** 2 * (nu - 4)),
                s**4 / (4 * (nu - 4) * N),
            ),
            *_light(sp.Integer(4), "4"),
            Identity(
                "Its exponential to first order in e, over the unit of t.",
                NORMAL * (1 - 2 / (4 * (nu - 4) * N)),
                law,
            ),
        ),
        law=Law(law, N),
        uses=("typical_error.stable",),
    )
