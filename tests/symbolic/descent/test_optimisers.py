"""Optimisers at a sure coin against naive recursions."""

import math

import mpmath as mp
import pytest

import symbolic


def law(name, **values):
    derivation = symbolic.get(name)
    return float(derivation.value(derivation.law.expression, values))


def sigmoid_of_minus(w):
    return 1 / (1 + math.exp(w))


@pytest.mark.parametrize(("eta", "mu"), [(1.0, 0.5), (0.5, 0.3), (0.3, 0.7)])
def test_heavy_ball_and_its_logarithm(eta, mu):
    w, velocity, logits = 0.0, 0.0, {}
    for t in range(1, 200_001):
        velocity = mu * velocity + eta * sigmoid_of_minus(w)
        w += velocity
        if t in (5000, 200_000):
            logits[t] = w
    rate = eta / (1 - mu)
    a = 1 - eta * (1 + mu) / (2 * (1 - mu) ** 2)
    y = math.exp(logits[200_000])
    constant = y + a * math.log(y) - rate * 200_000
    loss = math.log1p(math.exp(-logits[5000]))
    got = law("optimisers.momentum", t=5000, eta=eta, mu=mu, C=constant)
    assert got == pytest.approx(loss, rel=2e-5, abs=0)


@pytest.mark.parametrize(("eta", "epsilon"), [(0.5, 1.0), (0.2, 0.5)])
def test_adam_with_epsilon_becomes_descent(eta, epsilon):
    b1, b2, w, m, v, logits = 0.5, 0.8, 0.0, 0.0, 0.0, {}
    for t in range(1, 200_001):
        g = sigmoid_of_minus(w)
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        w += eta * m / (1 - b1**t) / (math.sqrt(v / (1 - b2**t)) + epsilon)
        if t in (20_000, 200_000):
            logits[t] = w
    rate = eta / epsilon
    a = 1 + 1 / epsilon - rate * (0.5 + b1 / (1 - b1))
    y = math.exp(logits[200_000])
    constant = y + a * math.log(y) - rate * 200_000
    loss = math.log1p(math.exp(-logits[20_000]))
    got = law("optimisers.adam_epsilon", t=20_000, eta=eta, epsilon=epsilon, beta_1=b1, C=constant)
    assert got == pytest.approx(loss, rel=1e-5, abs=0)


@pytest.mark.parametrize("eta", [0.5, 1.0])
def test_nesterov(eta):
    before = w = 0.0
    for t in range(1, 20_001):
        ahead = w + (t - 1) / (t + 2) * (w - before)
        before, w = w, ahead + eta * sigmoid_of_minus(ahead)
    got = law("optimisers.nesterov", t=20_000, eta=eta)
    assert got == pytest.approx(math.log1p(math.exp(-w)), rel=5e-4, abs=0)


@pytest.mark.parametrize(("eta", "start"), [(0.3, 0.5), (1.0, 2.0), (0.1, 0.01)])
def test_adagrad_flow_by_quadrature(eta, start):
    w = 9.0
    t = mp.quad(
        lambda u: (1 + mp.exp(u)) * (start + (mp.log(2) - mp.log(1 + mp.exp(-u))) / (2 * eta)),
        [0, w],
    )
    derivation = symbolic.get("adaptive.adagrad")
    values = {"t": t / eta, "eta": eta, "s_0": start}
    variables = (derivation.size, *derivation.parameters)
    point = {v.symbol: mp.mpf(values[v.symbol.name]) for v in variables}
    got = float(derivation.law.expression.subs(point))
    assert got == pytest.approx(math.log1p(math.exp(-w)), rel=3e-6, abs=0)


def test_adagrad_with_small_steps():
    """The steps themselves, extrapolated to small ones."""
    losses = {}
    for eta, steps in ((0.02, 100_000), (0.04, 25_000)):
        w, squares = 0.0, (0.02 / eta) ** 2 * 400
        for _ in range(steps):
            g = sigmoid_of_minus(w)
            squares += g * g
            w += eta * g / math.sqrt(squares)
        losses[eta] = math.log1p(math.exp(-w))
    got = law("adaptive.adagrad", t=100_000, eta=0.02, s_0=20)
    assert got == pytest.approx(2 * losses[0.02] - losses[0.04], rel=3e-3, abs=0)


def test_normalised():
    w = sum([0.25] * 20)
    assert law("adaptive.normalised", t=20, eta=0.25) == pytest.approx(
        math.log1p(math.exp(-w)), rel=2e-5, abs=0
    )


def test_newton():
    w, logits = 0.0, []
    for _ in range(30):
        w += 1 + math.exp(-w)
        logits.append(w)
    amplitude = math.exp(30 - logits[29])
    assert amplitude == pytest.approx(0.30, abs=0.005)
    got = law("adaptive.newton", t=6, P=amplitude)
    assert got == pytest.approx(math.log1p(math.exp(-logits[5])), rel=3e-6, abs=0)


@pytest.mark.parametrize("eta", [0.01, 0.1, 1.0])
def test_adam_falls_at_the_rate_of_its_equation(eta):
    b1, b2 = 0.9, 0.99
    w, m, v, logits = 0.0, 0.0, 0.0, []
    for t in range(1, 6001):
        g = sigmoid_of_minus(w) if w < 700 else 0.0
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        w += eta * m / (1 - b1**t) / math.sqrt(v / (1 - b2**t))
        logits.append(w)
    c = (logits[-1] - logits[-1001]) / 1000
    assert c < -math.log(b2) / 2
    factor = (1 - b1) / (1 - b1 * math.exp(c))
    assert c == pytest.approx(
        eta * factor * math.sqrt((1 - b2 * math.exp(2 * c)) / (1 - b2)), rel=1e-3, abs=0
    )
    amplitude = math.exp(c * 6000 - logits[-1])
    got = law("adaptive.adam", t=5500, c=c, P=amplitude)
    assert got == pytest.approx(math.exp(-logits[5499]), rel=1e-3, abs=0)
