"""A loss with a kink, |e|^p: when the exponent 1 of the variance-limited regime fails."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.steps import Asymptotic, Identity, Series

D = sp.Symbol("D", positive=True)
sigma = sp.Symbol("sigma", positive=True)
t = sp.Symbol("t", real=True)
x = sp.Symbol("x", nonnegative=True)

DATA = Variable(D, integers(1), "data points")
DEVIATION = Variable(sigma, reals(0), "standard deviation of one data point")

MARK = Variable(t, reals(-1, 1), "argument of a generating function")

NICE = "Reform2024, 'The Variance-Limited Regime', nice losses"


def normal(deviation: sp.Expr) -> sp.Expr:
    """Density of a centred normal variable at x."""
    return sp.exp(-(x**2) / (2 * deviation**2)) / (sp.sqrt(2 * sp.pi) * deviation)


def mean_of_draws() -> Identity:
    """Step: the mean of D normal draws is normal with variance σ²/D."""
    return Identity(
        "The mean of D normal draws is normal: the D-th power of the generating function of one "
        "draw over D is that of variance sigma²/D.",
        sp.Pow(sp.exp(sigma**2 * t**2 / (2 * D**2)), D, evaluate=False),
        sp.exp(sigma**2 / D * t**2 / 2),
    )


def clean_target() -> Derivation:
    """E |μ̂ - μ|^p: exponent p/2."""
    p = sp.Symbol("p", positive=True)
    deviation = sigma / sp.sqrt(D)
    law = 2 ** (p / 2) * sp.gamma((p + 1) / 2) * sigma**p / sp.sqrt(sp.pi) * D ** (-p / 2)
    return Derivation(
        name="variance_limited.absolute_clean",
        statement="The p-th power of the error of a mean falls as D^(-p/2); for the absolute "
        "error, p = 1, as sqrt(2/pi) sigma D^(-1/2): exponent 1/2, and not 1.",
        source=NICE,
        assumptions=(
            "The estimate is the mean of D independent normal draws with variance sigma².",
            "It is tested without noise, against the mean of the distribution: all errors vanish "
            "in the limit, at the kink of the loss.",
        ),
        size=DATA,
        parameters=(
            DEVIATION,
            Variable(p, reals(0, usual=(sp.Rational(1, 2), 4)), "power of the error in the loss"),
        ),
        auxiliary=(MARK,),
        steps=(
            mean_of_draws(),
            Identity(
                "Its mean error to the power p, exactly and at every D: the deviation to the "
                "power p, whatever the loss does at 0.",
                sp.Integral(2 * x**p * normal(deviation), (x, 0, sp.oo)),
                law,
            ),
        ),
        law=Law(law, D),
        finite=law,
    )


def noisy_target() -> Derivation:
    """E |y - μ̂| - E |y - μ| = √(2/π) σ (√(1+1/D) - 1)."""
    shift = sp.Symbol("delta", positive=True)
    density = sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)
    cost = shift * sp.erf(shift / sp.sqrt(2)) + sp.sqrt(2 / sp.pi) * sp.exp(-(shift**2) / 2)
    finite = sp.sqrt(2 / sp.pi) * sigma * (sp.sqrt(1 + 1 / D) - 1)
    law = sigma / sp.sqrt(2 * sp.pi) * (1 / D - 1 / (4 * D**2))
    return Derivation(
        name="variance_limited.absolute_noisy",
        statement="Tested on noisy data, the excess absolute error of a mean is sigma/(sqrt(2 pi) "
        "D): exponent 1, although the loss is not differentiable.",
        source=NICE,
        assumptions=(
            "The estimate is the mean of D independent normal draws with variance sigma².",
            "It is tested on a new draw; the loss is the mean absolute error, less that of the "
            "true mean.",
        ),
        size=DATA,
        parameters=(DEVIATION,),
        auxiliary=(
            MARK,
            Variable(shift, reals(0, 3), "error of the estimate, in units of sigma"),
        ),
        steps=(
            Identity(
                "For sigma = 1, move an estimate that is off by delta a little farther: the mean "
                "absolute error grows at the share of draws on the near side less that on the far "
                "side, ...",
                sp.Integral(2 * density, (x, 0, shift)),
                sp.erf(shift / sp.sqrt(2)),
            ),
            Identity(
                "... and this slope itself grows at twice the density of the noise at the kink: "
                "the mean over the noise makes the loss smooth.",
                sp.Derivative(sp.erf(shift / sp.sqrt(2)), shift),
                2 * density.subs(x, shift),
            ),
            Identity(
                "The mean absolute error with this slope, which is E |z| = sqrt(2/pi) at "
                "delta = 0, is",
                sp.sqrt(2 / sp.pi) + sp.Integral(sp.erf(x / sp.sqrt(2)), (x, 0, shift)),
                cost,
            ),
            Series(
                "This is a parabola to leading order, and E delta² = 1/D gives the leading term.",
                cost,
                shift,
                4,
                sp.sqrt(2 / sp.pi) + shift**2 / sp.sqrt(2 * sp.pi),
            ),
            mean_of_draws(),
            Identity(
                "Exactly: a new draw less the mean of D others is normal with variance "
                "sigma²(1 + 1/D), and its mean size exceeds that of a draw less the true mean by",
                sp.Integral(2 * x * normal(sigma * sp.sqrt(1 + 1 / D)), (x, 0, sp.oo))
                - sp.Integral(2 * x * normal(sigma), (x, 0, sp.oo)),
                finite,
            ),
            Asymptotic("Expanded for many data.", finite, D, 3, law),
        ),
        law=Law(law, D),
        finite=finite,
    )
