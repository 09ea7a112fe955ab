"""The envelope of training curves: exponents exact on equal steps, prefactors off as derived."""

import math

import numpy as np
import pytest

from sims import BadInput
from sims.surface.envelope import envelope
from sims.surface.law import Surface

CHINCHILLA = Surface("additive", 406.4, 410.7, 1.69, 0.34, 0.28)
LOPSIDED = Surface("additive", 50.0, 2000.0, 1.5, 0.2, 0.5)


def curves(surface, sizes, points=200, span=300.0, shifts=None):
    """Noise-free curves, each over compute from 1/span to span times where it is optimal.

    `shifts` are added to the logarithm of the loss, one a curve.
    """
    exponent = surface.frontier_exponents.parameters
    scale = float(surface.optimum(1.0).parameters)
    parts = []
    for i, size in enumerate(sizes):
        best = (size / scale) ** (1 / exponent)
        tokens = np.geomspace(best / span, best * span, points) / (6 * size)
        losses = surface.loss(size, tokens)
        if shifts is not None:
            losses = losses * math.exp(shifts[i])
        parts.append((np.full(points, size), tokens, losses))
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


@pytest.mark.parametrize("surface", [CHINCHILLA, LOPSIDED])
@pytest.mark.parametrize("ratio", [1.5, 2, 4])
def test_exponents_are_exact_on_equal_steps_and_the_prefactor_is_off_as_derived(surface, ratio):
    seen = envelope(*curves(surface, 1e8 * ratio ** np.arange(7.0), points=600))
    exponents = surface.frontier_exponents
    assert len(seen.switches) == 6
    assert seen.parameters.exponent == pytest.approx(exponents.parameters, rel=1e-10, abs=0)
    assert seen.tokens.exponent == pytest.approx(exponents.tokens, rel=1e-10, abs=0)
    budgets = np.array([switch.flop for switch in seen.switches])
    off = np.log(seen.parameters.at(budgets).value / surface.optimum(budgets).parameters)
    derived = (surface.alpha - surface.beta) * math.log(ratio) ** 2 / 24
    assert off == pytest.approx(derived, rel=0.05, abs=1e-4)
    assert seen.flags == ()


def test_unequal_steps_err_by_no_more_than_the_offset_over_the_range(rng):
    """The bound of the module's head, and a control: the exponents are not all exact."""
    errors = []
    for i in range(21):
        ratios = rng.uniform(1.5, 4, 7) if i else np.array([1.35] * 5 + [4.0] * 3)
        seen = envelope(*curves(LOPSIDED, 1e8 * np.cumprod(ratios), points=600))
        error = seen.parameters.exponent - LOPSIDED.frontier_exponents.parameters
        x = np.log([switch.flop for switch in seen.switches])
        lever = np.sum(np.abs(x - x.mean())) / np.sum((x - x.mean()) ** 2) / 2
        bound = abs(LOPSIDED.alpha - LOPSIDED.beta) * math.log(4) ** 2 / 24 * lever
        assert abs(error) < bound
        errors.append(abs(error))
    assert max(errors) > 1e-5


def test_the_envelope_is_the_lowest_curve_at_every_compute():
    """Against the obvious loops."""
    n, d, y = curves(CHINCHILLA, [1e8, 3e8, 7e8], points=15, span=20)
    seen = envelope(n, d, y)
    for flop, loss, size in zip(seen.flop, seen.losses, seen.sizes, strict=True):
        found = {}
        for one in (1e8, 3e8, 7e8):
            x, z = np.log(6 * one * d[n == one]), y[n == one]
            if x[0] - 1e-9 <= math.log(flop) <= x[-1] + 1e-9:
                found[one] = np.interp(math.log(flop), x, z)
        assert loss == pytest.approx(min(found.values()), rel=1e-12, abs=0)
        assert found[size] == pytest.approx(loss, rel=1e-12, abs=0)


def test_intervals_cover_with_noise_between_curves(rng):
    """At least 95 % less 4 standard errors of 200; the control quarters the intervals."""
    sizes = 1e8 * 2.0 ** np.arange(8)
    truth = CHINCHILLA.frontier_exponents.parameters
    inside, narrow = [], []
    for _ in range(200):
        noise = 0.001 * rng.standard_normal(8)
        law = envelope(*curves(CHINCHILLA, sizes, points=40, shifts=noise)).parameters
        half = law.quantile * law.standard_error
        inside.append(abs(law.exponent - truth) < half)
        narrow.append(abs(law.exponent - truth) < half / 4)
    slack = 4 * math.sqrt(0.95 * 0.05 / 200)
    assert np.mean(inside) > 0.95 - slack
    assert np.mean(narrow) < 0.95 - slack


def test_curves_that_only_take_over_where_another_ends_make_no_switch():
    """Sizes trained on the same few tokens: the larger begins beyond the end of the smaller."""
    sizes = 1e8 * 4.0 ** np.arange(6)
    n, d, y = curves(CHINCHILLA, sizes)
    short = np.isin(n, sizes[:4]) | (6 * n * d > 50 * (6 * n * d)[n == sizes[3]].max())
    seen = envelope(n[short], d[short], y[short])
    assert len(seen.switches) == 3
    assert any("1 pairs of neighbouring sizes do not cross" in flag for flag in seen.flags[:1])


def test_noise_along_the_curves_is_flagged_and_does_not_move_the_law(rng):
    n, d, y = curves(CHINCHILLA, 1e8 * 2.0 ** np.arange(8), points=300)
    seen = envelope(n, d, y * np.exp(3e-4 * rng.standard_normal(y.size)))
    assert any("cross more than once" in flag for flag in seen.flags)
    truth = CHINCHILLA.frontier_exponents.parameters
    assert abs(seen.parameters.exponent - truth) < 4 * seen.parameters.standard_error
    assert seen.parameters.standard_error < 0.03


def test_the_order_of_points_and_units_change_nothing(rng):
    n, d, y = curves(LOPSIDED, 1e8 * 3.0 ** np.arange(5), points=30)
    mixed = rng.permutation(n.size)
    seen = envelope(n, d, y)
    again = envelope(n[mixed], d[mixed], y[mixed])
    assert again.switches == seen.switches
    scaled = envelope(n * 1e-4, d, y * 1e4)
    assert scaled.parameters.exponent == pytest.approx(seen.parameters.exponent, rel=1e-9, abs=0)


def test_bad_input():
    n, d, y = curves(CHINCHILLA, [1e8, 2e8])
    with pytest.raises(BadInput, match="of 2 training curves .* at 1 crossings"):
        envelope(n, d, y)
    with pytest.raises(BadInput, match=r"N = 1e\+08 has two losses at D = "):
        envelope(np.append(n, n[3]), np.append(d, d[3]), np.append(y, 2.0))
    with pytest.raises(BadInput, match="losses = 0 of run 0"):
        envelope(n, d, 0 * y)
