"""The averaged exponent: right on perfect input, honest on noisy input, and loud on bad input."""

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import curve_fit

from sims import BadInput, fit
from sims.fitting.slopes import local_slopes

SIZES = np.geomspace(8, 8192, 11)


def noisy(rng, exponent=0.5, b=0.0, w=1.0, noise=0.01, floor=0.0):
    losses = SIZES**-exponent * (1 + b * SIZES**-w) + floor
    errors = np.broadcast_to(noise, SIZES.shape) * losses
    return losses + errors * rng.standard_normal(SIZES.size), errors


@given(
    exponent=st.floats(0.05, 4), prefactor=st.floats(1e-6, 1e6), b=st.floats(-0.5, 2),
    w=st.sampled_from([0.5, 1.0, 2.0]),
)  # fmt: skip
@settings(max_examples=40)
def test_perfect_input_is_recovered(exponent, prefactor, b, w):
    losses = prefactor * SIZES**-exponent * (1 + b * (SIZES / SIZES[0]) ** -w)
    seen = fit(SIZES, losses, 1e-7 * losses, corrections=[w], certain=True)
    assert seen.exponent == pytest.approx(exponent, rel=0, abs=1e-7)
    assert seen.prefactor == pytest.approx(prefactor, rel=1e-6, abs=0)
    assert seen.corrections[0].coefficient == pytest.approx(b, rel=0, abs=1e-6)
    assert seen.predict(SIZES) == pytest.approx(losses, rel=1e-6, abs=0)
    low, high = seen.interval
    assert low < exponent < high


@given(exponent=st.floats(0.2, 2), b=st.floats(0.2, 0.6), w=st.sampled_from([0.4, 0.9, 1.3]))
@settings(max_examples=25)
def test_a_correction_that_no_one_named_is_found(exponent, b, w):
    losses = SIZES**-exponent * (1 + b * (SIZES / SIZES[0]) ** -w)
    seen = fit(SIZES, losses, 1e-4 * losses)
    assert abs(seen.exponent - exponent) < 3 * seen.standard_error + 1e-4
    assert seen.standard_error < 0.01
    assert seen.model_error < seen.standard_error
    plain = fit(SIZES, losses, 1e-4 * losses, corrections=[])
    assert plain.rejected
    assert abs(plain.exponent - exponent) > 10 * plain.standard_error / plain.inflation


def test_equals_curve_fit_where_the_correction_is_certain(rng):
    losses, errors = noisy(rng, b=3.0, noise=1e-4)

    def model(n, log_c, a, b):
        return np.exp(log_c) * n**-a * (1 + b * (n / SIZES[0]) ** -1.0)

    best, covariance = curve_fit(
        model, SIZES, losses, p0=[0.1, 0.5, 0.1], sigma=errors, absolute_sigma=True,
        ftol=1e-14, xtol=1e-14,
    )  # fmt: skip
    seen = fit(SIZES, losses, errors, corrections=[1], certain=True)
    assert seen.exponent == pytest.approx(best[1], rel=0, abs=0.01 * seen.standard_error)
    assert seen.standard_error == pytest.approx(np.sqrt(covariance[1, 1]), rel=2e-3, abs=0)
    residuals = (model(SIZES, *best) - losses) / errors
    assert seen.chi2 == pytest.approx(residuals @ residuals, rel=0.01, abs=0)
    assert seen.dof == 8
    assert seen.covariance[1, 1] == pytest.approx(seen.standard_error**2, rel=1e-9, abs=0)


def test_without_errors_a_power_law_has_students_interval(rng):
    from scipy.stats import linregress

    losses, _ = noisy(rng, noise=1e-3)
    line = linregress(np.log(SIZES), np.log(losses))
    seen = fit(SIZES, losses, None, corrections=[])
    assert seen.exponent == pytest.approx(-line.slope, rel=0, abs=0.02 * line.stderr)
    assert seen.chi2 is None
    assert seen.p_value is None
    low, high = seen.interval
    assert (high - low) / 2 / line.stderr == pytest.approx(2.262157, rel=0.02, abs=0)


@pytest.mark.parametrize("scale", [1e-8, 1e-4, 1e4, 1e8])
def test_units_do_not_matter(rng, scale):
    losses, errors = noisy(rng, b=2.0, floor=0.003)
    here = fit(SIZES, losses, errors, floor="maybe")
    there = fit(SIZES * scale, losses / scale, errors / scale, floor="maybe")
    assert there.exponent == pytest.approx(here.exponent, rel=1e-7, abs=0)
    assert there.interval == pytest.approx(here.interval, rel=1e-7, abs=0)
    assert there.floor * scale == pytest.approx(here.floor, rel=1e-6, abs=0)


def test_the_order_of_the_data_does_not_matter(rng):
    losses, errors = noisy(rng)
    shuffled = rng.permutation(SIZES.size)
    one = fit(SIZES, losses, errors)
    other = fit(SIZES[shuffled], losses[shuffled], errors[shuffled])
    assert one.exponent == other.exponent


def test_a_window_leaves_out_what_no_model_fits(rng):
    losses, errors = noisy(rng, noise=0.003)
    losses[:2] *= (1.6, 0.8)
    seen = fit(SIZES, losses, errors, corrections=[])
    assert seen.dropped == tuple(SIZES[:2])
    assert seen.window == (SIZES[2], SIZES[-1])
    assert len(seen.local_slopes) == 10
    assert "left out: 8, 16" in seen.text
    assert abs(seen.exponent - 0.5) < 4 * seen.standard_error
    assert not seen.flags


def test_where_no_window_fits_a_flag_says_so(rng):
    losses, errors = noisy(rng, noise=0.003)
    losses *= 1 + 0.05 * (-1.0) ** np.arange(11)
    seen = fit(SIZES, losses, errors)
    assert any("does not fit" in flag for flag in seen.flags)
    losses, errors = noisy(rng, noise=0.003)
    losses *= 1 + 0.006 * (-1.0) ** np.arange(11)
    assert any("no window of 6" in flag for flag in fit(SIZES, losses, errors).flags)


def test_floors(rng):
    losses, errors = noisy(rng, noise=0.002, floor=0.01)
    for floor in ("maybe", "free"):
        seen = fit(SIZES, losses, errors, floor=floor)
        assert abs(seen.exponent - 0.5) < 3 * seen.standard_error
        assert seen.floor == pytest.approx(0.01, rel=0.15, abs=0)
        assert f"({floor}; weight of a floor 1.00)" in seen.text
    known = fit(SIZES, losses, errors, floor=0.01)
    assert abs(known.exponent - 0.5) < 3 * known.standard_error
    assert known.floor == 0.01
    wrong = fit(SIZES, losses, errors)
    assert wrong.exponent < 0.45
    assert any("a floor may explain the data better" in flag for flag in wrong.flags)
    clean = fit(SIZES, *noisy(rng, noise=0.002), floor="maybe")
    assert clean.floor < 2e-4
    assert not clean.flags


def test_a_logarithm_is_flagged_and_a_power_law_is_not(rng):
    flagged = control = 0
    for _ in range(40):
        noise = 0.005 * (1 + rng.standard_normal(11) * 0.01)
        losses = np.log(SIZES) / SIZES
        losses *= 1 + noise * rng.standard_normal(11)
        flagged += any("logarithm" in f for f in fit(SIZES, losses, noise * losses).flags)
        losses, errors = noisy(rng, b=2.0, noise=0.005)
        control += any("logarithm" in f for f in fit(SIZES, losses, errors).flags)
    assert flagged >= 34
    assert control <= 4


def test_the_covariance_of_shared_replicates_is_used(rng):
    """Sizes that share replicates: with their covariance the interval covers, without it fails."""
    x = np.log(SIZES / SIZES[0])
    correlation = np.exp(-np.abs(x[:, None] - x[None, :]) / 4)
    errors = 0.01 * SIZES**-0.5
    matrix = errors[:, None] * correlation * errors[None, :]
    root = np.linalg.cholesky(matrix)
    covered = ignored = 0
    for _ in range(200):
        losses = SIZES**-0.5 + root @ rng.standard_normal(11)
        seen = fit(SIZES, losses, matrix, corrections=[])
        assert seen.errors == "covariance"
        covered += seen.interval[0] <= 0.5 <= seen.interval[1]
        low, high = fit(SIZES, losses, errors, corrections=[]).interval
        ignored += low <= 0.5 <= high
    assert abs(covered / 200 - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 200)
    assert ignored / 200 < 0.85
    diagonal = fit(SIZES, losses, np.diag(errors**2))
    assert diagonal.exponent == pytest.approx(fit(SIZES, losses, errors).exponent, rel=0, abs=2e-4)


def test_uneven_errors_are_taken_as_given_and_estimates_are_smoothed(rng):
    losses, errors = noisy(rng)
    errors[4] *= 10
    assert fit(SIZES, losses, errors).errors == "as given"
    estimates = errors / np.where(np.arange(11) == 4, 10, 1)
    estimates *= np.sqrt(rng.chisquare(9, 11) / 9)
    assert fit(SIZES, losses, estimates).errors == "smoothed"


def coverage(rng, repeats, b, w=1.0, **options):
    inside = 0
    for _ in range(repeats):
        losses, errors = noisy(rng, b=b, w=w, noise=np.geomspace(0.003, 0.03, 11))
        low, high = fit(SIZES, losses, errors, **options).interval
        inside += low <= 0.5 <= high
    return inside / repeats


@pytest.mark.parametrize(("b", "w"), [(0.0, 1.0), (2.0, 1.0), (-2.0, 1.0), (1.0, 0.5)])
def test_the_interval_covers_95_percent(rng, b, w):
    """150 repetitions: at least 89 %, which is 95 % less 3.4 standard errors."""
    assert coverage(rng, 150, b, w) >= 0.89


def test_an_interval_that_assumes_no_correction_does_not_cover(rng):
    assert coverage(rng, 60, 2.0, corrections=[]) < 0.5


def test_the_interval_covers_with_the_correction_of_theory(rng):
    """600 repetitions: 95 % within 4 standard errors."""
    assert abs(coverage(rng, 600, 2.0, corrections=[1]) - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 600)


def test_the_bootstrap_agrees_with_the_posterior(rng):
    losses, errors = noisy(rng, b=2.0)
    seen = fit(SIZES, losses, errors, corrections=[1], certain=True)
    drawn = seen.bootstrap(1000, seed=1)
    assert drawn.standard_error == pytest.approx(seen.standard_error, rel=0.1, abs=0)
    assert abs(drawn.covered - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 1000)
    assert drawn == seen.bootstrap(1000, seed=1)
    assert drawn != seen.bootstrap(1000, seed=2)
    few = seen.bootstrap(70, seed=1)  # two batches, the second not full
    assert few.repeats == 70


def test_the_same_fit_of_the_same_losses_is_the_fit(rng):
    losses, errors = noisy(rng, b=2.0)
    seen = fit(SIZES, losses, errors, corrections=[])
    assert seen.dropped
    assert seen.same_fit(losses) == pytest.approx(seen.exponent, rel=0, abs=1e-12)


def test_p_values(rng):
    losses, errors = noisy(rng)
    assert fit(SIZES, losses, errors, corrections=[]).p_value > 1e-3
    bent = losses * np.exp(-0.2 * np.log(SIZES / 8) ** 2)
    assert fit(SIZES, bent, errors * bent / losses, corrections=[]).p_value < 1e-6


def test_running_slopes(rng):
    losses, errors = noisy(rng)
    slopes = local_slopes(SIZES, losses, errors)
    assert len(slopes) == 10
    pulls = [(s.slope + 0.5) / s.standard_error for s in slopes]
    assert max(map(abs, pulls)) < 5
    assert slopes[0].size == pytest.approx(np.sqrt(SIZES[0] * SIZES[1]), rel=1e-12, abs=0)
    assert local_slopes(SIZES, losses, None)[0].standard_error is None


def test_few_sizes_are_flagged():
    seen = fit([1, 2, 4], [1, 0.5, 0.25], [0.1, 0.1, 0.1], corrections=[])
    assert seen.flags == ("fewer than 6 sizes",)


def test_as_many_parameters_as_sizes_leave_no_p_value():
    seen = fit([1, 2, 4], [1, 0.6, 0.25], [0.1, 0.1, 0.1], corrections=[1], certain=True)
    assert seen.dof == 0
    assert seen.p_value is None
    assert "exponent" in seen.text


def test_text_says_what_a_reader_needs(rng):
    losses, errors = noisy(rng)
    text = fit(SIZES, losses, errors, corrections=[1], certain=True).text
    for word in ("exponent", "±", "(stat 0.", "model 0.", "window N ≥ 8, p =", "zero, assumed",
                 "(N/8)^-1", "chi²", "slopes", "95 %"):  # fmt: skip
        assert word in text
    assert fit(SIZES, losses, None).text.count("none given") == 1


def test_the_record_is_plain_json(rng):
    record = fit(SIZES, *noisy(rng)).record()
    again = json.loads(json.dumps(record, allow_nan=False))
    assert again["exponent"] == record["exponent"]
    assert sum(model["weight"] for model in again["models"]) == pytest.approx(1, rel=1e-9, abs=0)
    assert "problem" not in again


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
        ([1, 2, 3], [2, 2, 2], None, {}, r"all losses are equal \(2\)"),
        ([1, 2, 3], [1, 2, 3], None, {"form": "powr"}, "unknown form 'powr'; did you mean 'power'"),
        ([1, 2, 3], [1, 2, 3], None, {"floor": "fre"}, "unknown floor 'fre'; did you mean 'free'"),
        (
            [1, 2, 3],
            [1, 2, 3],
            None,
            {"floor": 1.5},
            "loss = 1 at size 1 is not above the floor 1.5",
        ),
        ([1, 2, 3], [1, 2, 3], None, {"floor": -1.0}, "floor = -1 is not allowed"),
        ([1, 2, 3, 4], [1, 2, 3, 4], None, {"corrections": [-1]}, "corrections"),
        ([1, 2, 3, 4], [1, 2, 3, 4], None, {"corrections": [1, 1]}, "one is there twice"),
        (SIZES, 1 / SIZES, None, {"corrections": [1, 2, 3, 4, 5]}, "5 corrections are not allowed"),
        ([1, 2, 3], [1, 2, 3], [[1, 0], [0, 1]], {}, "covariance: shape"),
        ([1, 2, 3], [1, 2, 3], np.ones((3, 3)), {}, "covariance: it is singular"),
        ([1, 2, 3], [1, 2, 3], np.diag([1, -1, 1]), {}, "covariance: variance = -1"),
        ([1, 2, 3], [1, 2, 3], np.triu(np.ones((3, 3))), {}, "symmetric"),
    ],
)
def test_bad_input_is_one_clear_error(sizes, losses, errors, options, message):
    with pytest.raises(BadInput, match=message):
        fit(sizes, losses, errors, **options)


def test_a_known_floor_is_subtracted_and_put_back(rng):
    losses, errors = noisy(rng, noise=1e-3, floor=0.1)
    seen = fit(SIZES, losses, errors, floor=0.1)
    assert seen.floor == 0.1
    assert seen.floor_assumed == "known"
    assert seen.predict(SIZES) == pytest.approx(losses, rel=0.01, abs=0)
    assert seen.same_fit(losses) == pytest.approx(seen.exponent, rel=0, abs=1e-12)
    assert "0.1, known and subtracted" in seen.text
    drawn = seen.bootstrap(200)
    assert abs(drawn.mean - seen.exponent) < 3 * seen.standard_error


def test_the_bootstrap_without_errors_draws_with_the_scatter_about_the_fit():
    noise = 1e-4 * np.random.Generator(np.random.PCG64DXSM(5)).standard_normal(11)
    losses = SIZES**-0.5 * (1 + 4 / SIZES) * (1 + noise)
    seen = fit(SIZES, losses, corrections=[1], certain=True)
    drawn = seen.bootstrap(400)
    assert drawn.standard_error == pytest.approx(seen.standard_error, rel=0.5, abs=0)
    assert drawn.covered > 0.85


@pytest.mark.parametrize("noise", [1e-3, 1e-5, 1e-7, 1e-9])
def test_unknown_errors_are_found_however_small(noise):
    noisy = noise * np.random.Generator(np.random.PCG64DXSM(6)).standard_normal(11)
    losses = SIZES**-0.5 * (1 + 4 / SIZES) * (1 + noisy)
    seen = fit(SIZES, losses, corrections=[1], certain=True)
    assert 0.1 < seen.standard_error / noise < 1
    assert abs(seen.exponent - 0.5) < 4 * seen.standard_error


@pytest.mark.parametrize("floor", ["zero", "maybe", "free"])
def test_the_covariance_is_one(rng, floor):
    for _ in range(30):
        seen = fit(SIZES, *noisy(rng, b=1.0, noise=0.02), floor=floor)
        assert np.linalg.eigvalsh(seen.covariance)[0] > 0
        assert seen.covariance[1, 1] == pytest.approx(seen.standard_error**2, rel=1e-6, abs=0)


def test_the_covariance_is_that_of_curve_fit(rng):
    losses, errors = noisy(rng, noise=1e-4)
    _, covariance = curve_fit(
        lambda n, log_c, a: np.exp(log_c) * n**-a, SIZES, losses, p0=[0, 0.5], sigma=errors,
        absolute_sigma=True,
    )  # fmt: skip
    seen = fit(SIZES, losses, np.diag(errors**2), corrections=[])
    assert seen.covariance == pytest.approx(covariance, rel=5e-3, abs=0)


def test_floors_lie_between_zero_and_the_smallest_loss(rng):
    for _ in range(40):
        losses, errors = noisy(rng, noise=0.01)
        seen = fit(SIZES, losses, errors, floor="free")
        assert 0 <= seen.floor <= losses.min()
        assert all(0 <= model.floor <= losses.min() for model in seen.models)


def test_a_supplied_correction_at_the_edge_of_the_set_is_no_doubt(rng):
    for w in (0.2, 2.0):
        losses, _ = noisy(rng, b=0.5 * 8**w, w=w, noise=1e-3)
        assert fit(SIZES, losses, None, corrections=[w], certain=True).flags == ()
    slow = SIZES**-0.5 * (1 + 0.6 * (SIZES / 8) ** -0.12)
    assert any("edge" in flag for flag in fit(SIZES, slow, 1e-4 * slow).flags)


@pytest.mark.parametrize("replicates", [4, 6, 10])
def test_errors_from_few_replicates_cover(rng, replicates):
    """150 repetitions with estimated errors: at least 85 %; each taken as it is, fewer cover."""
    covered = control = 0
    for _ in range(150):
        losses = SIZES**-0.5 * (1 + 0.1 * rng.standard_normal((replicates, 11)))
        mean, error = losses.mean(0), losses.std(0, ddof=1) / np.sqrt(replicates)
        low, high = fit(SIZES, mean, error, corrections=[]).interval
        covered += low <= 0.5 <= high
        low, high = fit(SIZES, mean, np.diag(error**2), corrections=[]).interval
        control += low <= 0.5 <= high
    assert covered / 150 >= 0.85
    assert control < covered


def test_few_replicates_are_flagged_by_the_fit_itself():
    rng = np.random.default_rng(1)
    losses, errors = noisy(rng)
    assert "fewer than 30 replicates" in fit(SIZES, losses, errors, replicates=29).flags
    assert "fewer than 30 replicates" not in fit(SIZES, losses, errors, replicates=30).flags
    for wrong in (0, -3, True):
        with pytest.raises(BadInput, match="replicates = "):
            fit(SIZES, losses, errors, replicates=wrong)


def test_a_floor_is_flagged_from_odds_of_three_on():
    """Of laws with ever larger floors the first that is flagged has odds just above 3."""
    odds = []
    for floor in np.linspace(0.0004, 0.0016, 13):
        losses = SIZES**-0.5 + floor
        flags = " ".join(fit(SIZES, losses, 0.01 * losses).flags)
        odds += re.findall(r"a floor .*?odds ([\d.e+]+) to 1", flags)
    assert 0 < len(odds) < 13
    assert 3 <= min(map(float, odds)) < 6
