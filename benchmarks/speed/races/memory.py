"""Memories of few states, beside what a NumPy user would write for them.

The floor of each: *halving* one uniform and two table look-ups a toss (about 5 ns), the tosses
before the loss is measured 1/8 of a random word each; *counters* one exponential a level (3 ns);
*machine* one uniform a toss (3 ns); *up/down* one uniform a toss; *quantiser* one uniform, four
sines and two logarithms.

The cost of a replicate grows as M^1, a^1, K^1, n^1 (machine), n log n (up/down, over all biases)
and S^0; the short-cuts cost the same at every size.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.speed.race import Race, new_rng, same_mean
from toys import (
    EhrenfestAutomaton,
    HalvingCounter,
    Moments,
    MorrisCounter,
    Quantiser,
    UpDownEstimate,
)


def races() -> Iterator[Race]:
    """Each mechanism beside one that runs all replicates in step."""
    rng = new_rng()
    p, k = 0.3, 0.5

    M, few = 128, 2000
    halving = HalvingCounter(p=p, pseudocount=k, M=M)

    def halved_in_step() -> Moments:
        heads, total = rng.binomial(M // 2, p, size=few), np.zeros(few)
        for cycle in range(32):
            for time in range(M // 2, M):
                if cycle >= 24:
                    guess = (heads + k) / (time + 2 * k)
                    total += p * np.log(p / guess) + (1 - p) * np.log((1 - p) / (1 - guess))
                heads = heads + (rng.random(few) < p)
            heads = (heads + (rng.random(few) < 0.5)) // 2
        return Moments.of(total / (4 * M))

    yield Race(
        f"halving, tosses, M = {M}", "NumPy, toss by toss",
        lambda: halving.simulate_moments(rng, few), halved_in_step, same_mean,
    )  # fmt: skip

    a, stream = 16, 10**7
    morris = MorrisCounter(p=p, a=a)

    def climbed_in_step() -> Moments:
        heads = rng.binomial(stream * a, p, size=few)
        reached = []
        for counts in (heads, stream * a - heads):
            left, level = counts.copy(), np.zeros(few)
            for at in range(30 * a):
                left -= rng.geometric((1 + 1 / a) ** -at, size=few)
                level += left >= 0
                if np.all(left < 0):
                    break
            reached.append(np.expm1(level * np.log1p(1 / a)))
        guess = reached[0] / (reached[0] + reached[1])
        return Moments.of(p * np.log(p / guess) + (1 - p) * np.log((1 - p) / (1 - guess)))

    yield Race(
        f"Morris counters, a = {a}", "rng.geometric, level by level",
        lambda: morris.simulate_moments(rng, few), climbed_in_step, same_mean,
    )  # fmt: skip

    n = 40
    machine = EhrenfestAutomaton(p=p, states=n)

    def overwritten_in_step() -> Moments:
        state, m = np.zeros(few, dtype=int), n - 1
        for _ in range(machine._tosses):
            heads, moved = rng.random(few) < p, rng.random(few) * m
            state += heads & (moved < m - state)
            state -= ~heads & (moved < state)
        return Moments.of((state / m - p) ** 2)

    yield Race(
        f"machine, n = {n}", "NumPy, toss by toss",
        lambda: machine.simulate_moments(rng, few), overwritten_in_step, same_mean,
    )  # fmt: skip

    levels = 16
    counter = UpDownEstimate(states=levels)
    best = counter._estimates(np.arange(levels))

    def counted_in_step() -> Moments:
        biases, state = rng.random(few), np.full(few, levels // 2)
        for _ in range(3 * levels**2):
            state = np.clip(state + 2 * (rng.random(few) < biases) - 1, 0, levels - 1)
        return Moments.of((best[state] - biases) ** 2)

    yield Race(
        f"up/down, n = {levels}", "NumPy, toss by toss, a burn-in of 3 n² tosses",
        lambda: counter.simulate_moments(rng, few), counted_in_step, same_mean,
    )  # fmt: skip

    cells, many = 64, 200_000
    store = Quantiser(S=cells)

    def stored() -> Moments:
        phi = rng.random(many) * np.pi / 2
        width = np.pi / 2 / cells
        truth, guess = np.sin(phi) ** 2, np.sin((np.floor(phi / width) + 0.5) * width) ** 2
        losses = truth * np.log(truth / guess) + (1 - truth) * np.log((1 - truth) / (1 - guess))
        return Moments.of(losses)

    yield Race(
        f"quantiser, S = {cells}", "NumPy, all at once",
        lambda: store.simulate_moments(rng, many), stored, same_mean,
    )  # fmt: skip
