"""Descent inside (0, 1) against naive recursions."""

import math
import random

import mpmath as mp
import pytest

import symbolic


def law(name, **values):
    derivation = symbolic.get(name)
    return float(derivation.value(derivation.law.expression, values))


def divergence(p, s):
    return p * math.log(p / s) + (1 - p) * math.log((1 - p) / (1 - s))


@pytest.mark.parametrize("p", [0.3, 0.7, 0.9])
def test_gradient_flow_by_runge_kutta(p):
    def speed(w):
        return p - 1 / (1 + math.exp(-w))

    tau = 6 / (p * (1 - p))
    w, n = 0.0, 4000
    h = tau / n
    for _ in range(n):
        a = speed(w)
        b = speed(w + h * a / 2)
        c = speed(w + h * b / 2)
        w += h * (a + 2 * b + 2 * c + speed(w + h * c)) / 6
    loss = divergence(p, 1 / (1 + math.exp(-w)))
    assert law("interior.gradient", tau=tau, p=p) == pytest.approx(loss, rel=3e-5, abs=0)


def linearised(r, start, steps):
    loss = start
    for t in range(1, steps + 1):
        loss = (1 - r / t) ** 2 * loss + r * r / (2 * t * t)
    return loss


@pytest.mark.parametrize(("r", "rel"), [(1.0, 1e-12), (2.5, 5e-4), (1.5, 2e-4), (0.75, 0.02)])
def test_sgd_recursion(r, rel):
    t = 2000
    got = law("stochastic.sgd", t=t, r=r, L_0=0.3)
    assert got == pytest.approx(linearised(r, 0.3, t), rel=rel, abs=0)


@pytest.mark.parametrize("start", [0.0, 0.5, 2.0])
def test_sgd_critical_recursion_with_its_constant(start):
    got = law("stochastic.sgd_critical", t=20_000, L_0=start)
    assert got == pytest.approx(linearised(0.5, start, 20_000), rel=1e-4, abs=0)


@pytest.mark.parametrize(("g", "start"), [(0.3, 0.5), (0.5, 0.0), (0.8, 1.0)])
def test_sgd_slow_recursion_and_its_amplitude(g, start):
    r = (1 - g) / 2
    series = mp.hyp3f2(1, 1, 1, 2 - r, 2 - r, 1) / mp.gamma(2 - r) ** 2
    amplitude = float(start / mp.gamma(1 - r) ** 2 + r**2 / 2 * series)
    derivation = symbolic.get("stochastic.sgd_slow")
    values = {"t": 20_000, "g": g, "H": amplitude}
    got = float(derivation.value(derivation.law.expression, values))
    assert got == pytest.approx(linearised(r, start, 20_000), rel=1e-4, abs=0)


@pytest.mark.parametrize("r", [1.0, 2.0])
def test_sgd_simulated_in_full(r):
    """The true recursion, not linearised, of a fair coin; 400 runs."""
    rng, t, total, runs = random.Random(3), 1000, 0.0, 400
    for _ in range(runs):
        w = 0.0
        for step in range(1, t + 1):
            w += 4 * r / (step + 4) * ((rng.random() < 0.5) - 1 / (1 + math.exp(-w)))
        total += divergence(0.5, 1 / (1 + math.exp(-w)))
    assert total / runs == pytest.approx(law("stochastic.sgd", t=t, r=r, L_0=0), rel=0.2, abs=0)


@pytest.mark.parametrize(("p", "eta"), [(0.3, 0.5), (0.5, 2.0)])
def test_constant_step_recursion(p, eta):
    v, loss = p * (1 - p), 0.7
    for _ in range(5):
        moment = 2 * loss / v
        loss = v / 2 * ((1 - eta * v) ** 2 * moment + eta**2 * v)
    got = law("interior.constant_step", t=5, p=p, eta=eta, L_0=0.7)
    assert got == pytest.approx(loss, rel=1e-12, abs=0)


@pytest.mark.parametrize(("p", "eta", "start"), [(0.3, 1.0, 1.0), (0.6, 2.0, -2.0)])
def test_average_of_predictions_by_moments(p, eta, start):
    """Mean of w, of the frequency, and their second moments, step by step."""
    v, T = p * (1 - p), 400
    keep = 1 - eta * v
    mean, spread, covariance = start, 0.0, 0.0  # of the deviation, with the sum of tosses
    for _ in range(T):
        mean, spread = keep * mean, keep**2 * spread + eta**2 * v
        covariance = keep * covariance + eta * v
    error = v / T - 2 * covariance / (eta * T**2)
    error += (spread + (mean - start) ** 2) / (eta * T) ** 2
    got = law("averaging.predictions", T=T, p=p, eta=eta, delta_0=start)
    assert got == pytest.approx(error / (2 * v), rel=1e-10, abs=0)


def test_average_of_weights_has_its_floor():
    """The mean logit of the true chain over many steps: biased by -(1-2p) eta/4."""
    rng, p, eta, w, total, n = random.Random(5), 0.9, 0.5, math.log(9), 0.0, 400_000
    for _ in range(n):
        w += eta * ((rng.random() < p) - 1 / (1 + math.exp(-w)))
        total += w
    seen = divergence(p, 1 / (1 + math.exp(-total / n)))
    floor = float(symbolic.get("averaging.weights").law.at({"p": p, "eta": eta}).floor)
    assert floor == pytest.approx(0.09 * 0.64 * 0.25 / 32)
    assert seen == pytest.approx(floor, rel=0.15, abs=0)


@pytest.mark.parametrize(("p", "eta"), [(0.3, 0.5), (0.9, 2.0), (0.6, 3.5)])
def test_gradient_steps_recursion(p, eta):
    """With the amplitude of a late step the law holds ten steps earlier, to its third term."""
    factor = 1 - eta * p * (1 - p)
    center = math.log(p / (1 - p))
    with mp.workdps(80):
        deltas = [mp.mpf(-center)]
        for _ in range(400):
            s = 1 / (1 + mp.exp(-(deltas[-1] + mp.mpf(center))))
            deltas.append(
                deltas[-1] + mp.mpf(eta) * (mp.mpf(1) / (1 + mp.exp(-mp.mpf(center))) - s)
            )
        late = next(t for t, delta in enumerate(deltas) if abs(delta) < 1e-12)
        amplitude = float(deltas[late] / mp.mpf(factor) ** late)
        early = next(t for t, delta in enumerate(deltas) if abs(delta) < 1e-2)
        loss = float(mp.log(1 - mp.mpf(p) + p * mp.exp(deltas[early])) - p * deltas[early])
    got = law("interior.gradient_steps", t=early, p=p, eta=eta, A=amplitude)
    assert got == pytest.approx(loss, rel=1e-3, abs=0)
    assert got != pytest.approx(loss * (1 + 0.005), rel=1e-3, abs=0)
