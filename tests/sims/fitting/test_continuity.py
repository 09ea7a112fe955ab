"""An exponent is a continuous function of its data: last digits move it by next to nothing.

Processors and mathematical libraries differ in the last place of a number. What a search, a window
or a weight makes of that must be far below the error bar, or a seed would not print the same number
twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from sims import fit
from sims.fitting.average.averaged import Averaging
from sims.fitting.losses import checked

KINDS = ("power", "corrected", "exponential", "stretched", "broken", "floor")
FLOORS = ("zero", "maybe", "free")
ERRORS = ("exact", "exact", "estimated", "covariance")
SETS = 324
CHUNKS = 6
UNKNOWN = 36
"""Data sets without errors: their fit takes twenty times as long."""

MOST = 0.01
"""Of its error: what an exponent may move."""


@dataclass(frozen=True)
class Losses:
    """Losses of a law of which the fit is not told."""

    kind: str
    floor: str
    corrections: list[float] | None
    sizes: np.ndarray
    means: np.ndarray
    errors: np.ndarray | None

    def shaken(self, rng: np.random.Generator) -> Losses:
        """The same but for a unit in the last place of every number."""
        errors = self.errors
        if errors is not None:
            errors = shake(errors, rng)
            if errors.ndim == 2:
                errors = np.tril(errors) + np.tril(errors, -1).T
        return Losses(
            self.kind, self.floor, self.corrections, self.sizes, shake(self.means, rng), errors
        )


def shake(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.nextafter(values, np.where(rng.random(values.shape) < 0.5, -np.inf, np.inf))


def law(kind: str, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A curve over x = N/N₁, of random shape."""
    a = rng.uniform(0.2, 1.5)
    if kind == "corrected":
        return x**-a * (1 + rng.uniform(-0.6, 1.5) * x ** -rng.uniform(0.25, 2))
    if kind == "exponential":
        return np.exp(-rng.uniform(2, 25) * x / x[-1])
    if kind == "stretched":
        return np.exp(-rng.uniform(1, 20) * (x / x[-1]) ** rng.uniform(0.2, 0.8))
    if kind == "broken":
        return x**-a * (1 + (x / x[-1] ** rng.uniform(0.2, 0.8)) ** 2) ** -rng.uniform(0.1, 0.8)
    return x**-a + (0 if kind == "power" else x[-1] ** -a * 10 ** rng.uniform(-1.5, 1.5))


def data_set(i: int, *, known: bool = True) -> Losses:
    """The i-th of the data sets: kinds, floors and errors in turn, all else random."""
    rng = np.random.Generator(np.random.PCG64DXSM([20, i, known]))
    kind, floor, how = KINDS[i % 6], FLOORS[i // 6 % 3], ERRORS[i // 18 % 4]
    corrections: list[float] | None = [None, None, None, [1.0], []][rng.integers(5)]
    count = int(rng.integers(6, 15))
    sizes = np.unique(
        np.round(rng.integers(2, 20) * np.geomspace(1, 2 ** rng.uniform(3, 12), count))
    )
    noise = 10 ** rng.uniform(-6, -2)
    relative = noise * np.exp(rng.uniform(-0.7, 0.7) * np.linspace(-1, 1, sizes.size))
    clean = law(kind, sizes / sizes[0], rng) * 10 ** rng.uniform(-3, 3)
    errors = relative * clean
    apart = np.abs(np.subtract.outer(np.arange(sizes.size), np.arange(sizes.size)))
    matrix = errors[:, None] * 0.5**apart * errors
    if not known:
        return Losses(
            kind, floor, corrections, sizes,
            clean + errors * rng.standard_normal(sizes.size), None,
        )  # fmt: skip
    if how == "covariance":
        means = clean + np.linalg.cholesky(matrix) @ rng.standard_normal(sizes.size)
        return Losses(kind, floor, corrections, sizes, means, matrix)
    means = clean + errors * rng.standard_normal(sizes.size)
    if how == "estimated":
        errors = errors * np.sqrt(rng.chisquare(9, sizes.size) / 9)
    return Losses(kind, floor, corrections, sizes, means, errors)


def averaged(losses: Losses) -> tuple[float, float]:
    seen = fit(
        losses.sizes, losses.means, losses.errors, floor=losses.floor,
        corrections=losses.corrections,
    )  # fmt: skip
    assert seen.standard_error is not None
    return seen.exponent, seen.standard_error


def movement(estimate: Callable[[Losses], tuple[float, float]], losses: Losses, seed: int) -> float:
    """By what part of its error an exponent moves as its data are shaken."""
    exponent, error = estimate(losses)
    other, _ = estimate(losses.shaken(np.random.Generator(np.random.PCG64DXSM(seed))))
    return abs(other - exponent) / error if error > 0 else np.inf * (other != exponent)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_last_digits_do_not_move_an_exponent(chunk):
    moved = {i: movement(averaged, data_set(i), i) for i in range(chunk, SETS, CHUNKS)}
    assert {i: by for i, by in moved.items() if not by < MOST} == {}


@pytest.mark.parametrize("chunk", range(2))
def test_last_digits_do_not_move_an_exponent_whose_errors_are_unknown(chunk):
    moved = {i: movement(averaged, data_set(i, known=False), i) for i in range(chunk, UNKNOWN, 2)}
    assert {i: by for i, by in moved.items() if not by < MOST} == {}


def test_the_data_sets_are_as_varied_as_is_said():
    sets = [data_set(i) for i in range(SETS)]
    rejected = sum(
        fit(s.sizes, s.means, s.errors, floor=s.floor, corrections=s.corrections).rejected
        for s in sets[::3]
    )
    assert 20 < rejected < 88
    assert {(s.kind, s.floor) for s in sets} == {(k, f) for k in KINDS for f in FLOORS}
    assert {s.sizes.size for s in sets} >= set(range(6, 15))


def by_last_digits(losses: Losses) -> tuple[float, float]:
    """A discontinuous estimator: of two halves of the data, the one with the larger last digits."""
    x, y = np.log(losses.sizes), np.log(losses.means)
    middle = x.size // 2
    halves = (slice(0, middle), slice(middle, None))
    last = [np.mean(np.frexp(losses.means[half])[0] * 2.0**53 % 8) for half in halves]
    return -np.polyfit(x[halves[np.argmax(last)]], y[halves[np.argmax(last)]], 1)[0], 0.01


def with_errors_as_given(losses: Losses) -> tuple[float, float]:
    """What the fit would say if it believed errors with which the data reject every model."""
    problem = Averaging.of(
        checked(losses.sizes, losses.means, losses.errors), losses.corrections, losses.floor, False
    )
    solution = problem.solve()
    return float(solution.exponents[0]), float(solution.errors[0])


@pytest.mark.parametrize(("estimate", "least"), [(by_last_digits, 20), (with_errors_as_given, 4)])
def test_an_estimator_that_jumps_is_caught(estimate, least):
    sets = [i for i in range(SETS) if data_set(i).kind in ("exponential", "stretched")]
    moved = [movement(estimate, data_set(i), i) for i in sets]
    assert sum(not by < MOST for by in moved) >= least
