"""The fit: right on perfect input, right error bars on noisy input, and loud on bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime, curve_fit

from sims import BadInput, fit
from sims.fitting.single import _PowerLaw
from sims.fitting.slopes import local_slopes

SIZES = np.geomspace(8, 8192, 11)


def noisy(rng, exponent=0.5, b=0.0, w=1.0, noise=0.01):
    losses = 2 * SIZES**-exponent * (1 + b * SIZES**-w)
    errors = noise * losses
    return losses + errors * rng.standard_normal(SIZES.size), errors


@given(
    exponent=st.floats(0.05, 4), prefactor=st.floats(1e-6, 1e6), b=st.floats(-0.5, 2),
    w=st.sampled_from([0.5, 1.0, 2.0]),
)  # fmt: skip
@settings(max_examples=50)
def test_perfect_input_is_recovered(exponent, prefactor, b, w):
    losses = prefactor * SIZES**-exponent * (1 + b * (SIZES / SIZES[0]) ** -w)
    for errors in (0.01 * losses, None):
        seen = fit(SIZES, losses, errors, corrections=[w])
        assert seen.exponent == pytest.approx(exponent, rel=0, abs=1e-8)
        assert seen.prefactor == pytest.approx(prefactor, rel=1e-7, abs=0)
        assert seen.corrections[0].coefficient == pytest.approx(b, rel=0, abs=1e-7)
        assert seen.predict(SIZES) == pytest.approx(losses, rel=1e-7, abs=0)


def test_equals_curve_fit_with_known_errors(rng):
    losses, errors = noisy(rng, b=3.0)

    def model(n, log_c, a, b):
        return np.exp(log_c) * n**-a * (1 + b * (n / SIZES[0]) ** -1.0)

    best, covariance = curve_fit(
        model, SIZES, losses, p0=[0.7, 0.5, 0.1], sigma=errors, absolute_sigma=True,
        ftol=1e-14, xtol=1e-14,
    )  # fmt: skip
    seen = fit(SIZES, losses, errors, corrections=[1])
    assert seen.exponent == pytest.approx(best[1], rel=1e-7, abs=0)
    assert seen.standard_error == pytest.approx(np.sqrt(covariance[1, 1]), rel=1e-4, abs=0)
    residuals = (model(SIZES, *best) - losses) / errors
    assert seen.chi2 == pytest.approx(residuals @ residuals, rel=1e-9, abs=0)
    assert seen.dof == 8


def test_equals_a_straight_line_without_errors(rng):
    from scipy.stats import linregress

    losses, _ = noisy(rng)
    line = linregress(np.log(SIZES), np.log(losses))
    seen = fit(SIZES, losses, None)
    assert seen.exponent == pytest.approx(-line.slope, rel=1e-10, abs=0)
    assert seen.standard_error == pytest.approx(line.stderr, rel=1e-10, abs=0)
    assert seen.chi2 is None
    assert seen.p_value is None
    low, high = seen.interval
    assert (high - low) / 2 / seen.standard_error == pytest.approx(2.262157, rel=1e-6, abs=0)


@pytest.mark.parametrize("errors", [True, False])
def test_the_jacobian_is_the_derivative(rng, errors):
    losses, known = noisy(rng)
    model = _PowerLaw(SIZES, losses, known if errors else None, np.array([1.0, 0.5]))
    at = np.array([0.3, 0.6, 0.2, -0.1])
    numeric = approx_fprime(at, model.residuals, 1e-7)
    assert model.jacobian(at) == pytest.approx(numeric, rel=1e-4, abs=1e-3)


@pytest.mark.parametrize("scale", [1e-8, 1e-4, 1e4, 1e8])
def test_units_do_not_matter(rng, scale):
    losses, errors = noisy(rng, b=2.0)
    here = fit(SIZES, losses, errors, corrections=[1])
    there = fit(SIZES * scale, losses / scale, errors / scale, corrections=[1])
    assert there.exponent == pytest.approx(here.exponent, rel=1e-9, abs=0)
    assert there.standard_error == pytest.approx(here.standard_error, rel=1e-9, abs=0)
    assert there.chi2 == pytest.approx(here.chi2, rel=1e-9, abs=0)


def test_the_order_of_the_data_does_not_matter(rng):
    losses, errors = noisy(rng)
    shuffled = rng.permutation(SIZES.size)
    one = fit(SIZES, losses, errors)
    other = fit(SIZES[shuffled], losses[shuffled], errors[shuffled])
    assert one.exponent == other.exponent


def coverage(rng, repeats, corrections, b):
    inside = 0
    for _ in range(repeats):
        losses, errors = noisy(rng, b=b, noise=0.01)
        low, high = fit(SIZES, losses, errors, corrections=corrections).interval
        inside += low <= 0.5 <= high
    return inside / repeats


def test_the_interval_covers_95_percent_with_the_correction_of_theory(rng):
    """600 repetitions: 95 % within 4 standard errors; the control omits the correction: none."""
    assert abs(coverage(rng, 600, [1], b=2.0) - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 600)
    assert coverage(rng, 100, None, b=2.0) < 0.2


def test_chi_square_sees_what_is_no_power_law(rng):
    losses, errors = noisy(rng)
    assert fit(SIZES, losses, errors).p_value > 1e-3
    bent = losses * np.exp(-0.2 * np.log(SIZES / 8) ** 2)
    assert fit(SIZES, bent, errors).p_value < 1e-6


def test_running_slopes(rng):
    losses, errors = noisy(rng)
    slopes = local_slopes(SIZES, losses, errors)
    assert len(slopes) == 10
    pulls = [(s.slope + 0.5) / s.standard_error for s in slopes]
    assert max(map(abs, pulls)) < 5
    assert slopes[0].size == pytest.approx(np.sqrt(SIZES[0] * SIZES[1]), rel=1e-12, abs=0)
    assert local_slopes(SIZES, losses, None)[0].standard_error is None


def test_few_sizes_and_degenerate_fits_are_flagged():
    seen = fit([1, 2, 4], [1, 0.5, 0.25], [0.1, 0.1, 0.1])
    assert seen.flags == ("fewer than 6 sizes",)
    same = fit(SIZES, 1 / SIZES, 0.01 / SIZES, corrections=[1, 1])
    assert any("degenerate" in flag for flag in same.flags)
    assert same.standard_error is None
    assert same.interval is None


def test_as_many_parameters_as_sizes_leave_no_p_value():
    seen = fit([1, 2, 4], [1, 0.6, 0.25], [0.1, 0.1, 0.1], corrections=[1])
    assert seen.dof == 0
    assert seen.p_value is None
    scatter = fit([1, 2, 4], [1, 0.6, 0.25], None, corrections=[1])
    assert scatter.standard_error is None
    assert "exponent" in scatter.text


def test_text_says_what_a_reader_needs(rng):
    losses, errors = noisy(rng)
    text = fit(SIZES, losses, errors, corrections=[1]).text
    for word in ("exponent", "±", "window", "floor zero", "(N/8)^-1", "chi²", "p =", "slopes"):
        assert word in text
    assert fit(SIZES, losses, None).text.count("no errors were given") == 1


@pytest.mark.parametrize(
    ("sizes", "losses", "errors", "options", "message"),
    [
        ([1, 2], [1, 2], None, {}, "2 sizes are too few for 2 parameters"),
        ([1, 2, 3], [1, 2, 3], None, {"corrections": [1, 2]}, "3 sizes are too few for 4"),
        ([1, 2, 2], [1, 2, 3], None, {}, "size 2 is repeated"),
        ([1, 2, 0], [1, 2, 3], None, {}, "size = 0 is not allowed"),
        ([1, 2, 3], [1, -2, 3], None, {}, "loss = -2 at size 2 is not allowed"),
        ([1, 2, 3], [1, float("nan"), 3], None, {}, "loss = nan at size 2"),
        ([1, 2, 3], [1, 2, 3], [1, 0, 1], {}, "error = 0 at size 2"),
        ([1, 2, 3], [1, 2, 3], [1, 1e-20, 1], {}, "below rounding"),
        ([1, 2, 3], [1, 2], None, {}, "shape"),
        ([1, 2, 3], [1, 2, 3], None, {"form": "powr"}, "unknown form 'powr'; did you mean 'power'"),
        ([1, 2, 3], [1, 2, 3], None, {"floor": "free"}, "unknown floor"),
        ([1, 2, 3, 4], [1, 2, 3, 4], None, {"corrections": [-1]}, "corrections"),
    ],
)
def test_bad_input_is_one_clear_error(sizes, losses, errors, options, message):
    with pytest.raises(BadInput, match=message):
        fit(sizes, losses, errors, **options)
