"""Coins and dice, beside the NumPy code that a user would write.

The floor of each: *throws* one uniform (2.8 ns) and one count a throw, N of them a replicate;
*counts of a die* K binomial draws a replicate, the same that NumPy makes; *code length* one
uniform, one division and one product (3.9 ns) a toss, N of them for all sizes together, or by the
heads alone one binomial draw and six logarithms a replicate, at any N; *tosses of a rare coin*
about 2 random words for 64 tosses; *quota* one uniform and two series for x - log(1+x) a replicate,
at any N, where the plain logarithms of the peer lose their digits from N = 1e6 on.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.speed.race import Race, new_rng, same_mean
from toys import Categorical, CodeLength, Moments, QuotaSampling, RareCoin


def races() -> Iterator[Race]:
    """A race of each toy."""
    yield from throws()
    yield from code_lengths()
    yield from rare_tosses()
    yield from quotas()


def throws() -> Iterator[Race]:
    """Real throws of a die, beside a matrix of uniforms sorted into faces."""
    K, p, k, N, replicates = 5, 0.3, 0.5, 1000, 2000
    toy = Categorical(K=K, p=p, pseudocount=k, N=N, sampler="throws")
    rng = new_rng()
    chances = np.array([p, *[(1 - p) / (K - 1)] * (K - 1)])

    def numpy() -> Moments:
        faces = np.searchsorted(chances.cumsum(), rng.random((replicates, N)), side="right")
        rows = np.arange(replicates)[:, None] * K
        counts = np.bincount((np.minimum(faces, K - 1) + rows).ravel(), minlength=replicates * K)
        return Moments.of(_divergences(counts.reshape(replicates, K)))

    def drawn() -> Moments:
        return Moments.of(_divergences(rng.multinomial(N, chances, size=20_000)))

    def _divergences(counts: NDArray[np.int64]) -> NDArray[np.float64]:
        estimate = (counts + k) / (N + K * k)
        return np.asarray((chances * np.log(chances / estimate)).sum(axis=1))

    yield Race(
        "throws of a die, K = 5, N = 1000", "searchsorted(cdf, rng.random((R, N))) and bincount",
        lambda: toy.simulate_moments(rng, replicates), numpy, same_mean,
    )  # fmt: skip
    counted = toy.at(sampler="multinomial")
    yield Race(
        "counts of a die, K = 5, N = 1000", "rng.multinomial + logs",
        lambda: counted.simulate_moments(rng, 20_000), drawn, same_mean,
    )  # fmt: skip


def code_lengths() -> Iterator[Race]:
    """Code lengths at eight sizes, beside cumulated matrices; and by the number of heads alone."""
    p, k, N, replicates = 0.3, 0.5, 4096, 1000
    sizes = [N >> i for i in range(8)]
    toy = CodeLength(p=p, pseudocount=k, N=N)
    rng = new_rng()

    def ours() -> Moments:
        return Moments.of(toy.simulate_path(rng, replicates, "N", sizes)[:, 0])

    def numpy() -> Moments:
        tosses = rng.random((replicates, N)) < p
        before: NDArray[np.int64] = np.cumsum(tosses, axis=1) - tosses
        n = np.arange(N)
        predicted = (np.where(tosses, before, n - before) + k) / (n + 2 * k)
        costs = np.log(np.where(tosses, p, 1 - p) / predicted)
        paths = costs.cumsum(axis=1)[:, [size - 1 for size in sizes]]
        return Moments.of(paths[:, 0])

    yield Race(
        "code length toss by toss, 8 sizes to N = 4096", "(R, N) matrices, cumsum, log, cumsum",
        ours, numpy, same_mean,
    )  # fmt: skip
    drawn = toy.at(sampler="binomial")
    many = 30_000
    yield Race(
        "code length by heads, N = 4096, per replicate", "(R, N) matrices, cumsum, log, cumsum",
        lambda: drawn.simulate_moments(rng, many), numpy, same_mean,
        ours_per=many, theirs_per=replicates,
    )  # fmt: skip


def rare_tosses() -> Iterator[Race]:
    """Real tosses of a rare coin, beside a matrix of uniforms; and replicates as counts."""
    rate, k, N, replicates = 2.0, 0.5, 1000, 4000
    toy = RareCoin(rate=rate, pseudocount=k, N=N, sampler="tosses")
    rng = new_rng()
    p = toy.p

    def losses(heads: NDArray[np.int64]) -> Moments:
        estimate = (heads + k) / (N + 2 * k)
        return Moments.of(p * np.log(p / estimate) + (1 - p) * np.log((1 - p) / (1 - estimate)))

    yield Race(
        "tosses of a rare coin, N = 1000", "(rng.random((R, N)) < p).sum(1) + logs",
        lambda: toy.simulate_moments(rng, replicates),
        lambda: losses((rng.random((replicates, N)) < p).sum(1)), same_mean,
    )  # fmt: skip
    counted, many = toy.at(sampler="counts"), 10**6
    yield Race(
        "a rare coin by counts, 1e6 replicates", "rng.binomial + logs",
        lambda: counted.simulate_moments(rng, many),
        lambda: losses(rng.binomial(N, p, size=many)), same_mean,
    )  # fmt: skip


def quotas() -> Iterator[Race]:
    """Quotas, beside the same in NumPy with plain logarithms."""
    p, N, replicates = 0.3, 1000, 200_000
    toy = QuotaSampling(p=p, N=N)
    rng = new_rng()

    def numpy() -> Moments:
        bias = p + (rng.random(replicates) - 0.5) / N
        estimate = np.round(N * bias) / N
        heads = bias * np.log(bias / estimate)
        return Moments.of(heads + (1 - bias) * np.log((1 - bias) / (1 - estimate)))

    yield Race(
        "quota, N = 1000, without loss of digits", "uniforms, round, logs",
        lambda: toy.simulate_moments(rng, replicates), numpy, same_mean,
    )  # fmt: skip
