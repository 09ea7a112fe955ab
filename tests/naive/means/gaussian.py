"""Slow and obvious twins of the Gaussian mean. Imports nothing of toylaws."""

import numpy as np


def squared_means(rng, N, d, replicates):
    """Squared length of the mean of N standard normal vectors."""
    losses = []
    for _ in range(replicates):
        means = [sum(rng.standard_normal() for _ in range(N)) / N for _ in range(d)]
        losses.append(sum(mean * mean for mean in means))
    return np.array(losses)
