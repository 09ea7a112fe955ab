"""Linear interpolation in one dimension: whence the exponent 4, and how a kink ends it."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.gamma import D
from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.manifolds._symbols import LINE, NEWSLETTER, POINTS
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Series, Solution, Step

P = sp.Symbol("P", positive=True)
z = sp.Symbol("z", positive=True)
s = sp.Symbol("s", positive=True)
n = sp.Symbol("n", positive=True)
a = sp.Symbol("a", real=True)
LENGTH = sp.Symbol("l", positive=True)
m = sp.Symbol("m", integer=True)

CIRCLE = (
    "D points and the query are independent and uniform on the circle of length 1.",
    "f = cos(2 pi x), at a random phase; the prediction is linear between neighbouring points.",
)
GAP = Variable(z, reals(0, usual=(0, 6)), "2 pi times the length of a gap")
PLACE = Variable(s, reals(0, 1), "place in the gap, as a share of its length")
PHASE = Variable(a, reals(0, 6), "phase of the cosine at the start of the gap")
FRACTION = Variable(LENGTH, reals(0, 1), "length of a gap")
ORDER = Variable(n, integers(1, usual=(1, 8)), "order of a moment")

ACROSS = sp.cos(s * z) - (1 - s) - s * sp.cos(z)
ALONG = sp.sin(s * z) - s * sp.sin(z)
SQUARE = (
    1 + (1 - s) ** 2 + s**2 - 2 * (1 - s) * sp.cos(s * z) - 2 * s * sp.cos((1 - s) * z)
    + 2 * s * (1 - s) * sp.cos(z)
)  # fmt: skip
"""Square of the amplitude of the error at the place s of a gap."""

WHOLE = (sp.Rational(5, 3) + sp.cos(z) / 3 - 4 * (1 - sp.cos(z)) / z**2) / 2
"""Mean squared error within a gap."""


def moment(order: int) -> sp.Expr:
    """E of gap^order for the gap around a query, at every D."""
    return sp.factorial(order + 1) / sp.prod([D + j for j in range(1, order + 1)])


def _error() -> tuple[Step, ...]:
    return (
        Identity(
            "In a gap of length z/(2 pi), at the share s of its length, the error is a cosine "
            "less the chord between its end points: a wave in the phase a.",
            sp.cos(a + s * z) - (1 - s) * sp.cos(a) - s * sp.cos(a + z),
            ACROSS * sp.cos(a) - ALONG * sp.sin(a),
        ),
        Identity(
            "The square of the amplitude of this wave.",
            ACROSS**2 + ALONG**2,
            SQUARE,
        ),
    )


def _mean_square() -> tuple[Step, ...]:
    return (
        *_error(),
        Identity(
            "The mean square of a wave is half the square of its amplitude. In the mean over the "
            "place in the gap, both cosines that mix the two ends with the place give",
            sp.Integral((1 - s) * sp.cos(s * z), (s, 0, 1)),
            (1 - sp.cos(z)) / z**2,
        ),
        Identity(
            "and the other terms of that half ...",
            sp.Integral((1 + (1 - s) ** 2 + s**2 + 2 * s * (1 - s) * sp.cos(z)) / 2, (s, 0, 1)),
            (sp.Rational(5, 3) + sp.cos(z) / 3) / 2,
        ),
        Series(
            "... so that together, times z², the gap enters in the fourth power: the chord takes "
            "away what is linear.",
            z**2 * (sp.Rational(5, 3) + sp.cos(z) / 3) / 2 - 2 * (1 - sp.cos(z)),
            z,
            10,
            z**2 * (z**4 / 240 - sp.Rational(11, 60480) * z**6),
        ),
    )


def _gaps() -> tuple[Step, ...]:
    mean = sp.Function("m")
    return (
        Identity(
            "A gap is longer than l with probability (1-l)^(D-1). There are D of them, and a query "
            "lies in one with a probability that is its length: the gap around a query has the "
            "density D(D-1) l (1-l)^(D-2) and the moments m(n) = E l^n. In units of "
            "l^n (1-l)^(D-2) the derivative ...",
            sp.Derivative(LENGTH ** (n + 1) * (1 - LENGTH) ** (D - 1), LENGTH)
            / (LENGTH**n * (1 - LENGTH) ** (D - 2)),
            n + 1 - (D + n) * LENGTH,
        ),
        Solution(
            "... integrates to 0 from l = 0 to 1, by which each moment follows from the one "
            "before, and m(0) = 1.",
            (n + 1) * mean(n - 1) - (D + n) * mean(n),
            mean(n),
            sp.gamma(n + 2) * sp.gamma(D + 1) / sp.gamma(D + 1 + n),
        ),
    )


@derivation
def circle_squared() -> Derivation:
    """D random points: 8 π⁴ D!/(D+4)! ..., exponent 4."""
    first, second = (2 * sp.pi) ** 4 / 240, -sp.Rational(11, 60480) * (2 * sp.pi) ** 6
    law = 8 * sp.pi**4 * (D**-4 - 10 * D**-5 + 65 * D**-6) - sp.Rational(176, 3) * (
        sp.pi**6 * D**-6
    )
    term = (-1) ** m * (2 * sp.pi) ** (2 * m) * ((2 * m + 1) / sp.Integer(3) - 2 / (m + 1)) / 2
    return Derivation(
        name="linear_interpolation.circle_squared",
        statement="The squared error of linear interpolation between D random points of the "
        "circle is E f''² D!/(D+4)! to leading order: the exponent is 4, that is 4/d in one "
        "dimension, and 120 times the error between equally spaced points.",
        source=NEWSLETTER,
        assumptions=CIRCLE,
        size=POINTS,
        parameters=(LINE,),
        auxiliary=(GAP, PLACE, PHASE, FRACTION, ORDER),
        steps=(
            *_mean_square(),
            *_gaps(),
            Identity(
                "The leading term, 5! D!/(D+4)! times (2 pi)^4/240, is E f''² D!/(D+4)!: the mean "
                "square of f'' is",
                sp.Integral(((2 * sp.pi) ** 2 * sp.cos(a)) ** 2, (a, 0, 2 * sp.pi)) / (2 * sp.pi),
                first * sp.factorial(5),
            ),
            Asymptotic(
                "With the next moment, and expanded for many points.",
                first * moment(4) + second * moment(6),
                D,
                7,
                law,
            ),
        ),
        law=Law(law, D),
        finite=sp.Sum(term * sp.gamma(D + 1) / sp.gamma(D + 2 * m + 1), (m, 2, sp.oo)),
        finite_order=7,
    )


@derivation
def circle_absolute() -> Derivation:
    """D random points, absolute error: 4 π D!/(D+2)! ..., exponent 2."""
    bend = 1 - z**2 * (1 - s + s**2) / 36
    first, second = (2 * sp.pi) ** 2 / 12, -((2 * sp.pi) ** 4) / 540
    law = 4 * sp.pi * (D**-2 - 3 * D**-3 + 7 * D**-4) - sp.Rational(64, 9) * sp.pi**3 * D**-4
    return Derivation(
        name="linear_interpolation.circle_absolute",
        statement="The absolute error of linear interpolation between D random points of the "
        "circle is E |f''| D!/(2 (D+2)!) to leading order: the exponent is 2, half that of the "
        "squared error.",
        source=NEWSLETTER,
        assumptions=CIRCLE,
        size=POINTS,
        parameters=(LINE,),
        auxiliary=(GAP, PLACE, PHASE, FRACTION, ORDER),
        steps=(
            *_error(),
            Series(
                "For a short gap this square is of fourth order ...",
                SQUARE,
                z,
                8,
                z**4 * s**2 * (1 - s) ** 2 / 4 * (1 - z**2 * (1 - s + s**2) / 18),
            ),
            Series(
                "... and the amplitude, its root, of second: it is z² s(1-s)/2 times "
                "1 - z² (1-s+s²)/36, whose square is",
                (z**2 * s * (1 - s) / 2 * bend) ** 2,
                z,
                8,
                z**4 * s**2 * (1 - s) ** 2 / 4 * (1 - z**2 * (1 - s + s**2) / 18),
            ),
            Identity(
                "The mean amplitude in a gap.",
                sp.Integral(z**2 * s * (1 - s) / 2 * bend, (s, 0, 1)),
                z**2 / 12 - z**4 / 540,
            ),
            Identity(
                "The mean size of a wave is 2/pi of its amplitude.",
                sp.Integral(sp.sin(a), (a, 0, sp.pi)) / sp.pi,
                2 / sp.pi,
            ),
            *_gaps(),
            Asymptotic(
                "With the second and the fourth moment of the gap, for many points.",
                2 / sp.pi * (first * moment(2) + second * moment(4)),
                D,
                5,
                law,
            ),
        ),
        law=Law(law, D),
    )


@derivation
def kink() -> Derivation:
    """f = |x|: (32/15) D!/(D+3)!, exponent 3."""
    t = sp.Symbol("t", nonnegative=True)
    law = sp.Rational(32, 15) * (D**-3 - 6 * D**-4 + 25 * D**-5)
    exact = 2 * 2**2 * moment(3) / 90
    return Derivation(
        name="linear_interpolation.kink",
        statement="Linear interpolation misses a kink: for f = |x| the squared error between "
        "D random points is (32/15) D!/(D+3)!, of exponent 3 and not 4, although f is as piecewise "
        "linear as the prediction. In d dimensions the simplices that a kink cuts have the share "
        "D^(-1/d) and the squared error D^(-2/d): together 3/d.",
        source=NEWSLETTER,
        assumptions=(
            CIRCLE[0],
            "f = |x| for -1/2 < x < 1/2: two kinks, at each of which the slope changes by 2; the "
            "prediction is linear between neighbouring points.",
            "No gap holds both kinks, which fails with a probability that is exponentially small "
            "in D.",
        ),
        size=POINTS,
        parameters=(LINE,),
        auxiliary=(
            PLACE,
            FRACTION,
            ORDER,
            Variable(t, reals(0, 1), "place of the query in the gap"),
        ),
        steps=(
            Identity(
                "A gap of length 1 with a kink at s, where the slope changes by 1: the chord from "
                "0 to 1-s misses it by s(1-s) there, and by a tent between: the squared error is",
                sp.Integral((t * (1 - s)) ** 2, (t, 0, s))
                + sp.Integral((t - s - t * (1 - s)) ** 2, (t, s, 1)),
                s**2 * (1 - s) ** 2 / 3,
            ),
            Identity(
                "In the mean over where in its gap the kink lies.",
                sp.Integral(s**2 * (1 - s) ** 2 / 3, (s, 0, 1)),
                sp.Rational(1, 90),
            ),
            *_gaps(),
            Asymptotic(
                "In a gap of length l that is l³ as much, and 2² times for a change of slope by 2. "
                "The gap around a kink is as the gap around a query: with its third moment, for "
                "two kinks and for many points,",
                exact,
                D,
                6,
                law,
            ),
        ),
        law=Law(law, D),
        finite=exact,
        finite_order=6,
        finite_everywhere=False,  # while no gap holds both kinks
    )


@derivation
def uniform_knots() -> Derivation:
    """P equally spaced knots: π⁴/(15 P⁴)."""
    law = sp.pi**4 / 15 * P**-4 - sp.Rational(11, 945) * sp.pi**6 * P**-6
    return Derivation(
        name="linear_interpolation.uniform_knots",
        statement="The squared error of linear interpolation between P equally spaced knots is "
        "E f''² h^4/120, h = 1/P: exponent 4 in the number of parts, as between random points, "
        "with a prefactor that is 120 times smaller.",
        source=NEWSLETTER + ", the case where P is the bottleneck",
        assumptions=(
            "The query is uniform on the circle of length 1, on which P knots are equally spaced.",
            "f = cos(2 pi x), at a random phase; the prediction is linear between the knots, where "
            "it equals f: there are data enough to know it.",
        ),
        size=Variable(P, integers(1, usual=(1, 100)), "knots"),
        parameters=(LINE,),
        auxiliary=(GAP, PLACE, PHASE),
        steps=(
            *_mean_square(),
            Identity(
                "All gaps have z = 2 pi/P.",
                sp.Subs(z**4 / 240 - sp.Rational(11, 60480) * z**6, z, 2 * sp.pi / P),
                law,
            ),
            Identity(
                "With h = 1/P the leading term is h^4/120 times the mean square of f'', which is",
                sp.Integral(((2 * sp.pi) ** 2 * sp.cos(a)) ** 2, (a, 0, 2 * sp.pi)) / (2 * sp.pi),
                120 * sp.pi**4 / 15,
            ),
        ),
        law=Law(law, P),
        finite=WHOLE.subs(z, 2 * sp.pi / P),
        finite_order=8,
    )
