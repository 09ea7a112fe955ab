"""Descent on the logit of a coin, beside the NumPy code that a user would write.

The cost is proportional to steps times replicates, exponent 1, whatever the sizes at which one
looks: a walk passes through all of them. The floor of a step of one replicate is half a random word
(1.0 ns) and one prediction, an exponential and a division (1.5 ns, eight at a time). NumPy's loop
is no less vectorised: where its arrays are long, only a uniform of its own and six passes over
memory are saved; where they are short, its calls. Full gradients have one `expm1` and a division a
step, one after the other (about 25 ns).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.speed.race import Race, new_rng, same_mean
from toys import Moments
from toys.descent.averaging import AveragedDescent
from toys.descent.interior import InteriorDescent, InteriorFlow
from toys.descent.stochastic import ConstantStep, StochasticDescent


def _same(ours: float, theirs: float) -> None:
    assert abs(ours / theirs - 1) < 1e-6, (ours, theirs)


def _same_after(
    more: int, one: Callable[[], Moments], other: Callable[[], Moments]
) -> Callable[[Moments, Moments], None]:
    """Compares means after so many runs more of both: one has too few replicates."""

    def verify(ours: Moments, theirs: Moments) -> None:
        for _ in range(more):
            ours, theirs = ours.merge(one()), theirs.merge(other())
        same_mean(ours, theirs)

    return verify


def _loss(p: float, prediction: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(p * np.log(p / prediction) + (1 - p) * np.log((1 - p) / (1 - prediction)))


def races() -> Iterator[Race]:
    """A race of each toy."""
    yield from _walks()
    yield from _gradients()


def _walks() -> Iterator[Race]:
    """Steps of many replicates at once, in a loop over the steps."""
    rng, p = new_rng(), 0.3
    falling = StochasticDescent(p=p, a=4)
    constant = ConstantStep(p=p, eta=0.5)
    averaged = AveragedDescent(p=p, eta=0.5)

    def last(replicates: int, rates: NDArray[np.float64]) -> Moments:
        w = np.zeros(replicates)
        for eta in rates:
            w += eta * ((rng.random(replicates) < p) - 1 / (1 + np.exp(-w)))
        return Moments.of(_loss(p, 1 / (1 + np.exp(-w))))

    def mean(replicates: int, steps: int) -> Moments:
        w, total = np.zeros(replicates), np.zeros(replicates)
        for _ in range(steps):
            s = 1 / (1 + np.exp(-w))
            total += s
            w += 0.5 * ((rng.random(replicates) < p) - s)
        return Moments.of(_loss(p, total / steps))

    peer = "a loop over steps, vectorised over replicates"
    for replicates, steps in ((100, 10_000), (1000, 2000), (20_000, 200)):
        ours = partial(falling.at(t=steps).simulate_moments, rng, replicates)
        theirs = partial(last, replicates, 4 / np.arange(1, steps + 1))
        yield Race(
            f"steps a/t, {replicates} replicates, {steps} steps", peer, ours, theirs,
            _same_after(1000 // replicates, ours, theirs),
        )  # fmt: skip
    many, few = 20_000, 200
    size = f"{many} replicates, {few} steps"
    yield Race(
        f"constant steps, {size}", peer,
        partial(constant.at(t=few).simulate_moments, rng, many),
        partial(last, many, np.full(few, 0.5)), same_mean,
    )  # fmt: skip
    yield Race(
        f"averaged predictions, {size}", peer,
        partial(averaged.at(T=few).simulate_moments, rng, many),
        partial(mean, many, few), same_mean,
    )  # fmt: skip


def _gradients() -> Iterator[Race]:
    """Steps that nothing can be done about but to take them."""
    rng, p = new_rng(), 0.3
    descent, flow = InteriorDescent(p=p, eta=0.1, t=400), InteriorFlow(p=p, tau=10)

    def speed(w: float) -> float:
        return float(p - 1 / (1 + np.exp(-w)))

    def steps() -> float:
        w = 0.0
        for _ in range(400):
            w += 0.1 * speed(w)
        return float(_loss(p, np.array(1 / (1 + np.exp(-w)))))

    def runge_kutta() -> float:
        w, h = 0.0, 0.01
        for _ in range(1000):
            a = speed(w)
            b = speed(w + h * a / 2)
            c = speed(w + h * b / 2)
            w += h * (a + 2 * b + 2 * c + speed(w + h * c)) / 6
        return float(_loss(p, np.array(1 / (1 + np.exp(-w)))))

    yield Race(
        "full gradient, 400 steps", "the same steps in Python and NumPy",
        lambda: float(descent.simulate(rng, 1)[0]), steps, _same,
    )  # fmt: skip
    yield Race(
        "gradient flow, 1000 steps", "the same steps in Python and NumPy",
        lambda: float(flow.simulate(rng, 1)[0]), runge_kutta, _same,
    )  # fmt: skip
