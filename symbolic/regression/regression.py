"""Linear regression with normal features: when the error is 1/N, and where it is not."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Minimum, Step

N = sp.Symbol("N", positive=True)
p = sp.Symbol("p", positive=True)
f = sp.Symbol("f", positive=True)
D = sp.Symbol("D", positive=True)
r = sp.Symbol("r", positive=True)
sigma = sp.Symbol("sigma", positive=True)
m = sp.Symbol("m", positive=True)
t = sp.Symbol("t", positive=True)

QUESTION = "Anonymous2024, 'Why is it power law or linear in log-log?'"

SAMPLES = Variable(N, integers(1, usual=(60, 400)), "samples")
FEATURES = Variable(p, integers(1, usual=(1, 12)), "features")
NOISE = Variable(sigma, reals(0, usual=(sp.Rational(1, 10), 1)), "standard deviation of the noise")
SIGNAL = Variable(r, reals(0, usual=(sp.Rational(3, 2), 4)), "length of the true weights")
SHARE = Variable(f, reals(0, 1), "share p/D of the features that the model sees")
FREEDOM = Variable(m, integers(1, usual=(1, 40)), "degrees of freedom, less 2 for 1/chi^2")
RATIO = Variable(t, reals(0, 1), "a ratio, or the argument of a generating function")
DIAGONAL = tuple(
    Variable(sp.Symbol(name, positive=True), reals(lower, lower + 2), meaning)
    for name, lower, meaning in (
        ("a", 4, "squared length of a column"),
        ("b", 0, "inner product of two columns"),
        ("c", 4, "squared length of the other column"),
    )
)

MODEL = "y = x.w + noise; the features x are standard normal, the noise has variance sigma^2."
RISK = "The loss is the excess squared error at a new x, which is |w_hat - w|^2."
CORRELATED = (
    "Features with a covariance Sigma give the same: x = Sigma^(1/2) z turns them into standard "
    "normal ones, and least squares does not depend on the basis."
)


def inverse_chi_square(freedom: str) -> Step:
    """The mean of 1/chi^2, on which every variance here rests."""
    return Identity(
        f"The mean of 1/chi^2 with {freedom} = m + 2 degrees of freedom is 1/m: the density of "
        "t = chi^2, t^(m/2) exp(-t/2) but for a factor, times 1 - m/t is a derivative that "
        "integrates to 0.",
        sp.Derivative(-2 * t ** (m / 2) * sp.exp(-t / 2), t),
        t ** (m / 2) * sp.exp(-t / 2) * (1 - m / t),
    )


def one_diagonal_entry(others: str) -> Step:
    """One diagonal entry of an inverse, as the squared length of a residual."""
    a, b, c = (variable.symbol for variable in DIAGONAL)
    return Identity(
        "A diagonal entry of the inverse is 1 over the squared length of what is left of one "
        f"vector after its projection on {others}; here for two.",
        c / (a * c - b**2),
        1 / (a - b**2 / c),
    )


@derivation
def least_squares() -> Derivation:
    """σ² p/(N-p-1): 1/N, but only far beyond p."""
    risk = sigma**2 * p / (N - p - 1)
    law = sigma**2 * p / N + sigma**2 * p * (p + 1) / N**2
    return Derivation(
        name="regression.least_squares",
        statement="The excess squared error of least squares is sigma^2 p/(N-p-1): sigma^2 p/N to "
        "leading order, and infinite at N = p and p+1.",
        source=f"{QUESTION}, 'All classical regression models have 1/N scaling'",
        assumptions=(MODEL, RISK, CORRELATED, "N > p + 1."),
        size=SAMPLES,
        parameters=(FEATURES, NOISE),
        auxiliary=(*DIAGONAL, FREEDOM, RATIO),
        steps=(
            one_diagonal_entry("the other p-1 columns of X"),
            inverse_chi_square("N-p+1"),
            Asymptotic(
                "Given X, w_hat - w has the covariance sigma^2 (X'X)^-1. Each of its p diagonal "
                "entries is 1/chi^2: a normal column of N entries, of which the others take p-1. "
                "So the loss is sigma^2 p/(N-p-1), with m = N-p-1; for many samples,",
                risk,
                N,
                3,
                law,
            ),
            Identity(
                "The slope on logarithmic axes is steeper than -1 at every N: it is within 1 % of "
                "-1 from N = 101 (p+1) on.",
                N * sp.Derivative(sp.log(risk), N),
                -1 - (p + 1) / (N - p - 1),
            ),
        ),
        law=Law(law, N),
        finite=risk,
        finite_order=3,
    )


@derivation
def ridge() -> Derivation:
    """The best ridge: no peak, and σ² p/N again beyond it."""
    gamma, ell, x, s, lam = sp.symbols("gamma ell x s lambda", positive=True)
    ratio = sigma**2 / r**2
    root = sp.sqrt((1 - gamma + ell) ** 2 + 4 * gamma * ell)
    stieltjes = 2 / (1 - gamma + ell + root)
    aspect = p / N
    risk = sigma**2 * aspect * stieltjes.subs({ell: ratio * gamma}).subs(gamma, aspect)
    law = sigma**2 * p / N + sigma**2 * p**2 * (1 - ratio) / N**2
    one = (r**2 / p * lam**2 + sigma**2 * s) / (s + lam) ** 2
    best = sigma**2 * p / r**2
    return Derivation(
        name="regression.ridge",
        statement="Ridge regression with the best penalty has no peak at N = p; for large p and N "
        "its error is sigma^2 gamma m, gamma = p/N, which tends to sigma^2 p/N.",
        source=QUESTION,
        assumptions=(
            MODEL,
            RISK,
            "The direction of w is uniform, |w| = r; the penalty is lambda |w|^2, with the squared "
            "error summed over the samples.",
            "p and N are large, and gamma = p/N is held: then m, the mean of 1/(ell + eigenvalue "
            "of X'X/N), no longer fluctuates.",
        ),
        size=SAMPLES,
        parameters=(FEATURES, NOISE, SIGNAL),
        auxiliary=(
            Variable(gamma, reals(0, 2), "features per sample, p/N"),
            Variable(ell, reals(0, 2), "penalty per sample, lambda/N"),
            Variable(x, reals(0, 9), "an eigenvalue of X'X/N"),
            Variable(s, reals(0, 9), "an eigenvalue of X'X"),
            Variable(lam, reals(0, 9), "penalty"),
        ),
        steps=(
            Minimum(
                "Along an eigenvector of X'X with the eigenvalue s the error is bias and noise. "
                "Its minimum is at lambda = p sigma^2/r^2 for every s: one penalty is best for all "
                "directions at once.",
                one,
                lam,
                best,
                2 * s * r**2 / p / (s + best) ** 3,
            ),
            Identity(
                "There the error is sigma^2/(s + lambda); summed, sigma^2 tr (X'X + lambda)^-1.",
                one.subs(lam, best),
                sigma**2 / (s + best),
            ),
            Identity(
                "A diagonal entry of (X'X/N + ell)^-1 is 1/(ell + what the other columns leave of "
                "one column). A ridge fit to them takes the share x/(x + ell) along an eigenvector "
                "of theirs, so that 1 - gamma (1 - ell m) is left:",
                x / (x + ell),
                1 - ell / (x + ell),
            ),
            Identity(
                "hence m (ell + 1 - gamma + gamma ell m) = 1, the equation of Marchenko and "
                "Pastur, with the positive root 2/(1 - gamma + ell + sqrt(...)).",
                stieltjes * (ell + 1 - gamma + gamma * ell * stieltjes),
                sp.Integer(1),
            ),
            Identity(
                "At N = p, where least squares has an infinite error, the best ridge has this one.",
                risk.subs(p, N),
                sigma**2 / 2 * (sp.sqrt(1 + 4 * r**2 / sigma**2) - 1),
            ),
            Asymptotic(
                "The error sigma^2 gamma m at ell = gamma sigma^2/r^2, for many samples a feature. "
                "The penalty lowers the next term. (At fixed p it has p (p+1 - p sigma^2/r^2) in "
                "the place of p^2 (1 - sigma^2/r^2), as least squares has p (p+1).)",
                risk,
                N,
                3,
                law,
            ),
        ),
        law=Law(law, N),
        finite=risk,
        finite_order=3,
        finite_everywhere=False,
        uses=("regression.least_squares",),
    )
