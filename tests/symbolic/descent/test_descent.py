"""Descent at a sure coin against naive recursions and quadratures."""

import math

import mpmath as mp
import pytest

import symbolic


def law(name, **values):
    derivation = symbolic.get(name)
    return float(derivation.value(derivation.law.expression, values))


@pytest.mark.parametrize(("w", "order"), [(7, 2), (9, 2)])
def test_flow_at_the_time_a_quadrature_gives(w, order):
    tau = float(mp.quad(lambda u: 1 + mp.exp(u), [0, w]))
    loss = math.log1p(math.exp(-w))
    got = law("descent.flow", tau=tau)
    assert got == pytest.approx(loss, rel=2 * math.log(tau) ** order / tau**2, abs=0)
    assert abs(1 / tau - loss) > 100 * abs(got - loss)


@pytest.mark.parametrize("eta", [0.5, 1.0, 2.0, 4.0])
def test_discrete_steps_and_their_logarithm(eta):
    y, at = 1.0, {}
    for t in range(1, 200_001):
        y *= math.exp(eta / (1 + y))
        at[t] = y if t in (50_000, 200_000) else None
    a = 1 - eta / 2
    constant = at[200_000] + a * math.log(at[200_000]) - eta * 2e5
    loss = math.log1p(1 / at[50_000])
    got = law("descent.discrete", t=50_000, eta=eta, C=constant)
    assert got == pytest.approx(loss, rel=2e-7, abs=0)


@pytest.mark.parametrize("g", [0.3, 0.5, 0.7])
def test_schedule_by_integrating_the_flow(g):
    w, tau = 12.0, float(mp.quad(lambda u: 1 + mp.exp(u), [0, 12]))
    t = (tau * (1 - g) / 2) ** (1 / (1 - g))
    loss = math.log1p(math.exp(-w))
    derivation = symbolic.get("descent.schedule")
    t_symbol, *others = [v.symbol for v in (derivation.size, *derivation.parameters)]
    values = dict(zip(("t", "eta", "g"), (t, 2, g), strict=True))
    point = {s: mp.mpf(values[s.name]) for s in (t_symbol, *others)}
    assert float(derivation.law.expression.subs(point)) == pytest.approx(loss, rel=1e-7, abs=0)
    assert float(derivation.law.exponent.subs(point)) == pytest.approx(1 - g)
    assert float(derivation.law.prefactor.subs(point)) == pytest.approx((1 - g) / 2)


def test_schedule_with_real_steps_has_its_exponent():
    w, eta, g, losses = 0.0, 1.0, 0.5, {}
    for t in range(1, 40_001):
        w += eta * t**-g / (1 + math.exp(w))
        if t in (10_000, 40_000):
            losses[t] = math.log1p(math.exp(-w))
    slope = math.log(losses[10_000] / losses[40_000]) / math.log(4)
    by_law = [law("descent.schedule", t=t, eta=eta, g=g) for t in (10_000, 40_000)]
    assert slope == pytest.approx(math.log(by_law[0] / by_law[1]) / math.log(4), abs=0.005)


def test_schedule_inverse_is_the_flow_at_the_logarithm():
    tau = float(mp.quad(lambda u: 1 + mp.exp(u), [0, 6]))
    derivation = symbolic.get("descent.schedule_inverse")
    point = {derivation.size.symbol: mp.exp(tau / 2), derivation.parameters[0].symbol: mp.mpf(2)}
    got = float(derivation.law.expression.subs(point))
    assert got == pytest.approx(math.log1p(math.exp(-6)), rel=5e-4, abs=0)


@pytest.mark.parametrize("K", [2, 3, 10])
def test_softmax_with_all_its_logits(K):
    tau = float(mp.quad(lambda m: (K - 1 + mp.exp(m)) / K, [0, 14]))
    loss = math.log1p((K - 1) * math.exp(-14))
    assert law("objective.softmax", tau=tau, K=K) == pytest.approx(loss, rel=1e-7, abs=0)
    logits, eta = [0.0] * K, 0.05
    for _ in range(2000):
        weights = [math.exp(z) for z in logits]
        total = sum(weights)
        gradient = [(i == 0) - weight / total for i, weight in enumerate(weights)]
        logits = [z + eta * slope for z, slope in zip(logits, gradient, strict=True)]
    loss = -logits[0] + math.log(sum(math.exp(z) for z in logits))
    assert law("objective.softmax", tau=100, K=K) == pytest.approx(loss, rel=0.006, abs=0)


@pytest.mark.parametrize("q", [1e-3, 1e-4])
def test_squared_loss_by_quadrature(q):
    tau = float(mp.quad(lambda s: 1 / (2 * s**3 * (1 - s) ** 2), [q, 10 * q, 100 * q, 0.5]))
    third = (6 * math.log(2 * math.sqrt(tau)) - 2) / (16 * tau**2)
    assert law("objective.squared", tau=tau) + third == pytest.approx(q * q, rel=200 * q**2, abs=0)
    assert law("objective.squared_log", tau=tau) == pytest.approx(
        -math.log1p(-q), rel=60 * q**2, abs=0
    )
