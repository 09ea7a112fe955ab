"""Slow and obvious twins of the code that learns a coin. Imports nothing of toylaws."""

import math

import mpmath as mp
import numpy as np


def transmit(rng, p, k, sizes, replicates):
    """Excess code lengths at each size, toss by toss, each with its own logarithm.

    Draws as the kernel does: the first toss of every sequence, then the second of every one.
    """
    heads, excess = [0] * replicates, [[] for _ in range(replicates)]
    for n in range(max(sizes)):
        for i in range(replicates):
            if rng.random() < p:
                cost = math.log(p) - math.log((heads[i] + k) / (n + 2 * k))
                heads[i] += 1
            else:
                cost = math.log1p(-p) - math.log((n - heads[i] + k) / (n + 2 * k))
            excess[i].append(cost)
    return np.array([[math.fsum(costs[:size]) for size in sizes] for costs in excess])


def excess(heads, N, p, k):
    """Excess code length of N tosses in 60 digits, from the product of all predictions."""
    with mp.workdps(60):
        p, k = mp.mpf(p), mp.mpf(k)
        tails = N - heads
        code = mp.loggamma(heads + k) + mp.loggamma(tails + k) - mp.loggamma(N + 2 * k)
        code -= 2 * mp.loggamma(k) - mp.loggamma(2 * k)
        return heads * mp.log(p) + tails * mp.log(1 - p) - code


def expected(p, k, N):
    """The mean excess in 50 digits, by summing all outcomes."""
    with mp.workdps(50):
        p, k = mp.mpf(p), mp.mpf(k)
        face, both = [mp.mpf(0)], [mp.mpf(0)]  # -log of products of n + k, and of n + 2k
        for n in range(N):
            face.append(face[-1] - mp.log(n + k))
            both.append(both[-1] - mp.log(n + 2 * k))
        log_heads, log_tails = mp.log(p), mp.log(1 - p)
        weight, mean = (1 - p) ** N, mp.mpf(0)
        for heads in range(N + 1):
            tails = N - heads
            cost = heads * log_heads + tails * log_tails + face[heads] + face[tails] - both[N]
            mean += weight * cost
            weight *= mp.mpf(tails) / (heads + 1) * p / (1 - p)
        return mean
