"""What is said of losses that reject every power law, and how errors are inflated for them."""

import math

import numpy as np
import pytest
from scipy.special import chdtri

from sims import fit
from sims.fitting.average.averaged import LARGEST, Averaging
from sims.fitting.average.inflation import CLOSE, least_inflation
from sims.fitting.average.models import model_set
from sims.fitting.flags import DOES_NOT_FIT, IMPLAUSIBLE
from sims.fitting.losses import checked
from sims.numbers import to_places

SIZES = np.geomspace(8, 8192, 9)


def wavy(size: float, noise: float = 1e-3) -> tuple[np.ndarray, np.ndarray]:
    losses = SIZES**-0.5 * (1 + size * (-1.0) ** np.arange(9))
    return losses, noise * losses


def test_the_text_has_no_exponent_and_the_attributes_do():
    seen = fit(SIZES, *wavy(0.02))
    assert seen.rejected
    assert DOES_NOT_FIT in seen.flags
    lines = {line.partition(" ")[0] for line in seen.text.split("\n")}
    assert lines >= {"exponent", "flag", "window", "errors", "slopes"}
    assert not lines & {"95", "prefactor", "floor", "models"}
    assert "none: the data reject a power law" in seen.summary
    assert f"{seen.exponent:.2f}" not in seen.summary
    assert abs(seen.exponent - 0.5) < 2 * seen.standard_error
    assert seen.record()["inflation"] == seen.inflation


def test_a_law_that_fits_is_not_inflated():
    seen = fit(SIZES, *wavy(0.0))
    assert not seen.rejected
    assert seen.inflation == 1
    assert "exponent   0.50" in seen.text


def test_errors_are_inflated_until_the_best_model_is_barely_allowed():
    seen = fit(SIZES, *wavy(0.02), corrections=[])
    limit = chdtri(seen.dof, IMPLAUSIBLE)
    assert seen.inflation == pytest.approx(math.sqrt(seen.chi2 / limit), rel=1e-5, abs=0)
    assert seen.p_value < IMPLAUSIBLE


def test_the_errors_grow_with_the_misfit_and_without_a_jump():
    few = SIZES[:6]  # one window, so that none can change
    seen = []
    for wave in np.linspace(2.2e-3, 3e-3, 17):
        losses = few**-0.5 * (1 + wave * (-1.0) ** np.arange(6))
        seen.append(fit(few, losses, np.diag((1e-3 * losses) ** 2), corrections=[]))
    assert {each.rejected for each in seen} == {False, True}
    errors = np.array([each.standard_error for each in seen])
    assert np.max(errors[1:] / errors[:-1]) < 1.03
    assert seen[-1].inflation < 1.4
    far = fit(SIZES, *wavy(0.02), corrections=[])
    near = fit(SIZES, *wavy(0.002), corrections=[])
    assert far.standard_error > 5 * near.standard_error


def test_relative_errors_are_inflated_no_further_than_makes_sense():
    losses = np.exp(-SIZES / 300)
    seen = fit(SIZES, losses, 1e-4 * losses)
    assert seen.inflation == pytest.approx(LARGEST / 1e-4, rel=1e-9, abs=0)
    assert np.isfinite(seen.standard_error)


def test_a_covariance_is_inflated_like_errors():
    losses, errors = wavy(0.02)
    one = fit(SIZES, losses, np.diag(errors**2), corrections=[])
    problem = Averaging.of(checked(SIZES, losses, np.diag(errors**2)), [], "zero", False)
    larger = problem.inflated(one.inflation).solve(whole=True)
    assert one.exponent == pytest.approx(larger.exponents[0], rel=1e-9, abs=0)
    assert one.standard_error == pytest.approx(larger.errors[0], rel=1e-6, abs=0)
    assert problem.inflated(2.0).white == pytest.approx(problem.white / 2, rel=1e-12, abs=0)
    assert one.bootstrap(1000).standard_error == pytest.approx(one.standard_error, rel=0.1, abs=0)


@pytest.mark.parametrize("root", [1e-9, 0.3, 7.0])
def test_the_least_factor_is_a_zero(root):
    found = least_inflation(lambda s: root - math.log(s), root, 1e9)
    assert root <= math.log(found) < root + 2 * CLOSE


def test_where_the_excess_jumps_the_factor_lies_above():
    def excess(factor):
        return 1.5 - 0.3 * math.log(factor) if math.log(factor) < 2 else -0.4

    found = least_inflation(excess, 1.5, 1e9)
    assert 2 <= math.log(found) < 2 + 2 * CLOSE
    assert excess(found) < 0


def test_the_largest_factor_is_kept():
    assert least_inflation(lambda s: 9 - math.log(s), 9.0, 50.0) == 50.0
    assert least_inflation(lambda s: 9 - math.log(s), 9.0, 1.0) == 1.0


def test_models_that_meet_every_loss_do_not_tell_errors():
    models = model_set(None, "free").testable(6)
    assert models.parameters.max() == 5
    assert model_set(None, "free").parameters.max() == 7
    assert np.exp(models.log_priors[~models.rivals]).sum() == pytest.approx(1, rel=1e-12, abs=0)


@pytest.mark.parametrize("count", [5, 6])
def test_unknown_errors_of_few_sizes_cover(rng, count):
    """60 repetitions, two laws: at least 85 % of the intervals; with models of as many parameters
    as sizes, 57 % of those of five did."""
    sizes = np.geomspace(8, 8192, count)
    covered = 0
    for i in range(60):
        losses = sizes**-0.5 * (1 + 0.6 * (i % 2) * (sizes / 8) ** -1.0)
        low, high = fit(sizes, losses * (1 + 0.005 * rng.standard_normal(count))).interval
        covered += low <= 0.5 <= high
    assert covered >= 51


def test_numbers_without_an_error_bar():
    assert to_places(0.123456789, 3) == "0.123"
    assert to_places(12.3456789, 9) == "12.3457"
    assert to_places(-1234567.0, 4) == "-1234567"
    assert to_places(0.0, 4) == "0"
    assert to_places(0.4, 0) == "0"
    assert to_places(-1e-9, 4) == "0.0000"  # the sign of a rounding error is no sign
