"""Slow and obvious twins of the coin. Imports nothing of toylaws."""

import math

import mpmath as mp
import numpy as np


def divergence(p, estimate):
    """KL(p‖estimate) in 50 digits."""
    p, estimate = mp.mpf(p), mp.mpf(estimate)
    total = mp.mpf(0)
    if p > 0:
        total += p * mp.log(p / estimate)
    if p < 1:
        total += (1 - p) * mp.log((1 - p) / (1 - estimate))
    return total


def expected_divergence(p, k, N, window=None):
    """E KL(p‖(n+k)/(N+2k)) in 50 digits by summing outcomes; given both faces, if k = 0.

    `window` is how many standard deviations to either side are summed; all outcomes without it.
    """
    with mp.workdps(50):
        p, k = mp.mpf(p), mp.mpf(k)
        edge = 1 if k == 0 and 0 < p < 1 else 0
        low, high = edge, N - edge
        if window is not None:
            reach = window * mp.sqrt(N * p * (1 - p)) + 60
            low = max(low, int(N * p - reach))
            high = min(high, int(N * p + reach))
        if p in (0, 1):
            return divergence(p, (N * p + k) / (N + 2 * k))
        weight = mp.exp(
            mp.loggamma(N + 1) - mp.loggamma(low + 1) - mp.loggamma(N - low + 1)
            + low * mp.log(p) + (N - low) * mp.log(1 - p)
        )  # fmt: skip
        total = loss = mp.mpf(0)
        for n in range(low, high + 1):
            total += weight
            loss += weight * divergence(p, (n + k) / (N + 2 * k))
            if n < high:
                weight *= mp.mpf(N - n) / (n + 1) * p / (1 - p)
        return loss / total


def expected_divergence_of_many(p, k, N, order=10):
    """The same for very large N: Taylor series of the loss in central moments, in 50 digits."""
    with mp.workdps(60):
        p, k = mp.mpf(p), mp.mpf(k)
        q = 1 - p
        bias = k * (1 - 2 * p) / (N + 2 * k)
        # central moments by Romanovsky's recurrence: mu_{r+1} = pq (d mu_r / dp + r N mu_{r-1}),
        # with mu_r kept as polynomials in p (lists of coefficients)
        polynomials = [[mp.mpf(1)], [mp.mpf(0)]]
        for r in range(1, order):
            derivative = [i * c for i, c in enumerate(polynomials[r])][1:] or [mp.mpf(0)]
            lower = [r * N * c for c in polynomials[r - 1]]
            size = max(len(derivative), len(lower))
            total = [
                (derivative[i] if i < len(derivative) else 0) + (lower[i] if i < len(lower) else 0)
                for i in range(size)
            ]
            shifted = [mp.mpf(0), *total, mp.mpf(0)]
            for i, c in enumerate(total):
                shifted[i + 2] -= c
            polynomials.append(shifted)
        result = divergence(p, p + bias)
        for j in range(2, order + 1):
            moment = mp.polyval(polynomials[j][::-1], p) / (mp.mpf(N) + 2 * k) ** j
            slope = (p * (-1 / (p + bias)) ** j + q * (1 / (q - bias)) ** j) / j
            result += slope * moment
        return result


def toss_coins(rng, p, N, replicates, buffer):
    """Numbers of heads by comparing binary digits, one toss at a time; N or, in each, N[i] of them.

    Draws its words in the same order as the kernel: `buffer` at a time, a word for every 64
    undecided tosses, or one for each digit once at most 64 are left. A buffer that is too short
    for all of the last digits is thrown away.
    """
    digits = []
    rest = min(p, 1 - p)
    while rest > 0:
        rest *= 2
        digits.append(int(rest >= 1))
        rest -= digits[-1]
    words = []

    def draw():
        if not words:
            words.extend(rng.integers(0, 2**64, size=buffer, dtype=np.uint64).tolist())
        return words.pop(0)

    heads = []
    for undecided in np.full(replicates, N).tolist() if digits else []:
        found = 0
        for place, digit in enumerate(digits):
            if undecided <= 64:
                if len(words) < len(digits) - place:  # the last digits come from one buffer
                    words.clear()
                found += _last(draw, digits[place:], undecided)
                break
            ones = 0
            for first in range(0, undecided, 64):
                word = draw()
                ones += sum(word >> bit & 1 for bit in range(min(64, undecided - first)))
            if digit == 1:
                found += undecided - ones
                undecided = ones
            else:
                undecided -= ones
        heads.append(found)
    heads = np.array(heads if digits else [0] * replicates)
    return heads if p <= 0.5 else N - heads


def _last(draw, digits, tosses):
    """Heads among at most 64 tosses, each with a bit of its own in every word."""
    undecided, found = set(range(tosses)), 0
    for digit in digits:
        if not undecided:
            break
        word = draw()
        for toss in sorted(undecided):
            bit = word >> toss & 1
            if bit != digit:
                undecided.remove(toss)
                found += bit < digit
    return found


def moments(values):
    """Count, mean and sum of squared deviations, in exact rational arithmetic where it matters."""
    mean = math.fsum(values) / len(values)
    return len(values), mean, math.fsum((value - mean) ** 2 for value in values)


def expected_improvement(p, k, N, delta, power=1):
    """E (L(N) - L(N+delta))^power in 60 digits, by summing all pairs of outcomes."""
    with mp.workdps(60):
        p, k = mp.mpf(p), mp.mpf(k)
        edge = 1 if k == 0 and 0 < p < 1 else 0
        total = weight = mp.mpf(0)
        chances = [mp.binomial(delta, m) * p**m * (1 - p) ** (delta - m) for m in range(delta + 1)]
        after = {
            n: divergence(p, (n + k) / (N + delta + 2 * k))
            for n in range(edge, N + delta - edge + 1)
            if not (p in (0, 1) and k == 0)
        }
        for n in range(edge, N - edge + 1):
            probability = mp.binomial(N, n) * p**n * (1 - p) ** (N - n)
            if probability == 0:
                continue
            before = divergence(p, (n + k) / (N + 2 * k))
            weight += probability
            for m, chance in enumerate(chances):
                if chance:
                    total += probability * chance * (before - after[n + m]) ** power
        return total / weight


def improvements(heads, N, more, delta, p, k):
    """KL before less KL after, in 60 digits, as floats."""
    with mp.workdps(60):
        return np.array([
            float(
                divergence(p, (n + mp.mpf(k)) / (N + 2 * mp.mpf(k)))
                - divergence(p, (n + m + mp.mpf(k)) / (N + delta + 2 * mp.mpf(k)))
            )
            for n, m in zip(map(int, heads), map(int, more), strict=True)
        ])  # fmt: skip


def count_streams(rng, p, most, length, both_faces, replicates):
    """Heads in a memory that is fed tosses one by one and stops counting when it is full."""
    found = []
    for _ in range(replicates):
        heads = None
        while heads is None or (both_faces and heads in (0, most)):
            memory = []
            for _ in range(length):
                toss = rng.random() < p
                if len(memory) < most:
                    memory.append(toss)
            heads = sum(memory)
        found.append(heads)
    return np.array(found)
