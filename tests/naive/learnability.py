"""Slow and obvious twins of learners on the line and of memories. Imports nothing of toylaws."""

import math
from itertools import pairwise

import numpy as np


def gaps(rng, thresholds, N):
    """From each threshold to the nearest of N points on either side, or to the end."""
    found = []
    for t in thresholds:
        points = [rng.random() for _ in range(N)]
        negative = [x for x in points if x < t]
        positive = [x for x in points if not x < t]
        found.append((t - max(negative, default=0.0), min(positive, default=1.0) - t))
    return np.array(found).T


def nearest_label_errors(rng, N, segments, replicates):
    """Share of the line where the nearest of N points has another label, by a sum over cells."""
    errors = []
    for _ in range(replicates):
        points = sorted(rng.random() for _ in range(N))
        middles = [(a + b) / 2 for a, b in pairwise(points)]
        borders = [j / segments for j in range(1, segments)]
        edges = sorted([0.0, 1.0, *middles, *borders])
        wrong = 0.0
        for start, end in pairwise(edges):
            x = (start + end) / 2
            nearest = min(points, key=lambda y: abs(x - y))
            differ = (int(x * segments) - int(nearest * segments)) % 2
            wrong += (end - start) * differ
        errors.append(wrong)
    return np.array(errors)


def fewest_errors(rng, N, k, clear, replicates):
    """Excess errors of thresholds with the fewest wrong labels, from all N points, sorted."""
    losses = []
    for _ in range(replicates):
        points = np.sort(rng.random(N))
        margins = clear * np.abs(2 * (points - 0.5)) ** k
        correct = rng.random(N) < (1 + margins) / 2
        positive = (points >= 0.5) == correct
        wrong = [
            np.count_nonzero(positive[:i]) + np.count_nonzero(~positive[i:]) for i in range(N + 1)
        ]
        ties = np.flatnonzero(wrong == np.min(wrong))
        i = ties[int(rng.random() * ties.size)]
        edges = [0.0, *points, 1.0]
        shift = abs((edges[i] + edges[i + 1]) / 2 - 0.5)
        losses.append(clear * 2**k * shift ** (k + 1) / (k + 1))
    return np.array(losses)


def walk_outwards(rng, n, k, clear):
    """One side of a noisy threshold: depth, ties, the gap that is drawn, the first point."""
    share, points, levels = 0.0, [], [0]
    ties, drawn = 0, None
    for i in range(n):
        share += (1 - share) * -math.expm1(-rng.standard_exponential() / (n - i))
        points.append(share / 2)
        margin = clear * share**k
        right = 2 * rng.random() < 1 + margin
        levels.append(levels[-1] + (1 if right else -1))
        lowest = min(levels[:-1])
        if levels[-1] < lowest:
            ties, drawn = 1, i
        elif levels[-1] == lowest and not right:
            ties += 1
            if rng.random() * ties < 1:
                drawn = i
        elif right and i % 8 == 0 and 2 * margin * (levels[-1] - lowest) > 42:
            break
    edges = [*points, 0.5]
    place = 0.0 if drawn is None else (edges[drawn] + edges[drawn + 1]) / 2
    return -min(levels), ties, place, edges[0]


def unseen(rng, N, K, replicates):
    """How many of K atoms are not among N draws."""
    counts = []
    for _ in range(replicates):
        seen = set()
        for _ in range(N):
            seen.add(int(rng.random() * K))
            if len(seen) == K:
                break
        counts.append(K - len(seen))
    return np.array(counts, dtype=float)


def geometric_missing_mass(rng, N, q, replicates):
    """Probability of the geometric atoms that are not among N draws."""
    rate = -math.log(q)
    masses = []
    for _ in range(replicates):
        seen = {int(rng.standard_exponential() / rate) for _ in range(N)}
        last = max(seen)
        missing = [(1 - q) * q**i for i in range(last) if i not in seen]
        masses.append(math.fsum([q ** (last + 1), *missing]))
    return np.array(masses)


def listed_missing_mass(rng, N, q, probabilities, replicates):
    """Probability of the listed atoms that are not among N geometric draws; the last takes all."""
    rate, last = -math.log(q), len(probabilities) - 1
    masses = []
    for _ in range(replicates):
        seen = {min(int(rng.standard_exponential() / rate), last) for _ in range(N)}
        masses.append(math.fsum(p for i, p in enumerate(probabilities) if i not in seen))
    return np.array(masses)


def slow_atom(rng, C, listed):
    """The rank of an atom with p_i = C/(i ln²(i+1)): a table first, then by rejection."""
    u, total = rng.random(), 0.0
    for i in range(1, listed + 1):
        total += C / (i * math.log1p(i) ** 2)
        if u < total:
            return float(i)
    n = listed + 1.0
    while True:
        y = math.log(n) / (1 - rng.random())
        if y > 36:
            if rng.random() * (1 + 0.5 / n) < 1:
                return math.exp(y) if y < 700 else math.inf
            continue
        i = math.floor(math.exp(y))
        factor = math.log(i) / (i * math.log1p(1 / i) * math.log1p(i))
        if rng.random() * (1 + 0.5 / n) < factor:
            return float(i)


def slow_losses(rng, N, queries, C, listed, replicates):
    """Missing mass after N draws, or the share of queries that are new."""
    losses = []
    for _ in range(replicates):
        seen = {slow_atom(rng, C, listed) for _ in range(N)}
        seen = {rank for rank in seen if rank < 2**52}
        if queries == 0:
            losses.append(1 - math.fsum(C / (i * math.log1p(i) ** 2) for i in seen))
        else:
            new = [slow_atom(rng, C, listed) not in seen for _ in range(queries)]
            losses.append(sum(new) / queries)
    return np.array(losses)
