"""IsoFLOP parabolas: exact where losses are parabolas, biased as published where they are not."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sims import BadInput
from sims.surface.isoflop import isoflop, parabola_bias
from sims.surface.law import Surface
from sims.surface.powerlaw import power_law

CHINCHILLA = Surface("additive", 406.4, 410.7, 1.69, 0.34, 0.28)
A = 0.28 / 0.62

PUBLISHED = {  # relative error of D* at 1e24 FLOP, in percent: Open-Athena, experiment 4
    2: -0.326937803732719,
    4: -1.301125043704300,
    8: -2.902904738135434,
    16: -5.100244551712022,
}


def runs(surface=CHINCHILLA, budgets=(1e18, 1e19, 1e20, 1e21), points=7, width=4.0):
    """Sizes, tokens and noise-free losses on IsoFLOP lines centred on the optimum."""
    grid = width ** np.linspace(-1, 1, points)
    sizes = np.concatenate([surface.optimum(c).parameters * grid for c in budgets])
    tokens = np.repeat(budgets, points) / (6 * sizes)
    return sizes, tokens, surface.loss(sizes, tokens)


def parabolas(budgets, grid, height=3.0, exponent=0.4, curvature=0.02):
    """Runs whose losses are parabolas in log N with minima at N = (C/6)^exponent."""
    sizes = np.concatenate([(c / 6) ** exponent * grid for c in budgets])
    tokens = np.repeat(budgets, grid.size) / (6 * sizes)
    losses = height + curvature * np.tile(np.log(grid), len(budgets)) ** 2
    return sizes, tokens, losses


@pytest.mark.parametrize("width", PUBLISHED)
def test_the_published_bias_is_reproduced(width):
    assert 100 * parabola_bias(CHINCHILLA, width) == pytest.approx(
        PUBLISHED[width], rel=1e-9, abs=0
    )


def test_control_a_width_counted_from_end_to_end_gives_other_numbers():
    for width, published in PUBLISHED.items():
        assert abs(100 * parabola_bias(CHINCHILLA, math.sqrt(width)) - published) > 0.2


@given(
    exponent=st.floats(0.15, 0.9), A=st.floats(10, 1e4), B=st.floats(10, 1e4),
    width=st.floats(1.5, 20),
)  # fmt: skip
@settings(max_examples=20)
def test_equal_exponents_have_no_bias_whatever_the_prefactors(exponent, A, B, width):
    symmetric = Surface("additive", A, B, 1.69, exponent, exponent)
    budgets = (1e17, 1e18, 1e19)
    assert parabola_bias(symmetric, width, budgets=budgets, flop=1e20) == pytest.approx(
        0, rel=0, abs=1e-6
    )


def test_the_bias_does_not_depend_on_the_budgets():
    other = parabola_bias(CHINCHILLA, 4, budgets=(6e18, 1e20, 3e21), flop=1e26)
    assert 100 * other == pytest.approx(PUBLISHED[4], rel=1e-9, abs=0)


def test_exponents_are_right_where_prefactors_are_not():
    seen = isoflop(*runs(width=16))
    assert seen.parameters.exponent == pytest.approx(A, rel=1e-10, abs=0)
    assert seen.tokens.exponent == pytest.approx(1 - A, rel=1e-10, abs=0)
    assert seen.parameters.prefactor * seen.tokens.prefactor * 6 == pytest.approx(
        1, rel=1e-12, abs=0
    )


def test_losses_that_are_parabolas_are_recovered():
    budgets = np.array([1e18, 1e19, 1e20])
    seen = isoflop(*parabolas(budgets, np.array([0.3, 0.6, 0.9, 2.0, 3.0])))
    for minimum, c in zip(seen.minima, budgets, strict=True):
        assert minimum.flop == pytest.approx(c, rel=1e-12, abs=0)
        assert minimum.parameters == pytest.approx((c / 6) ** 0.4, rel=1e-10, abs=0)
        assert 6 * minimum.parameters * minimum.tokens == pytest.approx(c, rel=1e-12, abs=0)
        assert minimum.loss == pytest.approx(3.0, rel=1e-12, abs=0)
        assert minimum.runs == 5
    assert seen.parameters.exponent == pytest.approx(0.4, rel=1e-10, abs=0)
    assert seen.flags == ()
    assert seen.left_out == 0


def test_minima_and_errors_are_those_of_polyfit(rng):
    """The naive way: numpy's own parabola and covariance, one budget at a time."""
    sizes, tokens, losses = runs()
    losses = losses * np.exp(0.002 * rng.standard_normal(losses.size))
    seen = isoflop(sizes, tokens, losses)
    squares, covariances = 0.0, []
    for i, minimum in enumerate(seen.minima):
        part = slice(7 * i, 7 * i + 7)
        x, y = np.log(sizes[part]), losses[part]
        shift = x.mean()
        p, covariance = np.polyfit(x - shift, y, 2, cov="unscaled")
        squares += np.sum((y - np.polyval(p, x - shift)) ** 2) / y.mean() ** 2
        assert math.log(minimum.parameters) == pytest.approx(
            shift - p[1] / (2 * p[0]), rel=1e-12, abs=0
        )
        assert minimum.loss == pytest.approx(p[2] - p[1] ** 2 / (4 * p[0]), rel=1e-12, abs=0)
        gradient = np.array([p[1] / (2 * p[0] ** 2), -1 / (2 * p[0]), 0])
        covariances.append(gradient @ covariance @ gradient * y.mean() ** 2)
    scatter = squares / (4 * 4)
    for minimum, variance in zip(seen.minima, covariances, strict=True):
        assert minimum.log_error == pytest.approx(math.sqrt(variance * scatter), rel=1e-9, abs=0)


def repeated(rng, noise=0.003, repeats=300):
    """Fits to runs with relative noise; width 3, where the bias is far below the errors."""
    sizes, tokens, losses = runs(budgets=(6e18, 3e19, 1e20, 6e20, 3e21), width=3)
    return [
        isoflop(sizes, tokens, losses * np.exp(noise * rng.standard_normal(losses.size)))
        for _ in range(repeats)
    ]


def test_intervals_cover_and_half_of_them_do_not(rng):
    """95 % within 4 standard errors of 300 repetitions; the control halves the intervals."""
    seen = repeated(rng)
    inside = np.mean([low <= A <= high for low, high in (s.parameters.interval for s in seen)])
    halved = np.mean(
        [
            abs(s.parameters.exponent - A) < s.parameters.quantile * s.parameters.standard_error / 2
            for s in seen
        ]
    )
    slack = 4 * math.sqrt(0.95 * 0.05 / len(seen))
    assert 0.95 - slack <= inside <= 0.995
    assert halved < 0.95 - slack
    truth = CHINCHILLA.optimum(1e24)
    bands = [(s.tokens.at(1e24), s.parameters.at(1e24)) for s in seen]
    for place, value in ((0, truth.tokens), (1, truth.parameters)):
        covered = np.mean([b[place].low <= value <= b[place].high for b in bands])
        assert 0.95 - slack <= covered <= 0.995


def test_the_spread_of_minima_is_their_error_bar(rng):
    seen = repeated(rng)
    spread = np.std([math.log(s.minima[2].parameters) for s in seen], ddof=1)
    quoted = np.sqrt(np.mean([s.minima[2].log_error ** 2 for s in seen]))
    assert spread / quoted == pytest.approx(1, rel=0, abs=4 / math.sqrt(2 * len(seen)))
    loss = np.std([s.minima[2].loss for s in seen], ddof=1)
    quoted = np.sqrt(np.mean([s.minima[2].loss_error ** 2 for s in seen]))
    assert loss / quoted == pytest.approx(1, rel=0, abs=4 / math.sqrt(2 * len(seen)))


@pytest.mark.parametrize("factor", [1e-4, 1e4])
def test_units_change_nothing(factor, rng):
    sizes, tokens, losses = runs()
    losses = losses * np.exp(0.002 * rng.standard_normal(losses.size))
    seen = isoflop(sizes, tokens, losses)
    scaled = isoflop(sizes, tokens, factor * losses)
    other = isoflop(factor * sizes, tokens, losses)
    for again in (scaled, other):
        assert again.parameters.exponent == pytest.approx(seen.parameters.exponent, rel=1e-9, abs=0)
        assert again.parameters.standard_error == pytest.approx(
            seen.parameters.standard_error, rel=1e-9, abs=0
        )
    assert scaled.minima[0].loss == pytest.approx(factor * seen.minima[0].loss, rel=1e-12, abs=0)
    assert other.minima[0].parameters == pytest.approx(
        factor * seen.minima[0].parameters, rel=1e-9, abs=0
    )


def test_rounded_budgets_are_one_budget_and_the_order_of_runs_is_free(rng):
    sizes, tokens, losses = runs()
    rounded = tokens * np.exp(0.002 * rng.uniform(-1, 1, tokens.size))
    mixed = rng.permutation(sizes.size)
    seen = isoflop(sizes[mixed], rounded[mixed], losses[mixed])
    assert [minimum.runs for minimum in seen.minima] == [7, 7, 7, 7]
    assert seen.left_out == 0


def test_runs_off_the_lines_are_counted():
    sizes, tokens, losses = runs()
    seen = isoflop(
        np.append(sizes, [1e8, 2e8]), np.append(tokens, [1e9, 3e10]), np.append(losses, [4, 4])
    )
    assert seen.left_out == 2
    assert "2 of 30 runs belong to no IsoFLOP line with a minimum" in seen.flags


def bent(sizes, tokens, losses, budget, change):
    here = np.isclose(6 * sizes * tokens, budget)
    return np.where(here, change(sizes, losses), losses)


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        (lambda n, y: 10 - y, "budget 1e+18: the parabola has no minimum"),
        (lambda n, y: 3 + 0 * n, "budget 1e+18: the parabola has no minimum"),
        (lambda n, y: 3 + np.log(n / 1e6) ** 2, "budget 1e+18: the minimum lies outside the grid"),
    ],
    ids=["hill", "flat", "outside"],
)
def test_budgets_without_a_minimum_are_left_out_and_flagged(change, flag):
    sizes, tokens, losses = runs()
    seen = isoflop(sizes, tokens, bent(sizes, tokens, losses, 1e18, change))
    assert len(seen.minima) == 3
    assert any(flag in said for said in seen.flags)
    assert seen.parameters.exponent == pytest.approx(A, rel=1e-9, abs=0)


def test_three_runs_at_a_budget_are_flagged_and_at_all_give_no_error_bars():
    sizes, tokens, losses = runs()
    keep = np.delete(np.arange(sizes.size), [0, 1, 5, 6])
    seen = isoflop(sizes[keep], tokens[keep], losses[keep])
    assert seen.flags == ("budget 1e+18: only 3 runs",)
    assert seen.minima[0].log_error > 0
    bare = isoflop(*runs(points=3))
    assert bare.minima[0].log_error is None
    assert bare.parameters.standard_error is not None  # from the scatter about the line
    two = isoflop(*runs(points=3, budgets=(1e18, 1e19)))
    assert two.parameters.interval is None
    assert two.parameters.at(1e20).low is None
    assert any("two budgets" in flag for flag in two.flags)


def test_minima_that_scatter_too_much_are_flagged_and_the_error_grows(rng):
    calm = isoflop(*runs(width=2))
    sizes, tokens, _ = runs(width=2)
    shift = np.exp(np.repeat([0.2, -0.2, 0.2, -0.2], 7))
    seen = isoflop(sizes, tokens, CHINCHILLA.loss(sizes * shift, tokens / shift))
    assert any("scatter about the power law" in flag for flag in seen.flags)
    assert seen.parameters.standard_error > 10 * calm.parameters.standard_error


def test_a_minimum_that_noise_has_drowned_is_flagged():
    sizes, tokens, losses = parabolas((1e18, 1e19, 1e20), np.geomspace(0.3, 3, 5))
    flat = np.where(np.isclose(6 * sizes * tokens, 1e18), 3 + (losses - 3) / 100, losses)
    noise = 2e-3 * np.tile([-1, 2, 0, -2, 1], 3)  # a cubic: no parabola sees it
    seen = isoflop(sizes, tokens, flat + noise)
    assert seen.flags == (
        "budget 1e+18: the error bar of the minimum is wider than the grid of sizes",
    )


def test_a_wide_budget_is_flagged():
    sizes, tokens, losses = runs(points=30)
    tokens = tokens * 1.005 ** np.tile(np.arange(30), 4)
    assert any("differ by 16% in compute" in flag for flag in isoflop(sizes, tokens, losses).flags)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda n, d, y: (n[:7], d[:7], y[:7]), "the 7 runs make 1 budgets of 3 sizes or more"),
        (lambda n, d, y: (n, d, 10 - y), "of which 0 have one; budget 1e.18: the parabola has no"),
        (lambda n, d, y: (n, d, y[1:]), r"losses: shape \(27,\) does not match"),
        (lambda n, d, y: (n, np.where(n == n[3], -1, d), y), "tokens = -1 of run 3 is not allowed"),
        (lambda n, d, y: (n, d, y * np.nan), "losses = nan of run 0"),
    ],
    ids=["one budget", "hills", "lengths", "negative", "nan"],
)
def test_bad_input(change, message):
    with pytest.raises(BadInput, match=message):
        isoflop(*change(*runs()))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: isoflop(*runs(), tolerance=0), "tolerance = 0 is not allowed"),
        (lambda: parabola_bias(CHINCHILLA, 1), "width = 1 is not allowed"),
        (lambda: parabola_bias(CHINCHILLA, 2, points=3), "points = 3 is not allowed"),
    ],
)
def test_bad_settings(call, message):
    with pytest.raises(BadInput, match=message):
        call()


def test_the_error_of_a_power_law_at_a_budget_is_that_of_the_line(rng):
    """Against numpy's covariance of the straight line in logarithms."""
    flop = np.geomspace(1e18, 1e21, 6)
    values = 0.1 * flop**0.5 * np.exp(0.05 * rng.standard_normal(6))
    law = power_law(flop, values, None, 0)
    x = np.log(flop)
    p, covariance = np.polyfit(x - 45, np.log(values), 1, cov=True)
    at = np.array([np.log(1e23) - 45, 1])
    band = law.at(1e23)
    assert law.exponent == pytest.approx(p[0], rel=1e-10, abs=0)
    assert band.value == pytest.approx(np.exp(p @ at), rel=1e-9, abs=0)
    assert np.log(band.high / band.value) == pytest.approx(
        law.quantile * math.sqrt(at @ covariance @ at), rel=1e-8, abs=0
    )
    assert law.quantile == pytest.approx(2.7764451052, rel=1e-9, abs=0)  # t, 4 degrees of freedom
