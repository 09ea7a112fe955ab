"""Quanta against sums over the quanta themselves, and the frontier against a search."""

import math

import mpmath as mp
import pytest
import sympy as sp

import symbolic


def law_at(name, **values):
    law = symbolic.get(name).law.at(values)
    return float(sp.N(law.expression.subs(law.size, values["size"])))


def beyond(n, a, last=2000):
    """The mass beyond n: a plain sum, then the integral from last + 1/2."""
    total = math.fsum(k ** -(1 + a) for k in range(n + 1, last + 1)) + (last + 0.5) ** -a / a
    return total / float(mp.zeta(1 + a))


@pytest.mark.parametrize("a", [0.5, 1, 1.5])
def test_parameters_and_steps(a):
    n, z = 20, float(mp.zeta(1 + a))
    assert law_at("quanta.parameters", a=a, size=n) == pytest.approx(beyond(n, a), rel=2e-6, abs=0)
    law = symbolic.get("quanta.steps").law.at({"a": a})
    at = law_at("quanta.steps", a=a, size=z * n ** (1 + a))
    assert at == pytest.approx(beyond(n, a), rel=a * (a + 1) / (11 * n**2), abs=0)
    assert float(law.exponent) == pytest.approx(a / (1 + a))


@pytest.mark.parametrize(("a", "tau"), [(0.5, 1), (0.5, 2), (1, 3)])
def test_data(a, tau):
    size, last = 3000, 2000
    c = 1 / float(mp.zeta(1 + a))
    total = beyond(last, a, last)
    for k in range(1, last + 1):
        p = c * k ** -(1 + a)
        total += p * math.fsum(
            math.comb(size, m) * p**m * math.exp((size - m) * math.log1p(-p)) for m in range(tau)
        )
    if tau == 1:  # the quanta of the tail that are known, to first and second order in p
        for j in (1, 2, 3, 4, 5, 6):
            total -= (
                (-1) ** (j - 1)
                * math.comb(size, j)
                * float(c ** (j + 1) * mp.zeta((1 + a) * (j + 1), last + 1))
            )
    else:
        for j in range(tau, tau + 6):
            total -= (
                (-1) ** (j - tau)
                * math.comb(size, j)
                * math.comb(j - 1, tau - 1)
                * float(c ** (j + 1) * mp.zeta((1 + a) * (j + 1), last + 1))
            )
    assert law_at("quanta.data", a=a, tau=tau, size=size) == pytest.approx(total, rel=4e-7, abs=0)


def loss(n, samples, a):
    """Poisson samples: what n quanta leave out, and what the samples miss of them."""
    c = 1 / float(mp.zeta(1 + a))
    missed = math.fsum(
        c * k ** -(1 + a) * math.exp(-samples * c * k ** -(1 + a)) for k in range(1, n + 1)
    )
    return missed + float(mp.zeta(1 + a, n + 1)) * c


@pytest.mark.parametrize(("a", "y"), [(0.5, 0.3), (1, 1.0), (1, 2.5)])
def test_joint(a, y):
    n = 400
    samples = y * n ** (1 + a) * float(mp.zeta(1 + a))
    excess = loss(n, samples, a) - float(mp.zeta(1 + a, n + 1) / mp.zeta(1 + a))
    assert law_at("quanta.joint", a=a, y=y, size=n) == pytest.approx(excess, rel=2e-5, abs=0)


@pytest.mark.parametrize(("a", "q", "compute"), [(1, 1, 4e6), (0.5, 2, 1e8)])
def test_frontier_is_the_best_split(a, q, compute):
    b = a / (1 + a)
    root = mp.findroot(
        lambda y: (1 + a) * (1 - mp.exp(-y)) - q * (mp.exp(-y) + b * y**-b * mp.gammainc(b, y)),
        0.6,
    )
    by_size = {n: loss(n, compute / n**q, a) for n in range(20, 400)}
    best = min(by_size, key=by_size.get)
    law = law_at("quanta.frontier", a=a, q=q, y=float(root), size=compute)
    assert law == pytest.approx(by_size[best], rel=0.5 / best**2, abs=0)
    known = (compute / float(mp.zeta(1 + a) * root)) ** (1 / (q + 1 + a))
    assert best == pytest.approx(known, abs=2)
    exponent = symbolic.get("quanta.frontier").law.at({"a": a, "q": q}).exponent
    assert float(exponent) == pytest.approx(a / (q + 1 + a))
