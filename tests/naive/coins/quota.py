"""Slow and obvious twins of sampling by quota. Imports nothing of toylaws."""

import mpmath as mp
import numpy as np


def loss(b, N):
    """KL(b‖N₁/N) in the precision of mpmath, N₁ the whole number nearest to N b."""
    estimate = mp.nint(N * b) / N
    return b * mp.log(b / estimate) + (1 - b) * mp.log((1 - b) / (1 - estimate))


def quotas(rng, p, N, replicates):
    """Losses of coins whose bias is uniform within 1/(2N) of p, in 60 digits, as floats."""
    with mp.workdps(60):
        return np.array([
            float(loss(mp.mpf(p) + (mp.mpf(rng.random()) - mp.mpf(1) / 2) / N, N))
            for _ in range(replicates)
        ])  # fmt: skip


def expected(p, N):
    """The mean loss in 60 digits, by quadrature on both sides of the jump of N₁."""
    with mp.workdps(60):
        middle = mp.mpf(p)
        low, high = middle - mp.mpf(1) / (2 * N), middle + mp.mpf(1) / (2 * N)
        jump = (mp.floor(N * middle) + mp.mpf(1) / 2) / N
        places = [low, jump, high] if low < jump < high else [low, high]
        return N * mp.quad(lambda b: loss(b, N), places)
