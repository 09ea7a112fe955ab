"""The intrinsic dimension, estimated from the distances to two neighbours."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.ball import d
from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.manifolds._symbols import DIMENSION, NEWSLETTER
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Minimum, Solution

N = sp.Symbol("N", positive=True)
D = sp.Symbol("D", positive=True)
w = sp.Symbol("w", positive=True)
t = sp.Symbol("t", positive=True)
s = sp.Symbol("s", positive=True)
S = sp.Symbol("S", positive=True)
y = sp.Symbol("y", nonnegative=True)


@derivation
def two_nn() -> Derivation:
    """E (d̂ - d)² = d²/(N-2)."""
    finite = d**2 / (N - 2)
    law = d**2 / N + 2 * d**2 / N**2
    moment = sp.Function("m")
    return Derivation(
        name="intrinsic.two_nn",
        statement="The intrinsic dimension, estimated from the ratios r_2/r_1 of the distances to "
        "the two nearest neighbours of N points, has the mean squared error d²/(N-2), however many "
        "data the neighbours come from: its relative error falls as N^(-1/2).",
        source=NEWSLETTER + ", the test of alpha against 4/d",
        assumptions=(
            "D data are independent and uniform on a flat torus, on which the balls to the two "
            "nearest neighbours of a point do not wrap around.",
            "The ratios at the N points are independent; those of points that share neighbours are "
            "not, which makes the error larger.",
            "The estimate is (N-1)/S, where S is the sum of the N values of log(r_2/r_1).",
        ),
        size=Variable(N, integers(3, usual=(4, 100)), "points at which the ratio is taken"),
        parameters=(DIMENSION,),
        auxiliary=(
            Variable(D, integers(2, usual=(2, 50)), "data points"),
            Variable(w, reals(0, 1), "a bound on the ratio of the two volumes"),
            Variable(t, reals(0, 1), "volume nearer than the second neighbour"),
            Variable(y, reals(0, usual=(0, 3)), "a value of log(r_2/r_1)"),
            Variable(S, reals(0, usual=(1, 5)), "sum of the values"),
            Variable(s, reals(0, usual=(0, 1)), "order of a moment"),
        ),
        steps=(
            Identity(
                "The volumes v_1 < v_2 that are nearer than the two nearest of D points have the "
                "joint density D(D-1)(1-v_2)^(D-2), which does not depend on v_1: v_1 < w v_2 has "
                "the probability w, at every D. For the derivative of this by t is the integrand "
                "D(D-1) w t (1-t)^(D-2), and it is 0 at t = 0 and w at t = 1.",
                sp.Derivative(w * (1 - (1 - t) ** D - D * t * (1 - t) ** (D - 1)), t)
                / (1 - t) ** (D - 2),
                D * (D - 1) * w * t,
            ),
            Identity(
                "v_1/v_2 is (r_1/r_2)^d, so that log(r_2/r_1) exceeds y with the probability w = "
                "exp(-d y): r_2/r_1 has the Pareto law with exponent d, and its logarithm the mean",
                sp.Integral(y * d * sp.exp(-d * y), (y, 0, sp.oo)),
                1 / d,
            ),
            Minimum(
                "N independent values with the sum S have the likelihood d^N exp(-d S): minus its "
                "logarithm is smallest at N/S.",
                d * S - N * sp.log(d),
                d,
                N / S,
                S**2 / N,
            ),
            Identity(
                "The sum has a Gamma law, of density proportional to S^(N-1) exp(-d S); write m(s) "
                "for the mean of S^-s. In units of S^(N-s-1) exp(-d S), the derivative ...",
                sp.Derivative(S ** (N - s) * sp.exp(-d * S), S)
                / (S ** (N - s - 1) * sp.exp(-d * S)),
                N - s - d * S,
            ),
            Solution(
                "... integrates to 0 from S = 0 to infinity, which takes s-1 to s, from m(0) = 1.",
                (N - s) * moment(s) - d * moment(s - 1),
                moment(s),
                d**s * sp.gamma(N - s) / sp.gamma(N),
            ),
            Identity(
                "So E 1/S = d/(N-1): N/S is too large by a factor N/(N-1), and (N-1)/S is right in "
                "the mean. The mean square of (N-1)/S, less d², is the mean squared error.",
                (N - 1) ** 2 * sp.Subs(d**s * sp.gamma(N - s) / sp.gamma(N), s, 2) - d**2,
                finite,
            ),
            Asymptotic("Expanded for many points.", finite, N, 3, law),
        ),
        law=Law(law, N),
        finite=finite,
        finite_order=3,
    )
