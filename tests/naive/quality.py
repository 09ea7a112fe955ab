"""Slow and obvious twins of coins seen through bad data. Imports nothing of toylaws."""

import mpmath as mp


def divergence(p, estimate):
    """KL(p‖estimate)."""
    total = mp.mpf(0)
    if p > 0:
        total += p * mp.log(p / estimate)
    if p < 1:
        total += (1 - p) * mp.log((1 - p) / (1 - estimate))
    return total


def expected(p, q, N, loss):
    """The mean of loss(recorded heads) over all numbers of them."""
    seen = p + q - 2 * p * q
    weight, total = (1 - seen) ** N, mp.mpf(0)
    for n in range(N + 1):
        total += weight * loss(n)
        weight *= mp.mpf(N - n) / (n + 1) * seen / (1 - seen)
    return total


def expected_with_flips(p, q, k, N):
    """E KL(p‖(N₁ + k)/(N + 2k)), N₁ the recorded heads, in 50 digits."""
    with mp.workdps(50):
        p, q, k = mp.mpf(p), mp.mpf(q), mp.mpf(k)
        return expected(p, q, N, lambda n: divergence(p, (n + k) / (N + 2 * k)))


def expected_with_undone_flips(p, q, N):
    """E KL(p‖p̂) with p̂ = (N₁/N - q)/(1-2q), moved to 1/(2N) from the ends; or to 1, if p = 1."""
    with mp.workdps(50):
        p, q = mp.mpf(p), mp.mpf(q)
        edge = mp.mpf(1) / (2 * N)
        top = mp.mpf(1) if p == 1 else 1 - edge

        def loss(n):
            return divergence(p, min(max((mp.mpf(n) / N - q) / (1 - 2 * q), edge), top))

        return expected(p, q, N, loss)


def expected_with_erasures(p, q, k, N):
    """E KL(p‖(N₁ + k)/(M + 2k)) over all numbers M of tosses that are left, and heads in them."""
    with mp.workdps(30):
        p, q, k = mp.mpf(p), mp.mpf(q), mp.mpf(k)
        total = mp.mpf(0)
        for m in range(N + 1):
            left = mp.binomial(N, m) * (1 - q) ** m * q ** (N - m)
            for n in range(m + 1):
                weight = mp.binomial(m, n) * p**n * (1 - p) ** (m - n)
                total += left * weight * divergence(p, (n + k) / (m + 2 * k))
        return total


def expanded(p, seen, middle, scale, N):
    """E KL(p‖middle + (N₁ - N seen)/scale) for large N, from the central moments of N₁."""
    v, s = seen * (1 - seen), 1 - 2 * seen
    moments = [
        N * v,
        N * v * s,
        3 * N**2 * v**2 + N * v * (1 - 6 * v),
        10 * N**2 * v**2 * s + N * v * s * (1 - 12 * v),
        15 * N**3 * v**3 + 5 * N**2 * v**2 * (5 - 26 * v) + N * v * (1 - 30 * v + 120 * v**2),
    ]
    total = divergence(p, middle)
    for j, moment in enumerate(moments, start=2):
        slope = ((-1) ** j * p / middle**j + (1 - p) / (1 - middle) ** j) / j
        total += slope * moment / mp.mpf(scale) ** j
    return total


def expected_with_flips_of_many(p, q, k, N):
    """As `expected_with_flips`, for large N."""
    with mp.workdps(60):
        p, q, k = mp.mpf(p), mp.mpf(q), mp.mpf(k)
        seen = p + q - 2 * p * q
        return expanded(p, seen, (N * seen + k) / (N + 2 * k), N + 2 * k, N)


def expected_with_undone_flips_of_many(p, q, N):
    """As `expected_with_undone_flips`, for large N and p far from 0 and 1."""
    with mp.workdps(60):
        p, q = mp.mpf(p), mp.mpf(q)
        return expanded(p, p + q - 2 * p * q, p, N * (1 - 2 * q), N)


def expected_with_erasures_of_many(p, q, k, N):
    """As `expected_with_erasures`, for large N, to relative 1/N²: two terms."""
    with mp.workdps(40):
        p, q, k, v = mp.mpf(p), mp.mpf(q), mp.mpf(k), mp.mpf(p) * (1 - mp.mpf(p))
        second = (6 * k**2 * (1 - 4 * v) - 12 * k * (1 - 2 * v) + 5 - 11 * v) / (12 * v)
        left = (1 - q) * N
        return 1 / (2 * left) + (q / 2 + second) / left**2


def expected_at_the_boundary(q, N):
    """As `expected_with_undone_flips` with p = 1, over the flips within 14 standard deviations."""
    with mp.workdps(50):
        q = mp.mpf(q)
        reach = 14 * mp.sqrt(N * q * (1 - q)) + 60
        first = max(0, int(N * q - reach))
        weight = mp.exp(
            mp.loggamma(N + 1) - mp.loggamma(first + 1) - mp.loggamma(N - first + 1)
            + first * mp.log(q) + (N - first) * mp.log(1 - q)
        )  # fmt: skip
        total = mp.mpf(0)
        for flips in range(first, int(N * q + reach) + 1):
            if flips > N * q:
                total -= weight * mp.log(1 - (flips - N * q) / (N * (1 - 2 * q)))
            weight *= mp.mpf(N - flips) / (flips + 1) * q / (1 - q)
        return total
