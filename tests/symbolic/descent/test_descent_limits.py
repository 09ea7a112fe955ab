"""Weight decay, depth and Adagrad's own steps, against naive recursions and quadratures."""

import math

import mpmath as mp
import pytest

import symbolic


def law(name, **values):
    derivation = symbolic.get(name)
    return float(derivation.value(derivation.law.expression, values))


def tails(w):
    return 1 / (1 + math.exp(w))


@pytest.mark.parametrize(("eta", "decay"), [(1.0, 0.05), (0.5, 0.3)])
def test_weight_decay_and_its_floor(eta, decay):
    w, logits = 0.0, []
    for _ in range(3000):
        w += eta * (tails(w) - decay * w)
        logits.append(w)
    rest = logits[-1]
    s = tails(rest)
    assert decay * rest == pytest.approx(s, rel=1e-12, abs=0)
    c = -math.log(1 - eta * (decay + s * (1 - s)))
    at = round(9 / c)
    amplitude = s * (rest - logits[at - 1]) * math.exp(c * at)
    got = law("weight_decay.descent", t=at - 20, w_inf=rest, c=c, P=amplitude)
    floor = math.log1p(math.exp(-rest))
    loss = math.log1p(math.exp(-logits[at - 21]))
    assert got - floor == pytest.approx(loss - floor, rel=0.02, abs=0)
    assert float(symbolic.get("weight_decay.descent").law.at({"w_inf": rest}).floor) == (
        pytest.approx(floor, rel=1e-12, abs=0)
    )


@pytest.mark.parametrize("depth", [2, 3, 6])
def test_depth_by_quadrature(depth):
    """The law is off by ln ln τ/ln τ: its slope, taken at τ and τ², by much less."""
    k = 2 - 2 / depth
    gaps = []
    for w in (20, 200, 2000):
        with mp.workdps(20):
            begin = max(1, w - 80)  # before that e^v is nothing beside e^w
            places = [begin, (begin + w) / 2, w - 10, w]
            time = mp.quad(lambda v: (1 + mp.exp(v)) * v**-k, places) / depth**2
            derivation = symbolic.get("deep_linear.flow")
            point = {derivation.size.symbol: time, derivation.parameters[0].symbol: depth}
            got = mp.mpf(derivation.law.expression.subs(point).evalf(30))
            gaps.append(abs(float(got * mp.exp(w)) - 1))
    assert gaps[2] < gaps[1] < gaps[0]
    assert gaps[2] < 2 * k**2 * math.log(2000) / 2000 + 3 * k * math.log(depth) / 2000
    assert gaps[2] > 1e-4


@pytest.mark.parametrize(("eta", "start"), [(0.5, 0.5), (2.0, 0.0)])
def test_adagrad_with_its_own_steps(eta, start):
    w, squares, logits = 0.0, start**2, {}
    for t in range(1, 400_001):
        g = tails(w)
        squares += g * g
        w += eta * g / math.sqrt(squares)
        if t in (5000, 400_000):
            logits[t] = w
    y = math.exp(logits[400_000])
    S = math.sqrt(squares)
    S = math.sqrt(squares + S / (eta * y))  # the squares still to come
    a = 1 - eta / S / 2 - 1 / (2 * eta * S)
    constant = y + a * math.log(y) - eta / S * 400_000
    loss = math.log1p(math.exp(-logits[5000]))
    got = law("adagrad.steps", t=5000, eta=eta, S=S, C=constant)
    assert got == pytest.approx(loss, rel=2e-5, abs=0)
    assert law("adagrad.steps", t=5000, eta=eta, S=S, C=constant + 1) != pytest.approx(
        loss, rel=2e-5, abs=0
    )
