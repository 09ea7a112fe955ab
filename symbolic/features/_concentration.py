"""What random features learn of a power-law spectrum: shares learnt, and how they fluctuate."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Variable
from symbolic.domain import integers, reals
from symbolic.steps import Asymptotic, Identity, Series, Step

D = sp.Symbol("D", positive=True)
P = sp.Symbol("P", positive=True)
m = sp.Symbol("m", positive=True)
alpha = sp.Symbol("alpha", positive=True)
gamma = sp.Symbol("gamma", positive=True)
lam = sp.Symbol("lambda", positive=True)
s = sp.Symbol("s", positive=True)
z = sp.Symbol("z", nonnegative=True)
e = sp.Symbol("epsilon", real=True)
x = sp.Symbol("x", positive=True)
n = sp.Symbol("n", positive=True)
u = sp.Symbol("u", positive=True)
power = 1 + alpha

A = (sp.pi / power / sp.sin(sp.pi / power)) ** power
"""Prefactor of the loss: gamma times m^(1+alpha), for large m."""

MODEL = "Reform2024, 'The Random Features Model'"

DATA = Variable(D, integers(1), "data points")
FEATURES = Variable(P, integers(1), "features of the student")
ALPHA = Variable(
    alpha, reals(0, usual=(sp.Rational(1, 2), sp.Rational(7, 2))), "spectrum n^-(1+alpha)"
)
RANK = Variable(m, integers(1, usual=(10, 1000)), "rank of the fit, the smaller of D and P")
AUXILIARY = (
    RANK,
    Variable(gamma, reals(0, usual=(sp.Rational(1, 1000), sp.Rational(1, 10))), "1/s"),
    Variable(lam, reals(0), "variance of one feature"),
    Variable(s, reals(0), "quadratic form of one feature, typically"),
    Variable(x, reals(0, 1), "share of a feature that is learnt"),
    Variable(n, reals(0, usual=(1, 5)), "number of a feature"),
    Variable(u, reals(0, usual=(1, 3)), "a positive number"),
    Variable(z, reals(0), "a ridge"),
    Variable(e, reals(-1, 1), "relative change of s"),
)

SPECTRUM = (
    "Features 1, 2, ... are independent and normal with the variances n^-(1+alpha), alpha > 0; "
    "there are so many that their sum over n has converged.",
    "The target is a sum of all features with independent standard normal weights; for weights of "
    "variance 1/S divide the loss by S.",
)
SELF_AVERAGING = (
    "For large m, traces of the inverse of an m x m sum of random matrices deviate from their mean "
    "by relative O(1/m), as is known for normal features; quadratic forms in a vector that is "
    "independent of the matrix then deviate by what the vector does."
)

SECOND = m * (1 - 1 / power)
"""Integral of x² over n, where that of x is m."""

THIRD = SECOND * (1 - 1 / (2 * power))
"""Integral of x³ over n."""


def learnt(number: sp.Expr) -> sp.Expr:
    """The share of feature n that is learnt, as a function of its number."""
    return 1 / (1 + gamma * number**power)


def shares() -> tuple[Step, ...]:
    """The share of each feature that is learnt, and the loss, in terms of one number gamma."""
    return (
        Identity(
            "Let row n of the design be sqrt(lambda) g, and K the sum of lambda g gᵀ over the "
            "others. Of feature n the fit learns the share x = lambda gᵀ(K + lambda g gᵀ)^-1 g. "
            "With s = gᵀ K^-1 g the form a = gᵀ(K + lambda g gᵀ)^-1 g solves a = s(1 - lambda a):",
            s / (1 + lam * s),
            s * (1 - lam * (s / (1 + lam * s))),
        ),
        Identity(
            "so that x = lambda s/(1 + lambda s). The shares of all features add up to the rank m. "
            "If s is the same 1/gamma for all of them, what is not learnt of the variance is gamma "
            "times what is learnt of the feature ...",
            lam * (1 - lam / (lam + gamma)),
            gamma * lam / (lam + gamma),
        ),
        Identity(
            "... and for a target with equal weights the loss is m gamma. In a spectrum "
            "n^-(1+alpha) the share is 1/(1 + gamma n^(1+alpha)): the first "
            "gamma^(-1/(1+alpha)) features are learnt.",
            n**-power / (n**-power + gamma),
            learnt(n),
        ),
    )


def rank() -> tuple[Step, ...]:
    """Which gamma makes the shares add up to m."""
    return (
        Identity(
            "Their integral over n is gamma^(-1/(1+alpha)) times a number.",
            sp.Integral(1 / (1 + u**power), (u, 0, sp.oo)),
            sp.pi / power / sp.sin(sp.pi / power),
        ),
        Identity(
            "Their sum is less by 1/2, half the share at n = 0, up to an eighth of the total "
            "variation of the slope (the trapezoidal rule). The slope at n = "
            "u gamma^(-1/(1+alpha)) is of order gamma^(1/(1+alpha)), that is of order 1/m.",
            sp.Derivative(learnt(n), n),
            -(gamma ** (1 / power))
            * power
            * (n * gamma ** (1 / power)) ** alpha
            / (1 + (n * gamma ** (1 / power)) ** power) ** 2,
        ),
        Identity(
            "So m + 1/2 is gamma^(-1/(1+alpha)) times that number, u say, which gives gamma = "
            "A (m + 1/2)^-(1+alpha) with A = u^(1+alpha).",
            u * (u**power * (m + sp.Rational(1, 2)) ** -power) ** (-1 / power),
            m + sp.Rational(1, 2),
        ),
    )  # fmt: skip


def fluctuations() -> tuple[Step, ...]:
    """What the fluctuations of s change at relative order 1/m."""
    spread = 2 * power / m
    one = x - x**2 * (1 - x) * power / m
    return (
        Series(
            "Now s fluctuates. It is a sum of squares of normal numbers, each times an eigenvalue "
            "of K^-1. The cumulants of one such term, with the eigenvalue s, show that the sum has "
            "the mean tr K^-1 and the variance 2 tr K^-2.",
            -sp.log(1 - 2 * s * z) / 2,
            z,
            3,
            s * z + 2 * s**2 * z**2 / 2,
        ),
        Series(
            "tr K^-2 follows from a ridge z: the shares then add up to m - z s(z), s(z) = "
            "tr (K+z)^-1, and grow as s^(1/(1+alpha)). So s falls by (1+alpha) s²/m per unit of "
            "ridge, which is tr K^-2; the relative variance of s is 2(1+alpha)/m.",
            m * (1 - power * s * z / m) ** (1 / power) + z * s,
            z,
            2,
            m,
        ),
        Identity(
            "The mean of s is tr K^-1 without feature n, which is larger than with it by lambda "
            "gᵀK^-2 g/(1 + lambda s); for m = 1 and g = 1 the formula below. In the mean that is "
            "lambda tr K^-2/(1 + lambda s), relative to s (1+alpha) x/m.",
            s - 1 / (1 / s + lam),
            lam * s**2 / (1 + lam * s),
        ),
        Series(
            "With s larger by the factor 1 + epsilon, the share x becomes",
            x * (1 + e) / (1 + x * e),
            e,
            3,
            x + x * (1 - x) * e - x**2 * (1 - x) * e**2,
        ),
        Identity(
            "Put in the mean of epsilon and of its square: each share is a little smaller in the "
            "mean.",
            x + x * (1 - x) * power * x / m - x**2 * (1 - x) * spread,
            one,
        ),
        Identity(
            "The integrals of x, x² and x³ over n follow from each other: the derivative of n x^j "
            "integrates to 0, so that each is 1 - 1/(j(1+alpha)) times the one before (j is u).",
            sp.Derivative(n * learnt(n) ** u, n),
            learnt(n) ** u - u * power * learnt(n) ** u * (1 - learnt(n)),
        ),
        Identity(
            "The first is m. The shares add up to m again if the typical s is larger by the "
            "factor 1 + alpha/(2m), which follows from the integrals of x²(1-x) and x(1-x).",
            power / m * (SECOND - THIRD) / (m - SECOND),
            alpha / (2 * m),
        ),
        Identity(
            "The loss, gamma times the sum of x/(1-x) times what is not learnt, becomes "
            "gamma (m + alpha/2).",
            gamma * (m - alpha / (2 * m) * SECOND + power / m * THIRD),
            gamma * (m + alpha / 2),
        ),
    )


def loss(size: sp.Symbol) -> tuple[Step, ...]:
    """How the loss follows from gamma, as a law in the size that is m."""
    half = sp.Rational(1, 2)
    return (
        Asymptotic(
            "With gamma = A (m+1/2)^-(1+alpha) this is A m^-alpha times a factor that does not "
            "depend on alpha to this order.",
            (1 + half / m) ** -power * (1 + alpha / (2 * m)),
            m,
            2,
            1 - half / m,
        ),
        Identity(
            f"For m = {size} this is the law.",
            size * (A * size**-power) * (1 - half / size),
            law(size),
        ),
    )


def law(size: sp.Symbol) -> sp.Expr:
    """The loss for m = size and the other size infinite."""
    return A * size**-alpha - A / 2 * size ** (-alpha - 1)
