"""A counter that goes up and down, and saturates: where it stops learning, and how fast."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Limit, Series

states = sp.Symbol("states", positive=True)
floor = sp.Symbol("L_0", positive=True)
away = sp.Symbol("G", positive=True)

SECTION = "Cho2020, 'The scaling law for Bernoulli w.r.t. the model size'"
HALF = sp.Rational(1, 2)


@derivation
def estimation() -> Derivation:
    """The bias by an up/down counter: a floor, and above it π²G/(6n²)."""
    i = sp.Symbol("i", positive=True)
    s = sp.Symbol("s", positive=True)
    t = sp.Symbol("t", positive=True)
    w = sp.Symbol("w", positive=True)
    x = sp.Symbol("x", positive=True)
    y = sp.Symbol("y", positive=True)
    square, mean, chance, more = sp.symbols("C A B epsilon", positive=True)
    odds = 1 / s
    near = sp.pi**2 / sp.sin(sp.pi * x) ** 2
    law = floor + sp.pi**2 * away / (6 * states**2)
    return Derivation(
        name="updown.estimation",
        statement="The best estimate of a bias from the state of an up/down counter of n states "
        "has the mean square error L_0 + pi^2 G/(6 n^2): it stalls at a floor, L_0 = 0.0123, above "
        "which its exponent is 2. The exponent of the loss itself is 0.",
        source=SECTION,
        assumptions=(
            "The machine has the states 0 ... n-1. Heads take it up, tails down, and at the ends "
            "it stays. The stream is endless, and p uniform in (0, 1).",
            "The estimate is the mean of p given the state, which no other estimate beats. L is "
            "its mean square error.",
            "In the counter of infinitely many states, p > 1/2, a state is named by its distance i "
            "from the top. L_0 is its error, for both ends; G is the sum of (m_i - 1/2)² over i "
            "= 0, 1, ..., where m_i is the estimate at i.",
        ),
        size=Variable(states, integers(1), "states of the machine", "n"),
        parameters=(
            Variable(floor, reals(0), "mean square error of infinitely many states", "L_0"),
            Variable(away, reals(0), "squared distances of all estimates from 1/2", "G"),
        ),
        auxiliary=(
            Variable(i, integers(0, usual=(0, 10)), "distance of a state from the top"),
            Variable(s, reals(0, 1), "(1-p)/p"),
            Variable(t, reals(0, usual=(HALF, 5)), "n times the log odds of p"),
            Variable(w, reals(0, 1), "1/n"),
            Variable(x, reals(0, 1), "i/n"),
            Variable(y, reals(1), "n/i"),
            Variable(square, reals(HALF, 1), "mean of p², times the probability of the state"),
            Variable(mean, reals(0, HALF), "mean of p, times the probability of the state"),
            Variable(chance, reals(HALF, 1), "probability of the state"),
            Variable(more, reals(0, 1), "what is added to it"),
        ),
        steps=(
            Identity(
                "By automata.updown the weight of a state is a power of p/(1-p) = 1/s. From the "
                "top it is this, which for s < 1 and many states is (1-s) s^i whatever n. So there "
                "is a floor L_0. n changes what happens next to p = 1/2, where s^n is not small.",
                odds ** (states - 1 - i) * (odds - 1) / (odds**states - 1),
                (1 - s) * s**i / (1 - s**states),
            ),
            Series(
                "Let p have the log odds t/n, s = exp(-t/n). With w = 1/n the probability of "
                "(1-s) s^i, dp = s/(1+s)² dt/n, depends on i only in the next order.",
                (1 - sp.exp(-t * w)) * sp.exp(-(i + 1) * t * w) / (1 + sp.exp(-t * w)) ** 2 * w,
                w,
                3,
                t * w**2 / 4,
            ),
            Identity(
                "The sum of the weights of the infinite counter, for t > 0; here i = x n.",
                sp.Integral(t * sp.exp(-x * t), (t, 0, sp.oo)),
                1 / x**2,
            ),
            Identity(
                "With n states they are divided by 1 - exp(-t), and t may be negative. Above and "
                "below 0 the sums are trigamma functions; by Euler's reflection they add up to "
                "pi²/sin²(pi x), which derives from the cotangent.",
                sp.Derivative(-sp.pi * sp.cot(sp.pi * x), x),
                near,
            ),
            Series(
                "At a state with probability B, mean A/B and mean square C/B of p the error is "
                "C - A²/B. More probability at p = 1/2 adds the square of the estimate's distance "
                "from there.",
                square + more / 4 - (mean + more / 2) ** 2 / (chance + more),
                more,
                2,
                square - mean**2 / chance + more * (mean / chance - HALF) ** 2,
            ),
            Identity(
                "At a state in the middle p - 1/2 is t/(4n). Derivatives by x of the sum of the "
                "weights give the variance of t, times that sum, ...",
                sp.Derivative(near, x, 2) - sp.Derivative(near, x) ** 2 / near,
                2 * sp.pi**4 / sp.sin(sp.pi * x) ** 4,
            ),
            Identity(
                "... in all of order n^-3. Where it diverges, at both ends, it continues the sums "
                "over i; what else it adds is the finite part of its integral, and this is 0: its "
                "antiderivative is odd about x = 1/2 and has odd powers only at the ends.",
                sp.Derivative(-2 * sp.pi**3 * (sp.cot(sp.pi * x) + sp.cot(sp.pi * x) ** 3 / 3), x),
                2 * sp.pi**4 / sp.sin(sp.pi * x) ** 4,
            ),
            Limit(
                "For a state at a fixed distance x = 1/y goes to 0: with n states its probability "
                "is larger by this difference over 4n². For all states, from both ends, that adds "
                "2G times as much to the error; the next term is of order n^-4.",
                floor + 2 * away * (sp.pi**2 / sp.sin(sp.pi / y) ** 2 - y**2) / (4 * states**2),
                y,
                law,
            ),
        ),
        law=Law(law, states),
        uses=("automata.updown",),
    )
