"""Learning a threshold on the line without noise: four learners, one exponent."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Bound, Identity, Limit, Step

N = sp.Symbol("N", positive=True)
t = sp.Symbol("t", positive=True)
k = sp.Symbol("k", positive=True)
a, b, s, u = sp.symbols("a b s u", positive=True)

HISTORY = "Anonymous2024, 'History'"
FIFTH = sp.Rational(1, 5)

SAMPLES = Variable(N, integers(1, usual=(20, 90)), "samples")
THRESHOLD = Variable(t, reals(0, 1, usual=(FIFTH, 4 * FIFTH)), "true threshold")
GAPS = (
    Variable(a, reals(0, FIFTH), "gap to the nearest sample on the left"),
    Variable(b, reals(0, FIFTH), "gap to the nearest sample on the right"),
)

LINE = (
    "N samples and the query are independent and uniform on (0, 1).",
    "The label is positive from t on, without noise; 0 < t < 1 is fixed while N grows. Where "
    "both gaps count, t <= 1/2 by symmetry.",
    "A and B are the gaps from t to the nearest sample on its left and right, or to the end.",
)

LEFT = (1 - (1 - t) ** (N + 1)) / (N + 1)
RIGHT = (1 - t ** (N + 1)) / (N + 1)


def smaller_gap(width: sp.Expr) -> sp.Expr:
    """The mean of the smaller of two gaps, each cut off at a width."""
    return (1 - width ** (N + 1)) / (2 * (N + 1))


NEITHER = Identity(
    "Both gaps exceed u with probability (1-2u)^N, u < t: this gives the mean of the smaller one.",
    sp.Integral((1 - 2 * u) ** N, (u, 0, t)),
    smaller_gap(1 - 2 * t),
)
NONE_LEFT = Identity(
    "A gap exceeds u if no sample falls into it, with probability (1-u)^N, as long as it is inside "
    "the interval. Its mean is the integral over u, on the left ...",
    sp.Integral((1 - u) ** N, (u, 0, t)),
    LEFT,
)
NONE_RIGHT = Identity("... and on the right.", sp.Integral((1 - u) ** N, (u, 0, 1 - t)), RIGHT)


def without_the_ends(width: sp.Symbol) -> tuple[Step, ...]:
    """Why the ends of the interval do not matter to any power of N."""
    return (
        Bound(
            "How small (1-u)^N is: 1-u is at most exp(-u) ...", 1 - u, sp.exp(-u), u, sp.exp(-u), 2
        ),
        Limit(
            "... so that what the ends of the interval cut off is less than any power of N.",
            N**3 * sp.exp(-N * width),
            N,
            sp.Integer(0),
        ),
    )


def _threshold(
    name: str, statement: str, steps: tuple[Step, ...], prefactor: sp.Expr, finite: sp.Expr
) -> Derivation:
    law = prefactor / N - prefactor / N**2
    return Derivation(
        name=f"threshold.{name}",
        statement=statement,
        source=HISTORY,
        assumptions=LINE,
        size=SAMPLES,
        parameters=(THRESHOLD,),
        auxiliary=(*GAPS, Variable(u, reals(0, FIFTH), "a gap, or a share of one")),
        steps=(
            *steps,
            *without_the_ends(t),
            Asymptotic("Expanded for many samples.", prefactor / (N + 1), N, 3, law),
        ),
        law=Law(law, N),
        finite=finite,
        finite_order=3,
    )


HALF = sp.Rational(1, 2)
MIDPOINT = (1 - (1 - t) ** (N + 1) - t ** (N + 1) + sp.Abs(1 - 2 * t) ** (N + 1)) / (2 * (N + 1))


@derivation
def midpoint() -> Derivation:
    """Halfway between the classes: 1/(2(N+1))."""
    shape = (1 - (1 - t) ** (N + 1) - t ** (N + 1) + (1 - 2 * t) ** (N + 1)) / (2 * (N + 1))
    return _threshold(
        "midpoint",
        "The error of a threshold halfway between the two classes is 1/(2(N+1)), but for "
        "exponentially small terms.",
        (
            NONE_LEFT,
            NONE_RIGHT,
            NEITHER,
            Identity(
                "The threshold is off by |A-B|/2, and |A-B| is the sum of the gaps less twice the "
                "smaller.",
                (LEFT + RIGHT) / 2 - smaller_gap(1 - 2 * t),
                shape,
            ),
        ),
        HALF,
        MIDPOINT,
    )


@derivation
def smallest() -> Derivation:
    """At the smallest positive sample: 1/(N+1)."""
    return _threshold(
        "smallest",
        "The error of a threshold at the smallest positive sample is 1/(N+1) but for an "
        "exponentially small term: twice that of the midpoint.",
        (
            Identity(
                "The threshold is off by B, which exceeds u if none of the samples falls between t "
                "and t+u; its mean is the integral over u < 1-t.",
                sp.Integral((1 - u) ** N, (u, 0, 1 - t)),
                RIGHT,
            ),
        ),
        sp.Integer(1),
        RIGHT,
    )


@derivation
def worst() -> Derivation:
    """The worst of the consistent ones: 3/(2(N+1))."""
    finite = LEFT + RIGHT - smaller_gap(sp.Abs(1 - 2 * t))
    return _threshold(
        "worst",
        "The error of the worst threshold that fits all samples is 3/(2(N+1)), but for "
        "exponentially small terms: three times that of the midpoint.",
        (
            NONE_LEFT,
            NONE_RIGHT,
            NEITHER,
            Identity(
                "The worst threshold is off by the larger gap: their sum less the smaller. "
                "Without what the ends cut off,",
                2 / (N + 1) - 1 / (2 * (N + 1)),
                sp.Rational(3, 2) / (N + 1),
            ),
        ),
        sp.Rational(3, 2),
        finite,
    )


@derivation
def gibbs() -> Derivation:
    """A random one of the consistent ones: 2/(3(N+1))."""
    inner = u**2 - 2 * u**3 / 3

    def part(first: sp.Expr, edge: sp.Expr) -> sp.Expr:
        return sp.Integral((1 - s) ** N * inner.subs(u, edge), (s, first, 1))

    finite = (LEFT + RIGHT) / 2 - LEFT / 3 - part(t, t / s) + part(1 - t, 1 - (1 - t) / s)
    return _threshold(
        "gibbs",
        "The error of a random threshold among those that fit all samples is 2/(3(N+1)), but for "
        "exponentially small terms: 4/3 of that of the midpoint.",
        (
            Identity(
                "A threshold that is uniform between the two gaps is off by |v|, "
                "with this mean: half the sum, less a term that couples the gaps.",
                (sp.Integral(u, (u, 0, a)) + sp.Integral(u, (u, 0, b))) / (a + b),
                (a + b) / 2 - a * b / (a + b),
            ),
            Identity(
                "The coupling has this mixed derivative: its mean is the integral of that times "
                "(1-a-b)^N, the probability that both gaps are larger.",
                sp.Derivative(a * b / (a + b), a, b),
                2 * a * b / (a + b) ** 3,
            ),
            Identity(
                "With a = s u and b = s (1-u), da db = s ds du, the part in u is 1/3 while s is "
                "less than t and 1-t; what is left is that of one gap, 1/(N+1).",
                sp.Integral(2 * u * (1 - u), (u, 0, 1)),
                sp.Rational(1, 3),
            ),
            NONE_LEFT,
            NONE_RIGHT,
            Identity(
                "Together, without what the ends cut off.",
                1 / (N + 1) - 1 / (3 * (N + 1)),
                sp.Rational(2, 3) / (N + 1),
            ),
        ),
        sp.Rational(2, 3),
        finite,
    )
