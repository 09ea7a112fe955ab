"""Slow and obvious twin of the fit of a Gaussian. Imports nothing of toylaws."""

import numpy as np


def divergences(rng, N, replicates):
    """KL(N(0, 1) ‖ N(m, s²)), m and s² the mean and variance of N draws."""
    losses = []
    for _ in range(replicates):
        draws = [rng.standard_normal() for _ in range(N)]
        m = sum(draws) / N
        variance = sum((x - m) ** 2 for x in draws) / N
        losses.append(0.5 * np.log(variance) + (1 + m * m) / (2 * variance) - 0.5)
    return np.array(losses)
