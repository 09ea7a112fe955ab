"""Machines with few states against their transition matrices."""

from math import cos, log, pi, sin

import mpmath as mp
import numpy as np
import pytest

import symbolic


def stationary(up, down):
    """The stationary law of a chain of neighbours, from its transition matrix."""
    n = len(up)
    matrix = np.diag(1 - np.array(up) - np.array(down))
    matrix += np.diag(up[:-1], 1) + np.diag(down[1:], -1)
    equations = np.vstack([matrix.T - np.eye(n), np.ones(n)])
    return np.linalg.lstsq(equations, np.append(np.zeros(n), 1.0), rcond=None)[0]


def urn(n, p):
    m = n - 1
    up = [p * (1 - i / m) for i in range(n)]
    down = [(1 - p) * i / m for i in range(n)]
    return stationary(up, down)


@pytest.mark.parametrize("p", [0.2, 0.5, 0.7])
def test_the_urn_forgets_at_random(p):
    derivation = symbolic.get("automata.automaton")
    law = derivation.law_at({"p": p})
    assert law.exponent == 1
    for n in (5, 20, 60):
        error = float(urn(n, p) @ (np.arange(n) / (n - 1) - p) ** 2)
        assert error == pytest.approx(p * (1 - p) / (n - 1), rel=1e-9, abs=0)
        assert float(derivation.finite_at({"states": n, "p": p})) == pytest.approx(
            error, rel=1e-9, abs=0
        )
    expansion = float(law.expression.subs(law.size, 1000))
    assert expansion == pytest.approx(p * (1 - p) / 999, rel=2e-6, abs=0)


@pytest.mark.parametrize(("p", "k"), [(0.4, 0.5), (0.5, 1.0), (0.6, 0.2)])
def test_the_urn_by_log_loss(p, k):
    derivation = symbolic.get("automata.automaton_divergence")
    law = derivation.law_at({"p": p, "pseudocount": k})
    assert law.exponent == 1
    assert law.prefactor == pytest.approx(0.5)

    def loss(n):
        estimate = (np.arange(n) + k) / (n - 1 + 2 * k)
        return float(
            urn(n, p) @ (p * np.log(p / estimate) + (1 - p) * np.log((1 - p) / (1 - estimate)))
        )

    few, more, most = (n * (n * loss(n) - 0.5) for n in (60, 120, 240))
    derived = float((law.expression - law.leading).subs(law.size, 1))
    assert derived == pytest.approx((few - 6 * more + 8 * most) / 3, rel=4e-3, abs=2e-3)


@pytest.mark.parametrize("p", [0.52, 0.6, 0.8])
def test_up_and_down(p):
    derivation = symbolic.get("automata.updown")
    law = derivation.law_at({"p": p})
    assert law.kind == "exponential"
    for n in (4, 10, 20):
        weights = stationary([p] * (n - 1) + [0.0], [0.0] + [1 - p] * (n - 1))
        wrong = float(weights[: n // 2].sum())
        assert float(law.expression.subs(law.size, n)) == pytest.approx(wrong, rel=1e-9, abs=1e-13)
        assert float(derivation.finite_at({"states": n, "p": p})) == pytest.approx(
            wrong, rel=1e-9, abs=1e-13
        )


def bayes_error(n, points=6000):
    """Mean square error of the best estimate from the state, p uniform in (0, 1)."""
    p = (np.arange(points) + 0.5) / points
    logs = np.arange(n)[:, None] * np.log(p / (1 - p))
    weights = np.exp(logs - logs.max(axis=0))
    weights /= weights.sum(axis=0)
    return float((p**2).mean() - ((weights @ p) ** 2 / weights.sum(axis=1)).sum() / points)


def test_up_and_down_does_not_learn_the_bias():
    for n, error in ((4, 0.0305), (16, 0.0138), (64, 0.0124), (256, 0.0123)):
        assert bayes_error(n) == pytest.approx(error, abs=6e-5)
    bound = symbolic.get("automata.updown").steps[-1].right
    assert bayes_error(256) > 2 * float(bound) == pytest.approx(0.0093, abs=5e-5)


def quantised(cells):
    """Mean loss by quadrature over every cell."""
    total = mp.mpf(0)
    for j in range(cells):
        centre = mp.sin((j + mp.mpf(1) / 2) * mp.pi / (2 * cells)) ** 2

        def loss(phi, estimate=centre):
            faces = ((mp.sin(phi) ** 2, estimate), (mp.cos(phi) ** 2, 1 - estimate))
            return mp.fsum(p * mp.log(p / guess) for p, guess in faces if p > 0)

        total += mp.quad(loss, [j * mp.pi / (2 * cells), (j + 1) * mp.pi / (2 * cells)])
    return total * 2 / mp.pi


@pytest.mark.parametrize("cells", [3, 8])
def test_the_quantiser_by_quadrature(cells):
    exact = symbolic.get("automata.quantiser").finite_at({"S": cells})
    assert float(quantised(cells)) == pytest.approx(float(exact), rel=1e-9, abs=0)


def test_the_next_term_of_the_quantiser():
    law = symbolic.get("automata.quantiser").law
    assert law.exponent == 2

    def scaled(cells):
        width = pi / (2 * cells)
        centres = [(j + 0.5) * width for j in range(cells)]
        crossed = sum((width - sin(width) * cos(2 * c)) * log(sin(c)) for c in centres)
        return cells**2 * (1 - 2 * log(2) - 4 / pi * crossed)

    few, more, most = (scaled(cells) for cells in (50, 100, 200))
    assert float(law.prefactor) == pytest.approx((few - 6 * more + 8 * most) / 3, abs=1e-6)
    derived = float((law.expression - law.leading).subs(law.size, 1))
    assert derived == pytest.approx(100 * (4 * (more - most) - (few - more)), rel=1e-3, abs=0)
