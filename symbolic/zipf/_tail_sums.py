"""Sums over the features of a Zipf distribution: shared symbols, steps and exact values."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Variable
from symbolic.domain import reals
from symbolic.steps import Identity, Limit, Series, Solution, Step

a = sp.Symbol("a", positive=True)
b = sp.Symbol("b", positive=True)
c = sp.Symbol("c", positive=True)
p = sp.Symbol("p", positive=True)
x = sp.Symbol("x", positive=True)
y = sp.Symbol("y", positive=True)
z = sp.Symbol("z", positive=True)
m = sp.Symbol("m", positive=True)

BETA = a / (1 + a)
"""The exponent b in full."""

MASS = sp.zeta(1 + a)
"""1/c in full."""

DECAY = Variable(
    a, reals(0, usual=(sp.Rational(2, 5), 1)), "decay of the probabilities p_i = c i^-(1+a)"
)

EXPONENT = Variable(b, reals(0, 1), "a/(1+a), so that 1-b = 1/(1+a)")
UNIT = Variable(c, reals(0, 1), "1/zeta(1+a), which makes the probabilities sum to 1")
SHARE = Variable(p, reals(0, 1), "probability of a feature")
RATE = Variable(z, reals(0), "a rate")
RANK = Variable(y, reals(0, usual=(sp.Rational(1, 5), 5)), "rank of a feature, in units of choice")
DERIVATIVES = Variable(m, reals(1, 9), "order of a derivative")
LEMMA = (EXPONENT, UNIT, SHARE, RATE, RANK, DERIVATIVES)

ZIPF = (
    "Feature i = 1, 2, ... has the probability p_i = c i^-(1+a), a > 0, c = 1/zeta(1+a); "
    "b = a/(1+a)."
)

FIRST = MASS ** (-1 / (1 + a)) * sp.gamma(1 + BETA) / a
"""The factor of n^-b in the mass of features that are unseen after n draws."""

SLOPE = a * (1 + 2 * a) / (2 * (1 + a) ** 2)
"""b(1+b)/2 in full."""

NEXT_POWER = (1 + 2 * a) / (1 + a)
"""1 + b in full."""


def two_terms(size: sp.Symbol) -> sp.Expr:
    """Gamma(n+1)/Gamma(n+1+b): two terms."""
    return size**-BETA - SLOPE * size**-NEXT_POWER


def density() -> Step:
    """How many features have which probability."""
    return Identity(
        "Features more frequent than p number (c/p)^(1-b). Minus the derivative of this is "
        "their density in p.",
        -sp.Derivative((c / p) ** (1 - b), p),
        (1 - b) * c ** (1 - b) * p ** (b - 2),
    )


def sum_is_integral(size: sp.Symbol, *, counted: bool = False) -> tuple[Step, ...]:
    """Why the sum over features is an integral beyond all orders.

    Each contributes its probability while it is unseen; or 1 as soon as it is seen, if `counted`.
    """
    rank = (c * size) ** (1 - b) * y
    weight = size**0 if counted else size**-1
    flat = (
        "With z = y^-(1+a), what a feature contributes, 1 - exp(-z), differs from 1 near y = 0, "
        "where z is infinite, by less than any power of 1/z, here the eighth; its derivatives are "
        "as small. Continued to |y| it is smooth on the whole line, with the value 1 at y = 0."
        if counted
        else "With z = y^-(1+a), what a feature contributes, z exp(-z), is flat at y = 0, where z "
        "is infinite: smaller than any power of 1/z, here the eighth, and so are its derivatives. "
        "Continued to |y| it is smooth on the whole line, with the value 0 at y = 0."
    )
    return (
        Identity(
            f"Features of probability about 1/{size} decide: with the rank i in units of "
            f"(c{size})^(1-b), i = (c{size})^(1-b) y, the probability is 1/{size} times a function "
            "of y alone.",
            c * rank ** (-1 / (1 - b)),
            y ** (-1 / (1 - b)) / size,
        ),
        Limit(flat, z**8 * sp.exp(-z), z, sp.Integer(0)),
        Identity(
            "By Poisson's summation formula sum and integral over the ranks differ by the Fourier "
            "coefficients at 2 pi k, which m integrations by parts bound by (2 pi k)^-m times the "
            "integral of the m-th derivative. This is the range of ranks, times the size of a "
            "contribution, times a factor per derivative: less than any power, as m is free.",
            size ** (1 - b) * weight * size ** (-m * (1 - b)),
            size ** ((1 if counted else 0) - b - m * (1 - b)),
        ),
    )


def beta_integral(size: sp.Symbol) -> tuple[Step, ...]:
    """The integral of p^(b-1) (1-p)^n over all p."""
    integral = sp.Function("I")
    ratio = sp.gamma(b) * sp.gamma(size + 1) / sp.gamma(size + 1 + b)
    return (
        Identity(
            f"Write I({size}) for the integral of p^(b-1) (1-p)^{size} over 0 < p < 1. The "
            f"derivative of p^b (1-p)^{size}, which is 0 at both ends, is p^(b-1) (1-p)^({size}-1) "
            f"times this; so ({size}+b) I({size}) = {size} I({size}-1).",
            p * (1 - p) * sp.Derivative(sp.log(p**b * (1 - p) ** size), p),
            (size + b) * (1 - p) - size,
        ),
        Solution(
            "A ratio of Gamma functions solves this recurrence, and is Gamma(b)/Gamma(1+b) = 1/b "
            "at 0, as it must be.",
            (size + b) * integral(size) - size * integral(size - 1),
            integral(size),
            ratio,
        ),
    )


def gamma_integral(size: sp.Symbol, power: sp.Expr, text: str) -> Step:
    """The integral of p^(power-1) exp(-np) over all p."""
    return Identity(
        f"With p = z/{size}, dp = dz/{size}, the integral of p^(s-1) exp(-{size}p), s = {text}, is "
        f"{size}^-s Gamma(s); its upper end may be infinite, up to an exponentially small amount.",
        (z / size) ** (power - 1) * sp.exp(-size * (z / size)) / size,
        size**-power * z ** (power - 1) * sp.exp(-z),
    )


TAIL = (1 - a * x / 2 + a * (a + 1) * x**2 / 12) / a
"""The sum of k^-(1+a) over k > n, in units of n^-a, with x = 1/n."""


def midpoint() -> Step:
    """The tail of the sum of k^-(1+a): its leading term and two more."""
    return Series(
        "The sum of k^-(1+a) over k > n is n^-a/a (1 - a/(2n) + a(a+1)/(12n²)) up to O(n^-4) "
        "relatively. Both vanish at infinity, and from n to n-1 both grow by n^-(1+a): in units of "
        "n^-a, with x = 1/n, up to O(x^5).",
        (1 - x) ** -a * TAIL.subs(x, x / (1 - x)),
        x,
        5,
        TAIL + x,
    )


def zipf_sum(
    size: sp.Expr, seen: sp.Expr, coefficient: sp.Expr, index: sp.Symbol, first: sp.Expr | int = 0
) -> sp.Expr:
    """A sum over all features, exactly.

    Parameters
    ----------
    size : sympy expression
        The number of draws n.
    seen : sympy expression in `p`
        What a feature of probability p contributes.
    coefficient : sympy expression in `index`
        Its Taylor coefficients in p, from the power `first` on. Features of p < 1/n are summed by
        this series, whose sums over features are values of the Hurwitz zeta function.
    index : sympy symbol
        Of the Taylor coefficients.
    first : sympy expression or int
        The first power of the series.

    Returns
    -------
    sympy expression
    """
    rank = sp.Symbol("i", integer=True, positive=True)
    last = sp.ceiling(size ** (1 / (1 + a)))
    head = sp.Sum(seen.subs(p, rank ** -(1 + a) / MASS), (rank, 1, last))
    tail = coefficient * MASS**-index * sp.zeta((1 + a) * index, last + 1)
    return head + sp.Sum(tail, (index, first, sp.oo))


def unseen_mass(size: sp.Symbol) -> sp.Expr:
    """The expected mass of features that do not occur in n draws, exactly."""
    j = sp.Symbol("j", integer=True, positive=True)
    return zipf_sum(
        size, p * (1 - p) ** size, (-1) ** (j - 1) * sp.binomial(size, j - 1), j, first=1
    )
