"""Slow and obvious twins of the die. Imports nothing of toylaws."""

import mpmath as mp
import numpy as np


def probabilities(K, p):
    """Of the faces, in the precision of mpmath; the float p is taken at its word."""
    p = mp.mpf(p)
    return [p] + [(1 - p) / (K - 1)] * (K - 1)


def divergence(counts, K, p, k):
    """KL(p‖p̂) in 50 digits for how often each face was seen."""
    with mp.workdps(50):
        total = sum(int(count) for count in counts) + K * mp.mpf(k)
        return sum(
            chance * mp.log(chance * total / (int(count) + mp.mpf(k)))
            for chance, count in zip(probabilities(K, p), counts, strict=True)
        )


def expected_by_outcomes(K, p, k, N):
    """E KL(p‖p̂) in 50 digits, by summing every way in which N throws fall on K faces."""

    def ways(rest, faces):
        if faces == 1:
            yield (rest,)
            return
        for first in range(rest + 1):
            for others in ways(rest - first, faces - 1):
                yield (first, *others)

    with mp.workdps(50):
        chances, expected = probabilities(K, p), mp.mpf(0)
        for counts in ways(N, K):
            weight = mp.factorial(N)
            for chance, count in zip(chances, counts, strict=True):
                weight *= chance**count / mp.factorial(count)
            expected += weight * divergence(counts, K, p, k)
        return expected


def expected_by_marginals(K, p, k, N):
    """The same in 50 digits, face by face, since each face shows up a binomial number of times."""
    with mp.workdps(50):
        k, expected = mp.mpf(k), mp.mpf(0)
        for faces, chance in zip((1, K - 1), probabilities(K, p)[:2], strict=True):
            weight = (1 - chance) ** N
            for seen in range(N + 1):
                loss = chance * mp.log(chance * (N + K * k) / (seen + k))
                expected += faces * weight * loss
                weight *= mp.mpf(N - seen) / (seen + 1) * chance / (1 - chance)
        return expected


def throw(rng, K, p, N, replicates):
    """How often each face shows up, one throw at a time."""
    counts = np.zeros((replicates, K), dtype=np.int64)
    for i in range(replicates):
        for _ in range(N):
            place = rng.random()
            face = 0 if place < p else 1 + int((place - p) * ((K - 1) / (1 - p)))
            counts[i, min(face, K - 1)] += 1
    return counts
