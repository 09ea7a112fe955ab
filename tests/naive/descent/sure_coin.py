"""Slow and obvious twins of descent at a sure coin, in 40 digits. Imports nothing of toylaws."""

import math

import mpmath as mp

DIGITS = 40


def loss(w):
    """The log loss of a logit."""
    return mp.log1p(mp.exp(-w))


def tails(w):
    """The negative gradient of the loss."""
    return 1 / (1 + mp.exp(w))


def descend(steps, eta):
    w = mp.mpf(0)
    for _ in range(steps):
        w += eta * tails(w)
    return loss(w)


def descend_by_schedule(steps, eta, g):
    w = mp.mpf(0)
    for s in range(1, steps + 1):
        w += eta * mp.mpf(s) ** -mp.mpf(g) * tails(w)
    return loss(w)


def descend_with_decay(steps, eta, decay):
    w = mp.mpf(0)
    for _ in range(steps):
        w = w + eta * tails(w) - mp.mpf(eta) * decay * w
    return loss(w)


def roll(steps, eta, mu):
    w = velocity = mp.mpf(0)
    for _ in range(steps):
        velocity = mu * velocity + eta * tails(w)
        w += velocity
    return loss(w)


def accelerate(steps, eta):
    w = before = mp.mpf(0)
    for s in range(1, steps + 1):
        ahead = w + mp.mpf(s - 1) / (s + 2) * (w - before)
        before, w = w, ahead + eta * tails(ahead)
    return loss(w)


def adagrad(steps, eta, s_0):
    w, squares = mp.mpf(0), mp.mpf(s_0) ** 2
    for _ in range(steps):
        slope = tails(w)
        squares += slope**2
        w += eta * slope / mp.sqrt(squares)
    return loss(w)


def normalised(steps, eta):
    w = mp.mpf(0)
    for _ in range(steps):
        w += mp.mpf(eta) * tails(w) / abs(tails(w))
    return loss(w)


def newton(steps):
    w = mp.mpf(0)
    for _ in range(steps):
        slope = tails(w)
        w += slope / (slope * (1 - slope))
    return loss(w)


def adam(steps, eta, beta_1, beta_2, epsilon):
    w, mean, square = mp.mpf(0), mp.mpf(0), mp.mpf(0)
    beta_1, beta_2 = mp.mpf(beta_1), mp.mpf(beta_2)
    for s in range(1, steps + 1):
        slope = tails(w)
        mean = beta_1 * mean + (1 - beta_1) * slope
        square = beta_2 * square + (1 - beta_2) * slope**2
        w += eta * (mean / (1 - beta_1**s)) / (mp.sqrt(square / (1 - beta_2**s)) + epsilon)
    return loss(w)


def runge_kutta(velocity, state, time, steps):
    """The state at a time, in floats, on a grid of so many steps for every factor e."""

    def moved(state, by, size):
        return [a + size * b for a, b in zip(state, by, strict=True)]

    def speed(s, state):
        return [math.exp(s) * v for v in velocity(state)]

    end, s = math.log1p(time), 0.0
    while s < end:
        h = min(1 / steps, end - s)
        one = speed(s, state)
        two = speed(s + h / 2, moved(state, one, h / 2))
        three = speed(s + h / 2, moved(state, two, h / 2))
        four = speed(s + h, moved(state, three, h))
        slope = [
            (a + 2 * (b + c) + d) / 6 for a, b, c, d in zip(one, two, three, four, strict=True)
        ]
        state, s = moved(state, slope, h), s + h
    return state


def flow(state):
    return [1 / (1 + math.exp(state[0]))]


def softmax_flow(state):
    """The gradient of the log of the first class's probability, for every logit."""
    total = sum(math.exp(z) for z in state)
    return [(k == 0) - math.exp(z) / total for k, z in enumerate(state)]


def squared_flow(state):
    """The negative gradient of (1 - p)²."""
    p = 1 / (1 + math.exp(-state[0]))
    return [2 * (1 - p) * p * (1 - p)]


def deep_flow(depth):
    def velocity(state):
        (u,) = state
        return [depth * u ** (depth - 1) / (1 + math.exp(u**depth))]

    return velocity


def adagrad_flow(eta):
    """In w and G itself, not its root."""

    def velocity(state):
        w, squares = state
        slope = 1 / (1 + math.exp(w))
        return [eta * slope / math.sqrt(squares), slope**2]

    return velocity
