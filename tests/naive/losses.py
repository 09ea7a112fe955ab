"""Slow and obvious twins of the losses other than the log loss. Imports nothing of toylaws."""

import math
from fractions import Fraction

import mpmath as mp
import numpy as np


def divergence(p, estimate, alpha):
    """Excess Fenchel-Young loss of an estimate, from the entropy and its slope, in mpmath."""
    p, r, a = mp.mpf(p), mp.mpf(estimate), mp.mpf(alpha)
    if a == 1:
        return sum(x * mp.log(x / y) for x, y in ((p, r), (1 - p, 1 - r)))
    omega = [(z**a + (1 - z) ** a - 1) / (a * (a - 1)) for z in (p, r)]
    slope = (r ** (a - 1) - (1 - r) ** (a - 1)) / (a - 1)
    return omega[0] - omega[1] - slope * (p - r)


def expected_divergence(p, alpha, N):
    """Its mean after N tosses in 60 digits; given that both faces were seen, if alpha <= 1."""
    edge = int(alpha <= 1)
    with mp.workdps(60):
        p = mp.mpf(p)
        weights = {
            n: mp.binomial(N, n) * p**n * (1 - p) ** (N - n) for n in range(edge, N + 1 - edge)
        }
        total = sum(w * divergence(p, mp.mpf(n) / N, alpha) for n, w in weights.items())
        return total / sum(weights.values())


def expected_divergence_of_many(p, alpha, N, order=10):
    """The same for very large N: Taylor series of the loss in central moments, in 60 digits."""
    with mp.workdps(60):
        p, a = mp.mpf(p), mp.mpf(alpha)
        total = mp.mpf(0)
        for j, moment in enumerate(central_moments(p, N, order)[2:], start=2):
            # each face has p^a times the integral of u (1+u)^(a-2) up to the relative deviation
            factor = mp.binomial(a - 2, j - 2) / j
            total += (
                factor * moment * (p ** (a - j) + (-1) ** j * (1 - p) ** (a - j)) / mp.mpf(N) ** j
            )
        return total


def central_moments(p, N, order):
    """Of a number of heads, by Romanovsky's recurrence with polynomials in p."""
    polynomials = [[mp.mpf(1)], [mp.mpf(0)]]
    for r in range(1, order):
        derivative = [i * c for i, c in enumerate(polynomials[r])][1:]
        lower = [r * N * c for c in polynomials[r - 1]]
        size = max(len(derivative), len(lower))
        total = [
            (derivative[i] if i < len(derivative) else 0) + (lower[i] if i < len(lower) else 0)
            for i in range(size)
        ]
        following = [mp.mpf(0)] * (size + 2)
        for i, c in enumerate(total):
            following[i + 1] += c
            following[i + 2] -= c
        polynomials.append(following)
    return [mp.polyval(polynomial[::-1], p) for polynomial in polynomials]


def hinge_losses(heads, N, p):
    """Excess expected hinge loss of the score that is best on each sample, by trying scores."""

    def cost(score, share):
        return share * max(0, 1 - score) + (1 - share) * max(0, 1 + score)

    scores = [Fraction(i, 4) for i in range(-8, 9)]
    truth = Fraction(p)
    least = min(cost(score, truth) for score in scores)
    out = []
    for n in heads.tolist():
        costs = [cost(score, Fraction(n, N)) for score in scores]
        best = [score for score, c in zip(scores, costs, strict=True) if c == min(costs)]
        chosen = min(best, key=abs)  # in a tie 0; 1 or -1, if only one face was seen
        out.append(float(cost(chosen, truth) - least))
    return np.array(out)


def expected_hinge(p, N):
    """Its mean, by summing all numbers of heads."""
    with mp.workdps(60):
        p = mp.mpf(p)
        low = min(p, 1 - p)
        wrong = sum(
            mp.binomial(N, n) * low**n * (1 - low) ** (N - n) for n in range(N // 2 + 1, N + 1)
        )
        tie = mp.binomial(N, N // 2) * (p * (1 - p)) ** (N // 2) if N % 2 == 0 else 0
        return 2 * abs(1 - 2 * p) * (wrong + tie / 2)


def expected_hinge_of_many(p, N):
    """The same for an even N of any size: (p-q)² times the sum of all later tie probabilities."""
    with mp.workdps(60):
        p, m = mp.mpf(p), N // 2
        v = p * (1 - p)
        log_tie = mp.loggamma(N + 1) - 2 * mp.loggamma(m + 1) + m * mp.log(v)
        later = mp.hyp2f1(1, m + mp.mpf(1) / 2, m + 1, 4 * v)
        return (1 - 2 * p) ** 2 * mp.exp(log_tie) * later


def hinge_descent(eta, scores, steps):
    """Losses after 0, 1, 2, ... steps, in exact arithmetic."""
    eta = Fraction(eta)
    first, second, out = Fraction(0), Fraction(0), []
    for _ in range(steps + 1):
        out.append(float(max(Fraction(0), 1 - (first - second))))
        if first - second < 1:
            first += eta
            if scores == 2:
                second -= eta
    return out


def entmax_loss(q, alpha):
    """The loss of a score that gives tails the probability q, where heads is certain."""
    return divergence(1, 1 - mp.mpf(q), alpha) if alpha != 1 else -mp.log1p(-mp.mpf(q))


def entmax_descent(alpha, eta, steps):
    """Probabilities of tails after 0, 1, 2, ... steps; the score is mapped back by bisection."""
    with mp.workdps(40):
        a = mp.mpf(alpha)

        def score(q):
            if a == 1:
                return mp.log((1 - q) / q)
            return ((1 - q) ** (a - 1) - q ** (a - 1)) / (a - 1)

        theta, q, out = mp.mpf(0), mp.mpf(1) / 2, [mp.mpf(1) / 2]
        for _ in range(steps):
            theta += eta * q
            low, high = mp.mpf(-400), mp.mpf(-0.5)  # of ln q
            for _ in range(130):
                middle = (low + high) / 2
                low, high = (middle, high) if score(mp.exp(middle)) > theta else (low, middle)
            q = mp.exp(low)
            out.append(q)
        return out


def flow_time(q, alpha):
    """How long gradient flow takes from 1/2 to q, by quadrature."""
    with mp.workdps(30):
        a = mp.mpf(alpha)
        ends = mp.linspace(mp.log(q), -mp.log(2), 9)
        return mp.quad(lambda y: (1 - mp.exp(y)) ** (a - 2) + mp.exp(y * (a - 2)), ends)


def flow(alpha, ends):
    """ln(1/(2q)) at ascending s = ln(1 + tau), by steps of 1/256 of Runge and Kutta's method."""

    def rate(s, fall):
        q = 0.5 * math.exp(-fall)
        heads = math.exp((alpha - 2) * math.log1p(-q))
        return math.exp(s) / (heads + math.exp((2 - alpha) * (fall + math.log(2))))

    def advance(s, h, fall):
        first = rate(s, fall)
        second = rate(s + 0.5 * h, fall + 0.5 * h * first)
        third = rate(s + 0.5 * h, fall + 0.5 * h * second)
        fourth = rate(s + h, fall + h * third)
        return fall + h * (first + 2.0 * (second + third) + fourth) / 6.0

    out = []
    for end in ends:  # each from the start
        fall, done = 0.0, 0
        while (done + 1) / 256 <= end:
            fall = advance(done / 256, 1 / 256, fall)
            done += 1
        out.append(advance(done / 256, end - done / 256, fall))
    return np.array(out)
