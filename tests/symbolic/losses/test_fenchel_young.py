"""Losses other than the log loss, against plain sums, recursions and quadratures."""

from math import comb

import mpmath as mp
import pytest

import symbolic


def value(name, size, **parameters):
    """The law at a size, to 20 digits."""
    law = symbolic.get(name).law_at(parameters)
    return mp.mpf(str(law.expression.subs(law.size, size).evalf(20)))


def entropy_loss(p, r, a):
    """The excess loss of an estimate, from the entropy and its slope."""
    omega = [(z**a + (1 - z) ** a - 1) / (a * (a - 1)) for z in (p, r)]
    slope = (r ** (a - 1) - (1 - r) ** (a - 1)) / (a - 1)
    return omega[0] - omega[1] - slope * (p - r)


@pytest.mark.parametrize("p", [0.3, 0.45])
@pytest.mark.parametrize("a", [1.5, 2.0, 3.0])
def test_tosses(p, a):
    def seen(n):
        return sum(
            comb(n, j)
            * mp.mpf(p) ** j
            * mp.mpf(1 - p) ** (n - j)
            * entropy_loss(p, j / mp.mpf(n), a)
            for j in range(n + 1)
        )

    leading = (p ** (a - 2) + (1 - p) ** (a - 2)) * p * (1 - p) / 2
    for n in (200, 400):
        correction = (value("fenchel_young.data", n, p=p, alpha=a) - leading / n) * n**2
        assert float(seen(n) - leading / n) * n**2 == pytest.approx(
            float(correction), abs=3 / n * leading
        )


def test_tosses_for_entmax_as_enumerated():
    assert float(value("fenchel_young.data", 10**4, p=0.3, alpha=1.5)) * 10**4 == pytest.approx(
        0.317224, abs=1e-6
    )


def final_loss(a, q):
    """Time and loss of gradient flow when the wrong face has probability q, by quadrature."""
    a, q = mp.mpf(a), mp.mpf(q)
    ends = mp.linspace(mp.log(q), -mp.log(2), 9)
    time = mp.quad(lambda y: (1 - mp.exp(y)) ** (a - 2) + mp.exp(y * (a - 2)), ends)
    loss = q**a / a + mp.quad(lambda u: u * (1 - u) ** (a - 2), [0, q])
    return time, loss


@pytest.mark.parametrize(("a", "q"), [(0.75, 1e-5), (1.0, 1e-6), (1.5, 1e-8), (1.75, 1e-17)])
def test_flow(a, q):
    time, loss = final_loss(a, q)
    derived = value("fenchel_young.flow", time, alpha=a)
    leading = ((2 - a) * time) ** (-a / (2 - a)) / a
    assert float(derived / leading - 1) == pytest.approx(
        float(loss / leading - 1), rel=0.005, abs=0
    )


def test_flow_at_the_log_loss_is_the_logistic_law():
    t = mp.mpf(10) ** 6
    assert float(value("fenchel_young.flow", t, alpha=1) * t**2 - t) == pytest.approx(
        float(mp.log(t) - 1.5), rel=1e-9, abs=0
    )


def test_entmax_is_the_flow_at_three_halves():
    time, loss = final_loss(1.5, 1e-9)
    derived = value("entmax.three_halves", time)
    leading = mp.mpf(16) / 3 / time**3
    assert float(derived / leading - 1) == pytest.approx(
        float(loss / leading - 1), rel=0.005, abs=0
    )
    assert float(derived / value("fenchel_young.flow", time, alpha=1.5)) == pytest.approx(
        1, rel=1e-15, abs=0
    )


def test_sparsemax_by_small_steps():
    theta, rate, steps = 0.0, 1e-4, 30000
    for _ in range(steps):
        theta += rate * (1 - theta) / 2
    assert (1 - theta) ** 2 / 4 == pytest.approx(
        float(value("entmax.sparsemax", rate * steps)), rel=2e-4, abs=0
    )
