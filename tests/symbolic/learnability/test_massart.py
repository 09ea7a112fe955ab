"""The prefactor of a threshold learned from flipped labels, against its walk in numbers."""

import numpy as np
import pytest
import sympy as sp

import symbolic


def enumerated(q, deepest=60, returns=120):
    """N times the excess error, by sums over depths and returns of both walks."""
    r, d = q / (1 - q), 1 - 2 * q
    depth = (1 - r) * r ** np.arange(deepest)
    back = (1 - q) * q ** np.arange(returns)
    left, right = np.meshgrid(np.arange(returns), np.arange(returns), indexing="ij")
    before = (left * (left + 1) + right * (right + 1)) / 2
    weight = np.outer(back, back)
    below, start = (np.sum(weight * before / (left + right + gaps)) for gaps in (2, 1))
    alone = back @ np.arange(returns) / 2
    samples = 0.0
    for m, chance in enumerate(depth):
        deeper = 2 * chance * depth[:m].sum()
        tie = chance**2
        samples += (deeper + tie) * m / d
        samples += (1 + 1 / d) * (deeper * alone + tie * (below if m else start))
    return d * (samples + 0.5)


@pytest.mark.parametrize("q", [0.01, 0.1, 0.2, 0.3])
def test_the_prefactor_is_a_sum_over_walks(q):
    prefactor = symbolic.get("massart.flips").law_at({"q": q}).prefactor
    assert float(prefactor) == pytest.approx(enumerated(q), rel=1e-12, abs=0)


def test_printed_prefactors():
    for q, printed in ((0.05, 0.652), (0.1, 0.812), (0.2, 1.199), (0.3, 1.861), (0.4, 3.744)):
        prefactor = symbolic.get("massart.flips").law_at({"q": q}).prefactor
        assert float(prefactor) == pytest.approx(printed, rel=0, abs=1.1e-3)


def test_every_step_is_proved():
    found = symbolic.get("massart.flips")
    report = found.check()
    assert report.passed
    assert report.proved
    assert found.law.exponent == sp.Integer(1)
