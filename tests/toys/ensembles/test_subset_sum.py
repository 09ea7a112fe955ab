"""Subset sums: the best of all subsets, exactly; and how fast it falls."""

import math

import numpy as np
import pytest
from court import fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import ensembles as naive
from pydantic import ValidationError

from toys import SubsetSum
from toys.ensembles import subset_sum


@given(x=st.floats(0.01, 2), n=st.integers(1, 9))
@settings(max_examples=30)
def test_the_nearest_sum_is_that_of_all_subsets(x, n):
    """Bit for bit: both count in whole multiples of 2^-53."""
    distances = SubsetSum(x=x, n=n).simulate(fresh(n), 5)
    assert np.array_equal(distances, naive.nearest_sums(fresh(n), x, n, 5))


def test_a_target_that_is_another_has_other_distances():
    assert not np.array_equal(
        SubsetSum(x=0.3, n=8).simulate(fresh(), 5), naive.nearest_sums(fresh(), 0.31, 8, 5)
    )


@pytest.mark.parametrize("n", [1, 2])
@given(x=st.floats(0.05, 2))
@settings(max_examples=15)
def test_the_mean_of_few_weights_by_quadrature(n, x):
    """Within 5 standard errors, below half a percent; a slip of 5 % is noticed."""
    steps = (np.arange(2000) + 0.5) / 1000 - 1
    nearest = np.minimum(x, abs(steps - x))
    if n == 2:
        pair = abs(steps[:, None] + steps - x)
        nearest = np.minimum(pair, np.minimum(nearest[:, None], nearest))
    distances = SubsetSum(x=x, n=n).simulate(fresh(), 100_000)
    error = distances.std() / math.sqrt(distances.size)
    assert error < 0.005 * distances.mean()
    assert abs(distances.mean() - nearest.mean()) < 5 * error
    for slip in (0.95, 1.05):
        assert abs(distances.mean() - slip * nearest.mean()) > 5 * error


@pytest.fixture(scope="module")
def logarithms():
    """Mean logarithms of the distance over √n, and their standard errors, by number of weights."""
    sizes = np.array([12, 14, 16, 18, 20, 22, 24])
    logs = np.array([
        np.log(SubsetSum(n=n).simulate(fresh(n), 5000) / math.sqrt(n)) for n in sizes.tolist()
    ])  # fmt: skip
    return sizes, logs.mean(axis=1), logs.std(axis=1) / math.sqrt(5000)


def test_it_falls_by_ln_2_per_weight(logarithms):
    """Once √n is divided out; without that, or with a rate that is 5 % off, it does not."""
    sizes, means, errors = logarithms
    centred = sizes - sizes.mean()
    slope = centred @ means / (centred @ centred)
    error = errors.max() / math.sqrt(centred @ centred)
    assert error < 0.003
    assert abs(slope + math.log(2)) < 5 * error
    for slip in (0.95, 1.05):
        assert abs(slope + slip * math.log(2)) > 5 * error
    raw = centred @ (means + np.log(sizes) / 2) / (centred @ centred)
    assert abs(raw + math.log(2)) > 5 * error


def test_its_geometric_mean_and_median(logarithms):
    """The heuristic formula is met to a few percent, the more closely the more weights."""
    sizes, means, errors = logarithms
    factor = math.exp(0.5 - 0.5772156649015329) * math.sqrt(math.pi / 6)
    law = math.log(factor) - (sizes + 1) * math.log(2)
    assert np.all(abs(means - law) < 5 * errors + 1 / sizes)
    assert abs(means - law - 0.3).min() > 5 * errors.max()
    ratio = (
        np.median(SubsetSum(n=20).simulate(fresh(), 20_001)) / math.exp(means[4]) / math.sqrt(20)
    )
    # given the weights the distance is exponential, with a mean proportional to exp(z²/2), z a
    # standard normal number: the median of this mixture, 1.0443, over exp(1/2 - γ), 0.9257
    assert ratio == pytest.approx(1.128, abs=5 * 0.015 * 1.128)  # standard error 1.5 %
    assert ratio != pytest.approx(1.0, abs=0.04)


def test_thirty_six_weights():
    distances = SubsetSum(n=36).simulate(fresh(), 3)
    assert np.all(distances > 0)
    assert np.all(distances < 1e-8)


def test_no_distance_is_zero():
    """The target lies between two multiples of the smallest weight."""
    assert SubsetSum(x=1, n=30).simulate(fresh(), 300).min() >= 2.0**-53
    for x in (0.01, 0.5, 1.0, 2.0):
        assert (int(x * subset_sum.UNIT) | 1) % 2 == 1


def test_what_it_measures():
    assert SubsetSum().statistic == "median"
    assert SubsetSum(statistic="geometric mean").statistic == "geometric mean"
    assert SubsetSum().exact() is None
    assert SubsetSum().derivation("n") == "ensemble.subset_sum"
    assert SubsetSum().derivation("N") is None
    for wrong in ({"n": 37}, {"x": 0}, {"statistic": "mean"}):
        with pytest.raises(ValidationError):
            SubsetSum(**wrong)


def test_one_signature():
    SubsetSum(n=1).simulate(fresh(), 2)
    SubsetSum(n=7).simulate(fresh(), 2)
    assert len(subset_sum._nearest_sums.signatures) == 1
    assert len(subset_sum._sorted_sums.signatures) <= 1  # none, if the caller was in the cache
