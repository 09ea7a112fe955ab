"""The losses other than the log loss, beside what a NumPy user would write.

The floor of each: *counts* one binomial draw an outcome, whatever the replicates; *tosses* about 8
random words for 64 tosses; *flow* 256 steps of four exponentials a factor e in time; *descent* two
rounds of Newton's method a step, a dozen exponentials and logarithms; *hinge descent* two additions
a step. Tosses, descent and hinge descent cost N^1 or t^1, counts N^1/2, flow the logarithm of τ.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from benchmarks.speed.race import Race, new_rng, same_mean
from toys import EntmaxDescent, EntmaxFlow, FenchelYoung, Hinge, HingeDescent, Moments


def _same_losses(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> None:
    """The same losses, to eight digits."""
    assert np.all(np.abs(ours / theirs - 1) < 1e-8), (ours, theirs)


def _loss(q: NDArray[np.float64]) -> NDArray[np.float64]:
    """The loss of 3/2-entmax at p = 1 where tails has the probability q."""
    root = -np.expm1(1.5 * np.log1p(-q)) - q * np.sqrt(1 - q) * 1.5
    return np.asarray(4 / 3 * (root + q**1.5 / 2))


def races() -> Iterator[Race]:
    """All of them."""
    yield from _tosses()
    yield from _training()


def _tosses() -> Iterator[Race]:
    rng = new_rng()
    p, a, N, many = 0.3, 1.5, 10_000, 3 * 10**6
    toy = FenchelYoung(p=p, alpha=a, N=N, sampler="counts")

    def entropy(r: NDArray[np.float64] | float) -> NDArray[np.float64]:
        return np.asarray((r**a + (1 - r) ** a - 1) / (a * (a - 1)))

    def excess(heads: NDArray[np.int64], tosses: int) -> Moments:
        r = heads / tosses
        slope = (r ** (a - 1) - (1 - r) ** (a - 1)) / (a - 1)
        return Moments.of(entropy(p) - entropy(r) - slope * (p - r))

    yield Race(
        "entmax counts, 3e6 replicates at N = 1e4", "rng.binomial + powers",
        lambda: toy.simulate_moments(rng, many), lambda: excess(rng.binomial(N, p, size=many), N),
        same_mean,
    )  # fmt: skip
    few, short = 2000, 1000
    tossed = FenchelYoung(p=p, alpha=a, N=short, sampler="tosses")
    yield Race(
        "entmax tosses, N = 1000", "(rng.random((R, N)) < p).sum(1) + powers",
        lambda: tossed.simulate_moments(rng, few),
        lambda: excess((rng.random((few, short)) < p).sum(1), short), same_mean,
    )  # fmt: skip
    size, replicates = 64, 40_000
    voted = Hinge(p=0.45, N=size, sampler="tosses")

    def majority() -> Moments:
        heads = (rng.random((replicates, size)) < 0.45).sum(1)
        return Moments.of(0.1 * np.abs(-1 - np.sign(2 * heads - size)))

    yield Race(
        "hinge tosses, N = 64", "(rng.random((R, N)) < p).sum(1) + sign",
        lambda: voted.simulate_moments(rng, replicates), majority, same_mean,
    )  # fmt: skip
    counted = voted.at(sampler="counts")
    yield Race(
        "hinge counts, 4e4 replicates", "the same matrix of uniforms",
        lambda: counted.simulate_moments(rng, replicates), majority, same_mean,
    )  # fmt: skip


def _training() -> Iterator[Race]:
    rng = new_rng()
    a = 1.5
    times = [10.0**i for i in range(-1, 7)]
    flow = EntmaxFlow(alpha=a)

    def integrated() -> NDArray[np.float64]:
        def rate(s: float, y: NDArray[np.float64]) -> list[float]:
            q = math.exp(y[0])
            return [-math.exp(s) / ((1 - q) ** (a - 2) + q ** (a - 2))]

        ends = np.log1p(times)
        found = solve_ivp(
            rate, (0, ends[-1]), [math.log(0.5)], "DOP853", ends, rtol=1e-11, atol=1e-12
        )
        return _loss(np.exp(found.y[0]))

    yield Race(
        "entmax flow through 8 times to 1e6", "scipy's solve_ivp, DOP853",
        lambda: flow.simulate_path(rng, 1, "tau", times)[0], integrated, _same_losses,
    )  # fmt: skip
    steps = [10, 100, 1000]
    descent = EntmaxDescent(alpha=a, eta=1.0)

    def by_steps() -> NDArray[np.float64]:
        theta, q, out = 0.0, 0.5, []
        for t in range(1, steps[-1] + 1):
            theta += q
            q = brentq(
                lambda y, target=theta: 2 * (math.sqrt(1 - y) - math.sqrt(y)) - target, 0.0, q,
                xtol=1e-18, rtol=1e-15,
            )  # fmt: skip
            if t in steps:
                out.append(q)
        return _loss(np.array(out))

    yield Race(
        "entmax descent, 1000 steps", "a loop, with scipy's brentq for each step",
        lambda: descent.simulate_path(rng, 1, "t", steps)[0], by_steps, _same_losses,
    )  # fmt: skip
    last = 10**5
    hinge = HingeDescent(eta=0.9 / last, t=last)

    def ascending() -> NDArray[np.float64]:
        theta = 0.0
        for _ in range(last):
            theta += hinge.eta if theta < 1 else 0.0
        return np.array([max(0.0, 1 - theta)])

    yield Race(
        "hinge descent, 1e5 steps", "a loop in Python",
        lambda: hinge.simulate(rng, 1), ascending, _same_losses,
    )  # fmt: skip
