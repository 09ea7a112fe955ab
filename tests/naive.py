"""Slow and obvious twins of the kernels and estimators. Imports nothing of toylaws."""

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
    """Numbers of heads by comparing binary digits, one toss at a time.

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
    for _ in range(replicates if digits else 0):
        undecided, found = N, 0
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


def squared_means(rng, N, d, replicates):
    """Squared length of the mean of N standard normal vectors."""
    losses = []
    for _ in range(replicates):
        means = [sum(rng.standard_normal() for _ in range(N)) / N for _ in range(d)]
        losses.append(sum(mean * mean for mean in means))
    return np.array(losses)


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


def nearest(points, queries, periodic):
    """Index of the nearest point, by looking at every image of every point."""
    found = []
    for one, asked in zip(points, queries, strict=True):
        row = []
        for query in asked:
            gaps = np.abs(one - query)
            if periodic:
                gaps = np.minimum(gaps, 1 - gaps)
            row.append(int(np.argmin(np.sum(gaps**2, axis=1))))
        found.append(row)
    return np.array(found)


def torus_neighbors(rng, d, D, loss, queries, replicates):
    """Losses from the nearest distance as an order statistic, a direction and a phase."""
    volume = math.pi ** (d / 2) / math.gamma(d / 2 + 1)
    losses = []
    for _ in range(replicates):
        total = 0.0
        for _ in range(queries):
            share = 1 - math.exp(-rng.standard_exponential() / D)
            direction = rng.standard_normal(d)
            shift = (share / volume) ** (1 / d) * direction[0] / np.linalg.norm(direction)
            phase = rng.random()
            one, other = math.cos(2 * math.pi * phase), math.cos(2 * math.pi * (phase + shift))
            if loss == "zero-one":
                total += (one > 0) != (other > 0)
            else:
                total += abs(one - other) ** (1 if loss == "absolute" else 2)
        losses.append(total / queries)
    return np.array(losses)


def torus_loss(d, D, loss):
    """Expected loss on the torus by quadrature over the share of the volume, in 16 digits."""
    with mp.workdps(16):
        half = mp.mpf(d) / 2
        volume = mp.pi**half / mp.gamma(half + 1)
        moment = mp.gamma(half) / (mp.sqrt(mp.pi) * mp.gamma(half + mp.mpf(1) / 2))

        def cost(r):
            if loss == "zero-one":
                return 2 * moment * r
            if loss == "squared":  # 1 - the characteristic function of a uniform direction
                with mp.workdps(50):
                    return 1 - mp.hyp0f1(half, -((mp.pi * r) ** 2))
            z = mp.pi * r  # (4/pi) E sin(z |u|), a Struve function
            return 4 / mp.pi * z * moment * mp.hyp1f2(1, 1.5, half + 0.5, -(z**2) / 4)

        def integrand(t):  # share v = 1 - exp(-s/D), s = exp(t)
            s = mp.e**t
            v = -mp.expm1(-s / D)
            return unit * cost((v / volume) ** (1 / mp.mpf(d))) * mp.e ** (t - s)

        unit = mp.mpf(D) ** (2 / mp.mpf(d))  # quadrature stops at an absolute error
        return mp.quad(integrand, [-40, -12, -4, -2, -1, 0, 1, 2, 3, 4]) / unit


def sphere_loss(d, D, loss):
    """Expected loss on the sphere by quadrature over the angle, in 16 digits."""
    with mp.workdps(16):
        half = mp.mpf(d) / 2

        def outside(angle):  # share of the sphere farther than the angle
            if angle > mp.pi / 2:
                return mp.betainc(half, 0.5, 0, mp.sin(angle) ** 2, regularized=True) / 2
            return 1 - mp.betainc(half, 0.5, 0, mp.sin(angle) ** 2, regularized=True) / 2

        mean = mp.gamma(half + 0.5) / (mp.sqrt(mp.pi) * mp.gamma(half + 1))

        def slope(angle):
            if loss == "squared":  # of 4 sin²(angle/2)
                return 2 * mp.sin(angle)
            return 1 / mp.pi if loss == "zero-one" else mp.sqrt(d + 1) * mean * mp.cos(angle / 2)

        area = d * mp.beta(half, 0.5)
        # where about s points would lie within the angle
        cuts = [(area * s / D) ** (1 / mp.mpf(d)) for s in (0.01, 0.1, 0.5, 1, 2, 4, 8, 16, 40)]
        cuts = [0, *(c for c in cuts if c < 3), mp.pi]
        unit = mp.mpf(D) ** (2 / mp.mpf(d))  # quadrature stops at an absolute error
        return mp.quad(lambda angle: unit * slope(angle) * outside(angle) ** D, cuts) / unit


def log_evidence_of_power_law(sizes, losses, errors, powers, width):
    """Log evidence, and mean and deviation of the exponent, by sums over a grid.

    c N^-a (1 + Σ b_j (N/N₁)^-w_j), flat in log c and a, b_j ~ Normal(0, width²); log c and a on a
    grid, and one b at the most.
    """
    ratio = sizes / sizes[0]
    grids = [np.linspace(-0.3, 0.3, 121), np.linspace(0.44, 0.56, 81)]
    b_grid = np.linspace(-0.3, 0.5, 161) if powers else np.zeros(1)
    log_c, a = np.meshgrid(*grids, indexing="ij")
    scaled = losses / losses[0]
    logs = np.full((b_grid.size, *a.shape), -np.inf)
    for k, b in enumerate(b_grid):
        chi2 = np.zeros_like(a)
        for r, y, e in zip(ratio, scaled, errors / losses[0], strict=True):
            bend = 1 + (b * r ** -powers[0] if powers else 0.0)
            chi2 += ((y - np.exp(log_c) * r**-a * bend) / e) ** 2
        logs[k] = -chi2 / 2 - (b / width) ** 2 / 2
    top = logs.max()
    mass = np.exp(logs - top)
    cell = (grids[0][1] - grids[0][0]) * (grids[1][1] - grids[1][0])
    total = mass.sum() * cell
    if powers:
        total *= (b_grid[1] - b_grid[0]) / (width * np.sqrt(2 * np.pi))
    share = mass.sum(axis=(0, 1)) / mass.sum()
    mean = share @ grids[1]
    return np.log(total) + top, mean, np.sqrt(share @ (grids[1] - mean) ** 2)


def mixture_quantile(level, centres, spreads, weights):
    """A quantile of a mixture of normals, by bisection."""
    from math import erfc, sqrt

    low, high = min(centres - 9 * spreads), max(centres + 9 * spreads)
    for _ in range(100):
        middle = (low + high) / 2
        below = sum(
            w * erfc(-(middle - c) / s / sqrt(2)) / 2
            for c, s, w in zip(centres, spreads, weights, strict=True)
        )
        low, high = (middle, high) if below < level else (low, middle)
    return (low + high) / 2
