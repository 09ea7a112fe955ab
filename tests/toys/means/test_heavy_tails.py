"""Means and medians of heavy-tailed draws: twins, exact values in many digits, samplers."""

import math

import mpmath as mp
import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from naive.means import heavy_tails as naive
from pydantic import ValidationError

import symbolic
from toys import StableMean, StudentMean, StudentMedian
from toys.means import heavy_tails
from toys.means._student import _log_characteristic


def typical_error_agrees(toy, index):
    """The mean logarithm is within 5 standard errors, which a slip of 5 % is not."""
    logs = np.log(toy.simulate(fresh(), 100_000 if index > 1 else 400_000))
    seen, error = logs.mean(), logs.std() / math.sqrt(logs.size)
    assert error <= 0.005
    assert abs(seen - math.log(toy.exact())) <= 5 * error, toy
    for slip in (0.95, 1.05):
        assert abs(seen - math.log(slip * toy.exact())) > 5 * error


@pytest.mark.parametrize("N", [1, 2, 17])
@pytest.mark.parametrize("index", [0.5, 0.9, 1.0, 1.3, 1.99])
def test_means_equal_their_twins(N, index):
    for toy, draw in (
        (StableMean(a=index, g=1, N=N), naive.stable_draw),
        (StudentMean(nu=index, N=N), naive.student_draw),
    ):
        losses = toy.simulate(fresh(), 50)
        twin = naive.mean_sizes(fresh(), draw, index, N, 50)
        assert np.all(np.abs(losses - twin) <= 4 * np.spacing(twin))


@pytest.mark.parametrize("a", [0.5, 1.0, 1.7])
def test_a_stable_draw_is_that_of_chambers_mallows_and_stuck(a):
    """Their own form, with two powers."""
    rng, other = fresh(), fresh()
    for _ in range(100):
        angle = math.pi * (other.random() - 0.5)
        exponential = other.standard_exponential()
        theirs = math.sin(a * angle) / math.cos(angle) ** (1 / a)
        theirs *= (math.cos(angle - a * angle) / exponential) ** ((1 - a) / a)
        assert naive.stable_draw(rng, a) == pytest.approx(theirs, rel=1e-11, abs=0)


@pytest.mark.parametrize("N", [9, 10, 31])
@pytest.mark.parametrize("nu", [1.0, 2.7])
def test_medians_equal_their_twin(N, nu):
    losses = StudentMedian(nu=nu, N=N).simulate(fresh(), 30)
    assert np.array_equal(losses, naive.median_sizes(fresh(), nu, N, 30))
    assert np.any(naive.median_sizes(fresh(), nu, N - 1, 30) != losses)


@given(st.floats(0.55, 1.95), st.sampled_from([1, 3, 10]), st.sampled_from(["draws", "one draw"]))
@settings(max_examples=15)
def test_stable_simulation_against_exact(a, N, sampler):
    typical_error_agrees(StableMean(a=a, g=3, N=N, sampler=sampler), a)


@given(st.floats(0.6, 8), st.sampled_from([1, 3, 10]))
@settings(max_examples=15)
def test_student_simulation_against_exact(nu, N):
    typical_error_agrees(StudentMean(nu=nu, N=N), nu)


@given(st.floats(0.6, 30), st.integers(1, 40), st.sampled_from(["draws", "order statistic"]))
@settings(max_examples=30)
def test_median_simulation_against_exact(nu, N, sampler):
    assume((N + 1) // 2 * nu > 5)
    assert agrees_with_exact(StudentMedian(nu=nu, N=N, sampler=sampler))


@pytest.mark.parametrize("a", [0.6, 1.0, 1.5])
def test_draws_are_stable(a):
    """The mean of cos(t X) is exp(-|t|^a); with another scale it is not."""
    toy = StableMean(a=a, g=1, N=1)
    for t in (0.3, 1.0, 2.5):
        seen = np.cos(t * toy.simulate(fresh(), 200_000))
        error = seen.std() / math.sqrt(seen.size)
        assert abs(seen.mean() - math.exp(-(t**a))) <= 5 * error
        assert abs(seen.mean() - math.exp(-((1.2 * t) ** a))) > 5 * error


@pytest.mark.parametrize(("nu", "other"), [(0.5, 0.65), (1.0, 1.3), (3.3, 4.3), (40.0, 10.0)])
def test_draws_are_of_students_law(nu, other):
    from scipy.stats import kstest
    from scipy.stats import t as student

    losses = StudentMean(nu=nu, N=1).simulate(fresh(), 50_000)
    assert kstest(losses, lambda x: 2 * student(nu).cdf(x) - 1).pvalue > 1e-4
    assert kstest(losses, lambda x: 2 * student(other).cdf(x) - 1).pvalue < 1e-4


@pytest.mark.parametrize("nu", [0.5, 0.97, 1.5, 2.0, 2.2, 2.6, 7.0, 1000.0])
@pytest.mark.parametrize("t", [1e-12, 1e-5, 0.01, 0.3, 2.0, 15.0])
def test_the_characteristic_function(nu, t):
    """Its logarithm relatively where it is near 0, itself to rounding where it is small."""
    with mp.workdps(50):
        truth = mp.log(naive.characteristic(mp.mpf(nu), mp.mpf(t)))
    seen = _log_characteristic(nu, np.array([t]))[0]
    if t > 2:
        assert math.exp(seen) == pytest.approx(float(mp.exp(truth)), abs=1e-15)
    else:
        assert seen == pytest.approx(float(truth), rel=2e-12, abs=0)


@pytest.mark.parametrize(("nu", "N"), [(0.7, 5), (1.5, 1), (1.5, 100), (1.99, 7), (6.5, 3)])
def test_student_exact_in_many_digits(nu, N):
    assert math.log(StudentMean(nu=nu, N=N).exact()) == pytest.approx(
        float(naive.log_mean_size(nu, N)), abs=1e-11
    )


@pytest.mark.parametrize("N", [1, 2, 100, 10**6, 10**9])
def test_a_cauchy_mean_does_not_improve(N):
    assert StudentMean(nu=1, N=N).exact() == pytest.approx(1, rel=1e-12, abs=0)
    assert StableMean(a=1, g=1, N=N, sampler="one draw").exact() == 1
    assert StudentMean(nu=1).derivation("N") is None
    assert StableMean(a=1).derivation("N") is None


@pytest.mark.parametrize(
    ("nu", "beyond"), [(1.2, 1), (1.5, 2 / 3), (2.5, 1 / 2), (3.5, 1), (5.0, 1.5), (9.0, 2)]
)
def test_student_exact_tends_to_its_law(nu, beyond):
    """What is left beyond the law falls with the power of N that comes next."""
    left = []
    for N in (10**5, 10**7):
        toy = StudentMean(nu=nu, N=N)
        law = symbolic.get(toy.derivation("N")).law_at({"nu": nu})
        expression = law.expression
        if 1 < nu < 2:  # the correction is a step of its own
            g = math.sqrt(nu) / 2 * (math.gamma(1 - nu / 2) / math.gamma(1 + nu / 2)) ** (1 / nu)
            small = math.gamma(2 / nu) / (2 * (2 - nu) * g**2) * N ** (1 - 2 / nu)
            expression = expression * (1 - small)
        left.append(abs(toy.exact() / float(expression.subs(law.size, N).evalf(20)) - 1))
    assert left[1] <= 1.3 * left[0] * 100**-beyond + 1e-12


def test_exponents_reach_far():
    """Slopes of the exact curve far out: 1 - 1/nu, and 1/2."""
    for nu, exponent, within in ((0.8, -0.25, 1e-5), (1.2, 1 / 6, 1e-5), (3.0, 0.5, 1e-4)):
        near, far = (StudentMean(nu=nu, N=N).exact() for N in (10**8, 10**9))
        assert math.log10(near / far) == pytest.approx(exponent, abs=within)
    near, far = (StudentMean(nu=2, N=N).exact() for N in (10**3, 10**4))
    assert 0.44 < math.log10(near / far) < 0.47  # sqrt(ln N/N): no clean exponent


@pytest.mark.parametrize(("nu", "N"), [(0.9, 11), (1.5, 101), (1.5, 102), (3.0, 4), (500.0, 1)])
def test_median_exact_in_many_digits(nu, N):
    truth = float(naive.median_size(nu, N))
    assert StudentMedian(nu=nu, N=N).exact() == pytest.approx(truth, rel=1e-11, abs=0)


@pytest.mark.parametrize("nu", [0.5, 1.5, 30.0])
@pytest.mark.parametrize("N", [10**4 + 1, 10**8 + 1, 10**12 - 1])
def test_median_exact_tends_to_its_law(nu, N):
    law = symbolic.get("heavy_tails.median").law_at({"nu": nu})
    truth = float(law.expression.subs(law.size, N).evalf(25))
    toy = StudentMedian(nu=nu, N=N, sampler="order statistic")
    assert toy.exact() == pytest.approx(truth, rel=1e-12 + 100 / N**2, abs=0)


def test_as_derived_before():
    """sqrt(2/pi)/(2 f(0)) = 1.171 for nu = 1.5."""
    toy = StudentMedian(nu=1.5, N=10**8 + 1, sampler="order statistic")
    assert toy.exact() * 1e4 == pytest.approx(1.171, abs=5e-4)


def test_the_order_statistic_at_both_ends():
    """The size that a draw exceeds with a given probability, against scipy."""
    from scipy.stats import t as student

    tails = np.array([1e-12, 1e-3, 0.4999, 0.5, 0.6, 0.99, 1 - 1e-6])
    for nu in (0.5, 1.5, 50.0):
        seen = StudentMedian(nu=nu, N=1001)._distance(tails)
        assert seen == pytest.approx(student(nu).isf(tails / 2), rel=1e-9, abs=0)


def test_refusals():
    with pytest.raises(ValidationError, match="use 'one draw'"):
        StableMean(N=10**10)
    with pytest.raises(ValidationError, match="use 'order statistic'"):
        StudentMedian(N=10**8)
    with pytest.raises(ValidationError, match=r"no finite fourth moment \(N >= 17 is needed\)"):
        StudentMedian(nu=0.5, N=16)
    StudentMedian(nu=0.5, N=17)
    StableMean(N=10**15, sampler="one draw")


def test_one_signature():
    StableMean(N=5).simulate(fresh(), 3)
    StableMean(N=5, sampler="one draw").simulate(fresh(), 3)
    StudentMean(N=5).simulate(fresh(), 3)
    StudentMedian(N=25).simulate(fresh(), 3)
    for kernel in (
        heavy_tails._stable_means, heavy_tails._student_means, heavy_tails._student_medians
    ):  # fmt: skip
        assert len(kernel.signatures) == 1
