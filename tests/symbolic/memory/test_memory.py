"""Counters that forget and counters that skip against exact Markov chains."""

from functools import cache
from math import comb, exp, fsum, log

import numpy as np
import pytest

import symbolic


def divergence(p, estimate):
    return p * log(p / estimate) + (1 - p) * log((1 - p) / (1 - estimate))


@cache
def halving_loss(size, p, k):
    """Mean loss of two counters that are halved at N = size, from their stationary law."""
    half = size // 2
    tosses = [comb(half, i) * p**i * (1 - p) ** (half - i) for i in range(half + 1)]
    heads = np.array(tosses)
    for _ in range(40):
        full = np.convolve(heads, tosses)
        heads = full[::2].copy()
        heads[:-1] += full[1::2] / 2
        heads[1:] += full[1::2] / 2
    losses = []
    for n in range(half, size):
        losses.append(fsum(w * divergence(p, (i + k) / (n + 2 * k)) for i, w in enumerate(heads)))
        heads = np.convolve(heads, [1 - p, p])
    return fsum(losses) / half


SIZES = (64, 128, 256)


@pytest.mark.parametrize(("p", "k"), [(0.3, 0.5), (0.5, 1.0), (0.6, 0.25)])
def test_halving(p, k):
    law = symbolic.get("memory.halving").law_at({"p": p, "pseudocount": k})
    assert law.exponent == 1
    few, more, most = (size * halving_loss(size, p, k) for size in SIZES)
    assert float(law.prefactor) == pytest.approx((few - 6 * more + 8 * most) / 3, abs=1e-5)
    beyond = [size * (size * halving_loss(size, p, k) - float(law.prefactor)) for size in SIZES]
    slope = (beyond[0] - 6 * beyond[1] + 8 * beyond[2]) / 3
    derived = float((law.expression - law.leading).subs(law.size, 1))
    assert derived == pytest.approx(slope, rel=1e-3, abs=0)


def morris_levels_law(a, counts):
    """The distribution of the level of a Morris counter after so many counts."""
    levels = np.zeros(12 * a)
    levels[0] = 1.0
    up = (1 + 1 / a) ** -np.arange(levels.size)
    for _ in range(counts):
        moved = levels * up
        levels = levels - moved
        levels[1:] += moved[:-1]
    return levels


def two_counters(a, heads, tails):
    values = a * ((1 + 1 / a) ** np.arange(12 * a) - 1)
    p = heads / (heads + tails)
    likely = []
    for counts in (heads, tails):
        weights = morris_levels_law(a, counts)
        seen = weights > 1e-13
        likely.append((values[seen], weights[seen]))
    (up, up_weights), (down, down_weights) = likely
    estimate = up[:, None] / (up[:, None] + down[None, :])
    losses = p * np.log(p / estimate) + (1 - p) * np.log((1 - p) / (1 - estimate))
    return float(up_weights @ losses @ down_weights)


@pytest.mark.parametrize("p", [0.3, 0.5])
def test_morris_floor(p):
    """Exact chains of so many counts that the count itself no longer matters."""
    law = symbolic.get("memory.morris").law_at({"p": p})
    scaled = []
    for a in (8, 16, 32):
        tosses = 2000 * a
        heads = round(p * tosses)
        scaled.append(a * two_counters(a, heads, tosses - heads))
    few, more, most = scaled
    derived = float((law.expression - law.leading).subs(law.size, 1))
    assert law.exponent == 1
    assert float(law.prefactor) == pytest.approx((few - 6 * more + 8 * most) / 3, rel=1e-3, abs=0)
    assert derived == pytest.approx(16 * (4 * (more - most) - (few - more)), rel=0.01, abs=0)


def test_the_best_number_of_levels_per_count():
    """p = 0.7: 0.307/K near K = 1.2 a, against 0.35/K without skipping."""
    levels = symbolic.get("memory.morris_levels")
    prefactors = {}
    for x in (0.001, 1.1, 1.2, 1.3, 2.0):
        law = levels.law_at({"p": 0.7, "x": x})
        prefactors[x] = float(law.expression.subs(law.size, 1))
    for x, prefactor in prefactors.items():
        assert prefactor == pytest.approx((0.21 * x + 0.7 * x / (exp(x) - 1)) / 2, rel=1e-12, abs=0)
    assert prefactors[1.2] == pytest.approx(0.307, abs=5e-4)
    assert prefactors[0.001] == pytest.approx(0.35, abs=2e-4)
    assert min(prefactors.values()) in (prefactors[1.1], prefactors[1.2], prefactors[1.3])
    assert levels.law.exponent == 1
