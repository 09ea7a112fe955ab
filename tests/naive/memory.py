"""Slow and obvious twins of memories with few states. Imports nothing of toylaws."""

import math

import mpmath as mp
import numpy as np


def divergence(p, estimate):
    """KL(p‖estimate) in mpmath's working precision."""
    p, estimate = mp.mpf(p), mp.mpf(estimate)
    pairs = ((p, estimate), (1 - p, 1 - estimate))
    return mp.fsum(share * mp.log(share / guess) for share, guess in pairs if share > 0)


def stored(rng, cells, replicates):
    """Losses of random angles that are replaced by the centres of their cells, in 40 digits."""
    losses = []
    with mp.workdps(40):
        width = mp.pi / 2 / cells
        for _ in range(replicates):
            place = mp.mpf(rng.random() * cells)
            centre = (mp.floor(place) + mp.mpf(1) / 2) * width
            losses.append(float(divergence(mp.sin(place * width) ** 2, mp.sin(centre) ** 2)))
    return np.array(losses)


def expected_stored(cells):
    """Mean loss by quadrature over every cell."""
    total = mp.mpf(0)
    width = mp.pi / 2 / cells
    for cell in range(cells):
        guess = mp.sin((cell + mp.mpf(1) / 2) * width) ** 2
        inside = [cell * width, (cell + mp.mpf(1) / 2) * width, (cell + 1) * width]
        total += mp.quad(lambda phi, guess=guess: divergence(mp.sin(phi) ** 2, guess), inside)
    return total * 2 / mp.pi


def overwrite(rng, p, m, tosses, replicates):
    """Last states of machines that start in state 0."""
    states = []
    for _ in range(replicates):
        state = 0
        for _ in range(tosses):
            u = rng.random()
            if u < p:
                if u < p / m * (m - state):
                    state += 1
            elif 1.0 - u < (1.0 - p) / m * state:
                state -= 1
        states.append(state)
    return np.array(states)


def read_up_down(rng, biases, n):
    """States now, by the map from all n states long ago, composed with one earlier toss a time."""
    found = []
    for p in biases:
        now = list(range(n))
        while len(set(now)) > 1:
            heads = rng.random() < p
            after = [min(x + 1, n - 1) if heads else max(x - 1, 0) for x in range(n)]
            now = [now[x] for x in after]
        found.append(now[0])
    return np.array(found)


def up_down_risk(n):
    """Mean squared error of the best estimate from the state, p uniform, by quadrature."""
    near = mp.mpf(8) / n
    spots = [s for s in (mp.mpf(1) / 2 - near, mp.mpf(1) / 2 + near) if 0 < s < 1]
    places = [mp.mpf(0), *spots[:1], mp.mpf(1) / 2, *spots[1:], mp.mpf(1)]

    def weight(p, state):
        odds = p / (1 - p)
        total = mp.fsum(odds**i for i in range(n))
        return odds**state / total

    risk = mp.mpf(1) / 3
    for state in range(n):
        chance, mean = (
            mp.quad(lambda p, s=state, r=r: weight(p, s) * p**r, places) for r in (0, 1)
        )
        risk -= mean**2 / chance
    return risk


def cycles(rng, p, k, half, rounds, start):
    """Mean losses of two counters that go from half to full, are halved, and so on."""
    means = []
    for heads in start:
        heads, losses = int(heads), []
        for _ in range(rounds):
            for time in range(half, 2 * half):
                losses.append(divergence(p, (heads + mp.mpf(k)) / (time + 2 * mp.mpf(k))))
                heads += rng.random() < p
            if heads % 2:
                heads += 1 if rng.random() < 0.5 else -1
            else:
                rng.random()
            heads //= 2
        means.append(float(mp.fsum(losses) / len(losses)))
    return np.array(means)


def expected_halving(p, k, M, rounds=60):
    """Mean loss over time of counters that are halved at M, from the law of their counts."""
    half = M // 2
    p = mp.mpf(p)
    tosses = [mp.binomial(half, i) * p**i * (1 - p) ** (half - i) for i in range(half + 1)]

    def add(law, more):
        out = [mp.mpf(0)] * (len(law) + len(more) - 1)
        for i, a in enumerate(law):
            for j, b in enumerate(more):
                out[i + j] += a * b
        return out

    heads = tosses
    for _ in range(rounds):
        full, heads = add(heads, tosses), [mp.mpf(0)] * (half + 1)
        for i, chance in enumerate(full):
            heads[i // 2] += chance / 2
            heads[(i + 1) // 2] += chance / 2
    losses = []
    for time in range(half, M):
        estimates = [(i + mp.mpf(k)) / (time + 2 * mp.mpf(k)) for i in range(time + 1)]
        pairs = zip(heads, estimates, strict=True)
        losses.append(mp.fsum(w * divergence(p, guess) for w, guess in pairs))
        heads = add(heads, [1 - p, p])
    return mp.fsum(losses) / half


def climb(rng, a, counts):
    """Levels of Morris counters after so many counts, by the waiting time at each level."""
    base, reached = math.log1p(1 / a), []
    for count in counts:
        left, level = int(count), 0
        while left > 0:
            up = math.exp(-base * level)
            wait = 0.0 if level == 0 else -1 / math.log1p(-up)
            passed = math.floor(rng.standard_exponential() * wait)
            if passed >= left:
                break
            left -= passed + 1
            level += 1
        reached.append(level)
    return np.array(reached)


def climb_count_by_count(rng, a, counts, replicates):
    """Levels of Morris counters that decide at every single count."""
    levels = np.zeros(replicates, dtype=int)
    for _ in range(counts):
        levels += rng.random(replicates) < (1 + 1 / a) ** -levels.astype(float)
    return levels


def level_law(a, counts, top):
    """Probabilities of the levels 0 ... top of a Morris counter after so many counts."""
    b = 1 + mp.mpf(1) / a
    law = [mp.mpf(1)] + [mp.mpf(0)] * top
    for _ in range(counts):
        moved = [w * b**-x for x, w in enumerate(law)]
        law = [w - moved[x] + (moved[x - 1] if x else 0) for x, w in enumerate(law)]
    return law


def expected_morris(p, a, T):
    """Mean loss of two Morris counters after T tosses, given that both faces were seen."""
    p, b = mp.mpf(p), 1 + mp.mpf(1) / a
    laws = [level_law(a, counts, T) for counts in range(T + 1)]
    total = seen = mp.mpf(0)
    for heads in range(1, T):
        chance = mp.binomial(T, heads) * p**heads * (1 - p) ** (T - heads)
        seen += chance
        for x in range(1, heads + 1):
            for y in range(1, T - heads + 1):
                guess = (b**x - 1) / (b**x + b**y - 2)
                total += chance * laws[heads][x] * laws[T - heads][y] * divergence(p, guess)
    return total / seen


def morris_floor(p, a):
    """Mean loss of Morris counters after an endless stream, from a Gaussian and a uniform number.

    Their ratio, relative to the true odds, has the logarithm w = N(0, b) + U(-b/2, b/2).
    """
    b, q = mp.log1p(mp.mpf(1) / a), 1 - mp.mpf(p)

    def density(w):
        return (mp.ncdf((w + b / 2) / mp.sqrt(b)) - mp.ncdf((w - b / 2) / mp.sqrt(b))) / b

    reach = 14 * mp.sqrt(b) + b
    return mp.quad(
        lambda w: density(w) * (mp.log(p + q * mp.exp(w)) - q * w),
        mp.linspace(-reach, reach, 11),
    )
