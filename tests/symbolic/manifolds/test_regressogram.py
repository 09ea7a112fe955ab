"""Means over cells, against sums over all counts."""

from math import comb, cos, pi

import numpy as np
import pytest
from scipy import stats

import symbolic


def within(cells):
    """Variance of cos(2 pi x) within a cell, in the mean over the phase, on a grid."""
    steps, total = 400, 0.0
    for phase in range(8):
        values = [cos(2 * pi * ((i + 0.5) / steps / cells + phase / 8)) for i in range(steps)]
        mean = sum(values) / steps
        total += sum((value - mean) ** 2 for value in values) / steps / 8
    return total


@pytest.mark.parametrize(("d", "cells"), [(1, 2), (1, 5), (2, 3)])
def test_data(d, cells):
    derivation = symbolic.get("regressogram.data")
    points, P, v = 400, cells**d, within(cells)
    loss = (1 - 1 / P) ** points / 2
    for n in range(1, points + 1):
        loss += comb(points, n) * P**-n * (1 - 1 / P) ** (points - n) * v * (1 + 1 / n)
    at = {"d": d, "M": cells}
    assert float(derivation.finite_at({**at, "D": points})) == pytest.approx(loss, rel=2e-5, abs=0)
    points = 10_000
    n = np.arange(1, points + 1)
    inverse = (stats.binom(points, 1 / P).pmf(n) / n).sum()
    law = derivation.law_at(at)
    excess = float(law.expression.subs(derivation.size.symbol, points)) / float(law.floor) - 1
    assert excess * points / P - 1 == pytest.approx(inverse * points / P - 1, rel=5e-3, abs=0)


@pytest.mark.parametrize(("d", "cells"), [(1, 30), (2, 30), (3, 20)])
def test_cells(d, cells):
    derivation = symbolic.get("regressogram.cells")
    law = derivation.law_at({"d": d}).expression.subs(derivation.size.symbol, cells**d)
    assert float(law) == pytest.approx(within(cells), rel=1e-5, abs=0)
