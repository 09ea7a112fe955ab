"""Slow and obvious twins of descent on the logit of a coin. Imports nothing of toylaws."""

import math

import mpmath as mp
import numpy as np


def prediction(w):
    """σ(w)."""
    return 1 / (1 + math.exp(-w))


def divergence(p, w):
    """KL(p‖σ(w)) in 40 digits."""
    with mp.workdps(40):
        p, w = mp.mpf(p), mp.mpf(w)
        s = 1 / (1 + mp.exp(-w))
        return p * mp.log(p / s) + (1 - p) * mp.log((1 - p) / (1 - s))


def words(rng, steps, replicates):
    """Halves of random words, a row for each step: the low half first."""
    width = (replicates + 1) // 2
    rows = []
    for _ in range(steps):
        row = []
        for _ in range(width):
            word = int(rng.integers(0, 2**64, dtype=np.uint64))
            row += [word & 0xFFFFFFFF, word >> 32]
        rows.append(row[:replicates])
    return rows


def walk(rng, p, rates, replicates):
    """Last logits, and the sums of predictions and of logits before each step."""
    tosses = words(rng, len(rates), replicates)
    ends, predictions, logits = [], [], []
    for i in range(replicates):
        w, guessed, weighed = 0.0, 0.0, 0.0
        for eta, row in zip(rates, tosses, strict=True):
            toss = 1.0 if row[i] < round(p * 2**32) else 0.0
            guessed += prediction(w)
            weighed += w
            w += eta * (toss - prediction(w))
        ends.append(w)
        predictions.append(guessed)
        logits.append(weighed)
    return np.array(ends), np.array(predictions), np.array(logits)


def expected(p, rates, loss):
    """E loss(w, mean of σ(w), mean of w) over all 2^t sequences of tosses, in 30 digits."""
    with mp.workdps(30):
        p, t = mp.mpf(p), len(rates)
        states = [(mp.mpf(0), mp.mpf(0), mp.mpf(0), mp.mpf(1))]
        for eta in map(mp.mpf, rates):
            following = []
            for w, guessed, weighed, chance in states:
                s = 1 / (1 + mp.exp(-w))
                for toss, share in ((1, p), (0, 1 - p)):
                    following.append(
                        (w + eta * (toss - s), guessed + s, weighed + w, chance * share)
                    )
            states = following
        return sum(
            chance * loss(w, guessed / t, weighed / t) for w, guessed, weighed, chance in states
        )


def expected_last(p, rates):
    """E KL(p‖σ(w)) of the last logit."""
    return expected(p, rates, lambda w, guessed, weighed: divergence(p, w))


def expected_mean_prediction(p, rates):
    """E KL(p‖mean of σ(w))."""
    return expected(p, rates, lambda w, m, weighed: divergence(p, mp.log(m / (1 - m))))


def expected_mean_logit(p, rates):
    """E KL(p‖σ(mean of w))."""
    return expected(p, rates, lambda w, guessed, mean: divergence(p, mean))


def expected_on_a_grid(p, rates, reach=9.0, points=6001):
    """The same as `expected_last`, with the loss carried backwards on a fine grid by cubics."""
    grid = np.linspace(-reach, reach, points)
    spacing = grid[1] - grid[0]
    s = 1 / (1 + np.exp(-grid))
    values = np.log1p(np.exp(grid)) - p * grid + p * math.log(p) + (1 - p) * math.log(1 - p)

    def between(places):
        left = np.clip(((places + reach) / spacing).astype(int), 1, points - 3)
        x = (places - grid[left]) / spacing
        return (
            -x * (x - 1) * (x - 2) / 6 * values[left - 1]
            + (x + 1) * (x - 1) * (x - 2) / 2 * values[left]
            - (x + 1) * x * (x - 2) / 2 * values[left + 1]
            + (x + 1) * x * (x - 1) / 6 * values[left + 2]
        )

    for eta in reversed(rates):
        values = p * between(grid + eta * (1 - s)) + (1 - p) * between(grid - eta * s)
    return float(between(np.zeros(1))[0])


def flow(p, tau):
    """The logit after gradient flow from 0: its implicit equation solved in 40 digits."""
    with mp.workdps(40):
        p = mp.mpf(p)
        center = mp.log(p / (1 - p))
        decay = mp.exp(-p * (1 - p) * mp.mpf(tau))

        def gap(s):
            return (p - s) - (2 * p - 1) * s ** (1 - p) * (1 - s) ** p * decay

        low, high = sorted((mp.mpf(1) / 2, p))
        s = mp.findroot(gap, (low, high), solver="anderson", tol=1e-70)
        return center, mp.log(s / (1 - s))


def descent(p, eta, t):
    """The logit after t steps down the full gradient, in 400 digits."""
    with mp.workdps(400):
        p, eta, w = mp.mpf(p), mp.mpf(eta), mp.mpf(0)
        for _ in range(t):
            w += eta * (p - 1 / (1 + mp.exp(-w)))
        return w
