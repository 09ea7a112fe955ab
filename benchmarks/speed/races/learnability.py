"""How fast learners on the line and memories are, beside plain NumPy.

The floor, and the cost's exponent in the size:

- *threshold, points*: one uniform a sample, N; by its gaps two exponentials, 0.
- *intervals*: one uniform a sample, N.
- *agnostic minimax, labels*: about 8 random words for 64 labels, N.
- *Tsybakov threshold*: an exponential, a uniform and a power a sample near the threshold,
  2k/(2k+1) of N; *Massart threshold*: the same, 0.
- *memorised atoms*: one uniform a sample, N, up to where all atoms are seen.
- *slow atoms*: one uniform and a look-up a sample, N.
- *geometric atoms*: a binomial draw an atom, log N.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from benchmarks.speed.race import Race, new_rng, same_mean
from toys.learnability.noisy_threshold import MassartThreshold, TsybakovThreshold
from toys.learnability.pac import AgnosticMinimax, Intervals
from toys.learnability.rates import GeometricAtoms, MemorisedAtoms
from toys.learnability.slow_atoms import SlowAtoms
from toys.learnability.threshold import RandomThreshold, Threshold
from toys.moments import Moments
from toys.toy import Toy


def _race(name: str, peer: str, toy: Toy, replicates: int, theirs: object, fewer: int = 1) -> Race:
    """A toy against a function that takes replicates and returns losses."""
    rng, count = new_rng(), replicates // fewer
    assert callable(theirs)
    return Race(
        name, peer, lambda: toy.simulate_moments(rng, replicates),
        lambda: Moments.of(np.asarray(theirs(count), dtype=np.float64)),
        same_mean, replicates, count,
    )  # fmt: skip


def races() -> Iterator[Race]:
    """Each toy beside vectorised NumPy."""
    yield from _on_the_line()
    yield from _noisy()
    yield from _memories()


def _on_the_line() -> Iterator[Race]:
    rng, N, t = new_rng(), 1000, 0.3

    def gaps(replicates: int) -> tuple[np.ndarray, np.ndarray]:
        x = rng.random((replicates, N))
        below = np.where(x < t, x, 0.0).max(axis=1)
        return t - below, np.where(x < t, 1.0, x).min(axis=1) - t

    def midpoint(replicates: int) -> np.ndarray:
        left, right = gaps(replicates)
        return abs(left - right) / 2

    peer = "rng.random((R, N)), max and min"
    for sampler, replicates, fewer in (("points", 2000, 1), ("gaps", 400_000, 200)):
        toy = Threshold(t=t, N=N, sampler=sampler)
        yield _race(f"threshold, {sampler}, N = 1000", peer, toy, replicates, midpoint, fewer)

    def random_threshold(replicates: int) -> np.ndarray:
        x, cut = rng.random((replicates, N)), rng.random((replicates, 1))
        below = np.where(x < cut, x, 0.0).max(axis=1)
        above = np.where(x < cut, 1.0, x).min(axis=1)
        return abs((below + above) / 2 - cut[:, 0])

    yield _race(
        "random threshold, gaps, N = 1000", peer, RandomThreshold(N=N, sampler="gaps"), 400_000,
        random_threshold, 200,
    )  # fmt: skip

    segments = 9

    def intervals(replicates: int) -> np.ndarray:
        x = np.sort(rng.random((replicates, N)), axis=1)
        label = (x * segments).astype(np.int64) % 2
        middle = (x[:, 1:] + x[:, :-1]) / 2
        border = np.ceil(x[:, :-1] * segments) / segments  # one change of label in a gap
        return np.where(label[:, 1:] != label[:, :-1], abs(middle - border), 0.0).sum(axis=1)

    peer = "np.sort(rng.random((R, N))) and gaps"
    for sampler, replicates, fewer in (("points", 1000, 1), ("extremes", 50_000, 50)):
        learner = Intervals(k=4, N=N, sampler=sampler)
        yield _race(
            f"4 intervals, {sampler}, N = 1000", peer, learner, replicates, intervals, fewer
        )


def _noisy() -> Iterator[Race]:
    rng, labels = new_rng(), 1001
    gap = 0.7518 / math.sqrt(labels)

    def majority(replicates: int) -> np.ndarray:
        right = (rng.random((replicates, labels)) < (1 + gap) / 2).sum(axis=1)
        return gap * (2 * right < labels)

    toy = AgnosticMinimax(N=labels, sampler="labels")
    yield _race(
        "majority, labels, N = 1001", "(rng.random((R, N)) < p).sum(1)", toy, 4000, majority
    )

    def fewest(N: int, k: float, clear: float, replicates: int) -> np.ndarray:
        x = np.sort(rng.random((replicates, N)), axis=1)
        margin = clear * abs(2 * x - 1) ** k
        right = rng.random((replicates, N)) < (1 + margin) / 2
        steps = np.where((x >= 0.5) == right, 1, -1)
        errors = np.concatenate([np.zeros((replicates, 1), int), np.cumsum(steps, axis=1)], axis=1)
        ties = errors == errors.min(axis=1, keepdims=True)
        best = np.where(ties, rng.random(ties.shape), -1.0).argmax(axis=1)
        edges = np.pad(x, ((0, 0), (1, 1)), constant_values=((0, 0), (0.0, 1.0)))
        row = np.arange(replicates)
        shift = abs((edges[row, best] + edges[row, best + 1]) / 2 - 0.5)
        return clear * 2**k * shift ** (k + 1) / (k + 1)

    peer = "np.sort(rng.random((R, N))), cumsum, argmin"
    for k, N, replicates in ((1.0, 10_000, 4000), (3.0, 10_000, 4000)):
        learner = TsybakovThreshold(k=k, N=N)
        yield _race(
            f"Tsybakov threshold, k = {k:g}, N = 1e4", peer, learner, replicates,
            lambda count, k=k, N=N: fewest(N, k, 1.0, count), 10,
        )  # fmt: skip
    yield _race(
        "Massart threshold, q = 0.2, N = 1e3", peer, MassartThreshold(q=0.2, N=1000), 20_000,
        lambda count: fewest(1000, 0, 0.6, count), 10,
    )  # fmt: skip


def _memories() -> Iterator[Race]:
    rng, N, K = new_rng(), 1000, 1000

    def equiprobable(replicates: int) -> np.ndarray:
        unseen = np.ones((replicates, K), dtype=bool)
        unseen[np.arange(replicates)[:, None], rng.integers(0, K, (replicates, N))] = False
        return unseen.sum(axis=1) / (2 * K)

    toy = MemorisedAtoms(K=K, N=N)
    peer = "rng.integers((R, N)), fancy indexing"
    yield _race("memorised atoms, K = N = 1000", peer, toy, 2000, equiprobable)

    def geometric(replicates: int) -> np.ndarray:
        ranks = rng.geometric(0.5, (replicates, N)) - 1
        unseen = np.ones((replicates, 70), dtype=bool)
        unseen[np.arange(replicates)[:, None], np.minimum(ranks, 69)] = False
        return unseen @ 0.5 ** np.arange(1, 71)

    for sampler, replicates, fewer in (("draws", 2000, 1), ("binomial", 100_000, 50)):
        memory = GeometricAtoms(q=0.5, N=N, sampler=sampler)
        peer = "rng.geometric((R, N)), fancy indexing"
        yield _race(
            f"geometric atoms, {sampler}, N = 1000", peer, memory, replicates, geometric, fewer
        )

    rank = np.arange(1.0, 1e6)
    endless = SlowAtoms(N=N, queries=0)
    p = endless.C / (rank * np.log1p(rank) ** 2)
    cumulative = np.cumsum(p)

    def slow(replicates: int) -> list[float]:
        drawn = np.searchsorted(cumulative, rng.random((replicates, N)), side="right")
        return [
            1 - p[seen[seen < p.size]].sum()  # atoms beyond the table are taken for new
            for seen in map(np.unique, drawn)
        ]

    peer = "np.searchsorted of 1e6 atoms, np.unique"
    yield _race("slow atoms, N = 1000", peer, endless, 500, slow)
