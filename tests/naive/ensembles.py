"""Slow and obvious twins of ensembles, subset sums and random search. Imports nothing of ours."""

import itertools
import math
from fractions import Fraction

import numpy as np


def ensembles(rng, b, rho, v, K, replicates):
    """Squared errors of averages of K sub-models, each with its error written out."""
    losses = []
    for _ in range(replicates):
        common = rng.standard_normal()
        members = [
            b + math.sqrt(rho * v) * common + math.sqrt((1 - rho) * v) * rng.standard_normal()
            for _ in range(K)
        ]
        losses.append((math.fsum(members) / K) ** 2)
    return np.array(losses)


def bagged_means(rng, N, K, replicates):
    """Averages of K means of N points drawn with replacement, three draws to a uniform number."""
    averages = []
    for _ in range(replicates):
        points = [rng.standard_normal() for _ in range(N)]
        most = 2**17 // N * N  # the pieces 0, 1, ..., 2^17-1 are shared out evenly
        chosen = []
        while len(chosen) < N * K:
            bits = int(Fraction(rng.random()) * 2**53)
            for piece in (bits % 2**17, bits // 2**17 % 2**17, bits // 2**34 % 2**17):
                share, place = divmod(piece * N, 2**17)
                if place >= 2**17 - most and len(chosen) < N * K:
                    chosen.append(points[share])
        resamples = [chosen[i * N : (i + 1) * N] for i in range(K)]
        averages.append(math.fsum(math.fsum(one) / N for one in resamples) / K)
    return np.array(averages)


def shares_of_pieces(N):
    """How many of the pieces choose each point, after the surplus ones are thrown away."""
    most = 2**17 // N * N
    counts = [0] * N
    for piece in range(2**17):
        share, place = divmod(piece * N, 2**17)
        if place >= 2**17 - most:
            counts[share] += 1
    return counts


def nearest_sums(rng, x, n, replicates):
    """Distance of the nearest of all subset sums, in rational arithmetic."""
    target = Fraction(int(Fraction(x) * 2**53) | 1, 2**53)
    distances = []
    for _ in range(replicates):
        weights = [2 * Fraction(rng.random()) - 1 for _ in range(n)]
        subsets = itertools.chain.from_iterable(
            itertools.combinations(weights, size) for size in range(n + 1)
        )
        distances.append(float(min(abs(sum(subset) - target) for subset in subsets)))
    return np.array(distances)


def gains(rng, c, a, N, replicates, buffer):
    """What 2N data bring beyond N: every try has an excess loss, the best of them counts.

    A try takes one random word; they are drawn `buffer` at a time, afresh for each half.
    """
    expected = max(N, 60.0)  # tries in the range that is searched
    losses = []
    for _ in range(2):
        counts, words, half = rng.poisson(expected, size=replicates), [], []
        for count in counts:
            shares = [Fraction(1)]
            for _ in range(count):
                words = words or rng.integers(0, 2**64, size=buffer, dtype=np.uint64).tolist()
                shares.append(Fraction(2 * words.pop(0) + 1, 2**65))
            half.append(c / math.gamma(1 + a) * float(min(shares) * Fraction(expected / N)) ** a)
        losses.append(half)
    return np.array([one - min(one, other) for one, other in zip(*losses, strict=True)])
