"""Kernels of known smoothness against linear algebra, lattices and quadratures."""

from itertools import product
from math import factorial

import mpmath as mp
import numpy as np
import pytest

import symbolic


def law_at(name, **values):
    return symbolic.get(f"kernel.{name}").law_at(values)


def gap_mean(function, size):
    """E of the sum over gaps of function(length), from the density of one gap."""
    first = mp.mpf(1) / size
    ends = [0, first, 4 * first, 20 * first, 1] if size > 20 else [0, 1]
    return size * mp.quad(lambda h: function(h) * (size - 1) * (1 - h) ** (size - 2), ends)


def test_the_spectral_tail_on_the_circle():
    """D = 2K + 1 modes are kept; the others sum to a zeta function."""
    for nu in (0.5, 1.5):
        law = law_at("spectrum", d=1, nu=nu)
        tail = 2 * (2 * mp.pi) ** (-2 * nu - 1) * mp.zeta(2 * nu + 1, 1001)
        assert float(law.exponent) == pytest.approx(2 * nu)
        assert float(law.expression.subs(law.size, 2001)) == pytest.approx(
            float(tail), rel=1e-5, abs=0
        )


def test_the_spectral_tail_in_two_dimensions():
    """All but the modes of a disc, on a lattice; what is beyond the lattice as an integral."""
    side, nu = 300, 1.5
    axis = np.arange(-side, side + 1.0)
    length = np.sqrt(axis[:, None] ** 2 + axis**2)
    values = np.sort((2 * np.pi * length[(length > 0) & (length <= side)]) ** (-2 * nu - 2))[::-1]
    beyond = 2 * np.pi * side ** (-2 * nu) / (2 * nu) * (2 * np.pi) ** (-2 * nu - 2)
    law = law_at("spectrum", d=2, nu=nu)
    found = [
        float(law.expression.subs(law.size, D)) / (values[D:].sum() + beyond)
        for D in (2000, 5000, 10_000, 20_000)
    ]
    assert np.mean(found) == pytest.approx(1, abs=2e-3)


def test_the_predictor_of_the_brownian_kernel_interpolates_linearly():
    """Posterior mean and variance by linear algebra, at five points of the circle."""
    points = np.array([0.05, 0.11, 0.42, 0.6, 0.93])

    def kernel(a, b):
        return 1e6 + np.minimum(a[:, None], b) - a[:, None] * b

    query = (np.arange(4000) + 0.5) / 4000
    weights = np.linalg.solve(kernel(points, points), kernel(points, query))
    variance = 1e6 + query - query**2 - np.sum(weights * kernel(points, query), axis=0)
    values = np.sin(7 * points)
    around = np.r_[points[-1] - 1, points, points[0] + 1]
    linear = np.interp(query, around, np.r_[values[-1], values, values[0]])
    assert values @ weights == pytest.approx(linear, abs=2e-5)
    gaps = np.diff(np.r_[points, points[0] + 1])
    assert variance.mean() == pytest.approx(np.sum(gaps**2) / 6, rel=1e-4, abs=0)


@pytest.mark.parametrize("D", [2, 7, 200])
def test_a_target_that_is_drawn_from_the_kernel(D):
    exact = gap_mean(lambda h: h**2 / 6, D)
    derivation = symbolic.get("kernel.matched")
    assert float(derivation.finite_at({"D": D})) == pytest.approx(float(exact), rel=1e-9, abs=0)
    law = derivation.law
    assert float(law.expression.subs(law.size, D)) == pytest.approx(float(exact), abs=0.4 / D**3)


def interpolation_error(h):
    """Of cos(2 pi x + phase) over a gap of length h, by a sum over places and phases."""
    total = mp.mpf(0)
    nodes = [(mp.mpf(1) / 2 + mp.sqrt(15) / 10 * j, (5, 8, 5)[j + 1]) for j in (-1, 0, 1)]
    cells = 5
    for cell, (node, weight) in product(range(cells), nodes):
        w = (cell + node) / cells
        wave = mp.expjpi(2 * w * h) - (1 - w) - w * mp.expjpi(2 * h)
        total += weight * abs(wave) ** 2 / 2 / (18 * cells)
    return h * total


def test_a_smooth_target():
    law = law_at("smooth")
    assert (law.exponent, float(law.correction[0])) == (4, -10)
    assert float(law.prefactor) == pytest.approx(779.27, abs=5e-3)
    for D in (3, 12):
        exact = gap_mean(interpolation_error, D)
        got = symbolic.get("kernel.smooth").finite_at({"D": D})
        assert float(got) == pytest.approx(float(exact), rel=1e-6, abs=0)
    beyond = [  # the law holds up to D^-3 relative: doubling D leaves an eighth
        float(law.expression.subs(law.size, D)) / float(gap_mean(interpolation_error, D)) - 1
        for D in (250, 500)
    ]
    assert abs(beyond[0]) < 1e-4
    assert beyond[0] / beyond[1] == pytest.approx(8, rel=0.03, abs=0)
    bound = (2 * np.pi) ** 4 / 2 * factorial(50) / factorial(54)
    assert float(symbolic.get("kernel.smooth").finite_at({"D": 50})) < bound


@pytest.mark.parametrize("b", [0.5, 1.0, 2.0, 2.7, 3.6])
def test_a_target_with_a_spectrum_of_its_own(b):
    """The spectral integral of the error over a gap, by quadrature with a tail by hand."""

    def cost(k):
        if k < 0.02:
            return k**4 / 120 - 11 * k**6 / 30240
        return mp.mpf(5) / 3 + mp.cos(k) / 3 - 4 * (1 - mp.cos(k)) / k**2

    last = 40 * mp.pi
    ends = [0, 1, *(2 * mp.pi * j for j in range(1, 21))]
    body = mp.quad(lambda k: cost(k) * k ** (-1 - b), ends)
    tail = mp.mpf(5) / 3 * last**-b / b - 4 * last ** (-2 - b) / (2 + b)
    tail += (1 + b) / 3 * last ** (-2 - b)  # of cos k, by parts; last is a multiple of 2 pi
    constant = 2 * (body + tail)
    D = 9
    exact = constant * gap_mean(lambda h: h ** (1 + b), D)
    derivation = symbolic.get("kernel.mixed")
    assert float(derivation.finite_at({"b": b, "D": D})) == pytest.approx(
        float(exact), rel=3e-5, abs=0
    )
    law = derivation.law_at({"b": b})
    assert float(law.exponent) == b
    assert float(law.prefactor) == pytest.approx(float(constant * mp.gamma(b + 2)), rel=3e-5, abs=0)
    ratio = mp.gamma(10_001) / mp.gamma(10_001 + b) * mp.mpf(10_000) ** b
    assert float(law.correction[0]) == pytest.approx(float(10_000 * (ratio - 1)), rel=1e-3, abs=0)


def test_mixed_is_matched_for_the_spectrum_of_the_kernel():
    """b = 1: a spectral density |k|^-2 is 2 pi times Brownian motion."""
    got = symbolic.get("kernel.mixed").finite_at({"b": 1, "D": 12})
    assert float(got) == pytest.approx(2 * np.pi / 39, rel=1e-12, abs=0)
