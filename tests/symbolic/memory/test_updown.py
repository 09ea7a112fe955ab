"""The stall of the up/down counter against its Bayes risk, state by state."""

from math import pi

import numpy as np
import pytest

import symbolic

STEP = 1 / 16
Z = (np.arange(-240, 240) + 0.5) * STEP


def risk(weights, bias):
    """Mean square error of the best estimate at each state; weights of shape (states, biases)."""
    chance = weights.sum(axis=1)
    estimate = weights @ bias / chance
    return estimate, (weights * (bias - estimate[:, None]) ** 2).sum(axis=1)


def bayes_error(n):
    """Of n states, p uniform: the trapezoidal rule in z, log odds (4/n) sinh z."""
    t = 4 / n * np.sinh(Z[np.abs(np.sinh(Z)) < 20 * n])
    width = 4 / n * np.cosh(Z[np.abs(np.sinh(Z)) < 20 * n]) * STEP
    bias = 1 / (1 + np.exp(-t))
    logs = np.arange(n)[:, None] * t
    weights = np.exp(logs - logs.max(axis=0))
    weights *= bias * (1 - bias) * width / weights.sum(axis=0)
    return risk(weights, bias)[1].sum()


def infinite(states=4000):
    """Floor and G of infinitely many states, from the top, with their tails added."""
    t = np.exp(np.arange(-14, 4.5, 1 / 32))
    bias = 1 / (1 + np.exp(-t))
    i = np.arange(states)
    weights = np.exp(-np.outer(i, t)) * -np.expm1(-t) * bias * (1 - bias) * t / 32
    estimate, error = risk(weights, bias)
    floor = 2 * error.sum() + 1 / (48 * (states - 0.5) ** 3)
    return floor, ((estimate - 0.5) ** 2).sum() + 1 / (4 * states)


def test_the_counter_stalls_at_a_floor():
    derivation = symbolic.get("updown.estimation")
    report = derivation.check()
    assert report.passed
    assert report.proved
    floor, away = infinite()
    assert floor == pytest.approx(0.012308946, abs=1e-9)
    law = derivation.law_at({"L_0": floor, "G": away})
    assert law.exponent == 2
    assert float(law.floor) == pytest.approx(floor)
    few, more, most = (n**2 * (bayes_error(n) - floor) for n in (40, 80, 160))
    limit = (4 * more - few) / 3  # there is no term of order n^-3
    assert float(law.prefactor) == pytest.approx(limit, rel=2e-4, abs=0)
    assert (limit - few) / (limit - more) == pytest.approx(4, rel=0.05, abs=0)
    assert float(law.prefactor) == pytest.approx(pi**2 * 0.2439837 / 6, rel=1e-4, abs=0)
    assert most == pytest.approx(limit, rel=1e-3, abs=0)
