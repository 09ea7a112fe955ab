"""Regressions on either side of the peak: twins, exact values, samplers, refusals."""

import math

import mpmath as mp
import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from naive import regression as naive
from pydantic import ValidationError
from scipy.stats import ks_2samp

import symbolic
from toys import DoubleDescent, LinearRegression, OmittedFeatures
from toys.regression import _normal_equations as normal_equations
from toys.regression._wishart import mean_inverse_trace

SAMPLERS = ("samples", "sufficient statistic")


@pytest.mark.parametrize(("N", "p"), [(9, 1), (1, 6), (12, 5), (5, 12), (8, 6), (6, 6)])
@pytest.mark.parametrize(("hidden", "penalty"), [(0, 0.0), (3, 0.0), (2, 1.7)])
def test_fits_equal_those_by_numpy(N, p, hidden, penalty):
    arguments = (40, N, p, 0.7, hidden, 0.4, 0.9, penalty)
    losses = normal_equations.sampled_errors(fresh(), *arguments)
    twin = naive.errors(fresh(), *arguments)
    if p == N and not penalty:  # the condition number is large, and the kernel squares it
        assert np.median(np.abs(losses / twin - 1)) < 1e-9
    else:
        assert losses == pytest.approx(twin, rel=1e-8, abs=0)
    assert not np.allclose(losses, naive.errors(fresh(), 40, N, p, 0.7, hidden, 0.4, 0.9, 0.5))


@pytest.mark.parametrize("more_features", [False, True])
@pytest.mark.parametrize("m", [1, 2, 7])
def test_ridge_from_its_wishart_matrix_equals_the_twin(m, more_features):
    chi_squares = fresh(2).chisquare(np.arange(m + 2, 2, -1.0), size=(30, m))
    unseen = fresh(3).chisquare(4, size=30) * more_features
    out = np.empty(30)
    normal_equations._ridge_errors(fresh(), chi_squares, unseen, 1.3, 0.8, 2.1, more_features, out)
    twin = naive.ridge_errors(fresh(), chi_squares, unseen, 1.3, 0.8, 2.1, more_features)
    assert out == pytest.approx(twin, rel=1e-10, abs=0)


def test_as_simulated_before():
    """Values of the closed forms at small sizes."""
    half = 0.5**0.5
    for N, p, truth in ((40, 20, 0.52632), (15, 20, 2.125), (20, 60, 0.92308), (24, 20, 3.33333)):
        assert LinearRegression(N=N, p=p, sigma=half).exact() == pytest.approx(truth, abs=5e-6)
    for p, truth in ((5, 1.4679), (15, 5.9125), (30, 3.4667), (100, 0.9266)):
        toy = DoubleDescent(N=20, D=100, p=p, sigma=half)
        assert toy.exact() == pytest.approx(truth, abs=5e-5)
        assert toy.at(D=101).exact() != pytest.approx(truth, abs=5e-5)


def toys(N, p, sigma, r, f, sampler):
    yield LinearRegression(N=N, p=p, sigma=sigma, r=r, sampler=sampler)
    yield DoubleDescent(N=N, p=p, D=p + int(8 * f), sigma=sigma, r=r, sampler=sampler)
    yield OmittedFeatures(N=N, p=p, f=f, sigma=sigma, r=r, sampler=sampler)


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(
    few=st.integers(1, 5),
    gap=st.integers(9, 25),
    more_features=st.booleans(),
    sigma=st.floats(0.3, 2),
    r=st.floats(0.3, 2),
    f=st.floats(0.05, 0.95),
    which=st.integers(0, 2),
)
@settings(max_examples=30)
def test_simulation_against_exact(sampler, few, gap, more_features, sigma, r, f, which):
    """|N - p| >= 9: the loss has a finite fourth moment."""
    N, p = (few, few + gap) if more_features else (few + gap, few)
    toy = list(toys(N, p, sigma, r, f, sampler))[which]
    assert agrees_with_exact(toy)


@given(
    few=st.integers(1, 40), gap=st.integers(4, 10**6), more=st.booleans(),
    sigma=st.floats(0.01, 10), r=st.floats(0.01, 10), f=st.floats(0.01, 0.99),
)  # fmt: skip
@settings(max_examples=60)
def test_exact_is_the_derived_expression(few, gap, more, sigma, r, f):
    N, p = (few, few + gap) if more else (few + gap, few)
    for toy in toys(N, p, sigma, r, f, "sufficient statistic"):
        axis = "p" if more else "N"
        name = toy.derivation(axis)
        if name is None:
            assert more  # along p at fixed D the share changes
            assert isinstance(toy, DoubleDescent)
            continue
        values = {"N": N, "p": p, "sigma": sigma, "r": r, "f": getattr(toy, "f", 1)}
        assert symbolic.get(name).outside(values) is None
        with mp.workdps(40):
            truth = float(symbolic.get(name).finite_at(values))
        # shares near 1 leave a difference of what the derivation and the toy round differently
        assert toy.exact() == pytest.approx(truth, rel=1e-9, abs=0)
        assert toy.derivation("N" if more else "p") is None


@given(N=st.integers(2, 60), p=st.integers(1, 60), D=st.integers(1, 20))
@settings(max_examples=25)
def test_medians(N, p, D):
    """The median by the F law, for p <= N; at the peak too."""
    assume(p <= N)
    toy = DoubleDescent(N=N, p=p, D=p + D, statistic="median", sampler="sufficient statistic")
    losses = toy.simulate(fresh(), 40_000)
    below = np.mean(losses < toy.exact())
    assert abs(below - 0.5) <= 5 * 0.5 / 200
    floor = (1 - toy.f) * toy.r**2
    for slip in (0.8, 1.2):
        shifted = np.mean(losses < floor + slip * (toy.exact() - floor))
        assert abs(shifted - 0.5) > 5 * 0.5 / 200
    assert toy.derivation("N") is None
    assert toy.at(N=p, p=p).simulate(fresh(), 5).shape == (5,)


def test_a_median_in_many_digits():
    """F with 2 and n degrees of freedom: (n/2)(2^(2/n) - 1)."""
    for N in (3, 50, 10**9, 10**12):
        toy = LinearRegression(
            p=2, N=N, sigma=1, statistic="median", sampler="sufficient statistic"
        )
        assert toy.exact() == pytest.approx(math.expm1(2 / (N - 1) * math.log(2)), rel=1e-9, abs=0)
    assert LinearRegression(p=9, N=2, statistic="median").exact() is None


@pytest.mark.parametrize(
    ("N", "p", "estimator"),
    [(14, 3, "least squares"), (3, 14, "least squares"), (6, 6, "ridge"), (9, 4, "ridge"),
     (4, 9, "ridge")],
)  # fmt: skip
def test_both_samplers_have_one_law(N, p, estimator):
    toy = LinearRegression(N=N, p=p, estimator=estimator, sigma=0.7)
    real = toy.simulate(fresh(), 40_000)
    fast = toy.at(sampler="sufficient statistic").simulate(fresh(2), 40_000)
    assert ks_2samp(real, fast, method="asymp").pvalue > 1e-5
    assert ks_2samp(real, 1.05 * fast, method="asymp").pvalue < 1e-5


@given(
    p=st.integers(1, 12), N=st.integers(1, 30), sigma=st.floats(0.1, 3), r=st.floats(0.3, 2),
    sampler=st.sampled_from(SAMPLERS),
)  # fmt: skip
@settings(max_examples=40)
def test_ridge_simulation_against_exact(p, N, sigma, r, sampler):
    """At and around the peak too: ridge has none."""
    assert agrees_with_exact(
        LinearRegression(p=p, N=N, sigma=sigma, r=r, estimator="ridge", sampler=sampler)
    )


@pytest.mark.parametrize("shift", [1e-6, 0.1, 3.0, 50.0, 1e6])
@pytest.mark.parametrize("M", [1, 2, 3, 12, 300])
def test_one_eigenvalue_in_many_digits(M, shift):
    """E 1/(chi² + shift), by quadrature."""
    truth = float(naive.inverse_trace(M, shift))
    assert mean_inverse_trace(1, M, shift) == pytest.approx(truth, rel=1e-13, abs=0)


@pytest.mark.parametrize(("M", "shift"), [(2, 0.3), (3, 2.0), (7, 1e-3)])
def test_two_eigenvalues_in_many_digits(M, shift):
    """The joint density of both, integrated."""
    truth = float(naive.inverse_trace_of_two(M, shift))
    assert mean_inverse_trace(2, M, shift) == pytest.approx(truth, rel=1e-11, abs=0)


@pytest.mark.parametrize(("m", "M"), [(1, 6), (2, 8), (9, 16), (20, 60), (63, 80), (64, 10**3),
                                      (5, 10**6), (8, 10**9), (4, 10**12)])  # fmt: skip
def test_without_a_shift(m, M):
    """E tr W^-1 = m/(M-m-1); with M - m >= 5 the shift matters to first order only."""
    truth = m / (M - m - 1)
    assert mean_inverse_trace(m, M, 1e-13 * M) == pytest.approx(truth, rel=2e-11, abs=0)
    assert mean_inverse_trace(m, M + M // 10**9 + 1, 1e-13 * M) != pytest.approx(
        truth, rel=2e-11, abs=0
    )


@pytest.mark.parametrize("m", [1, 2, 7, 20, 64])
@pytest.mark.parametrize("M", [64, 100, 10**7])
def test_between_two_bounds(m, M):
    """Jensen's, and the value without a shift."""
    for shift in (0.5, 40.0, 1e4):
        value = mean_inverse_trace(m, M, shift)
        assert m / (M + shift) * (1 - 1e-12) <= value
        if m + 1 < M:
            assert value <= m / (M - m - 1)


@pytest.mark.parametrize(("N", "truth"), [(10, 0.7108), (20, 0.5058), (60, 0.1885)])
def test_ridge_has_no_peak(N, truth):
    """As simulated before; the limit of large p and N is near, and least squares is above."""
    toy = LinearRegression(p=20, N=N, sigma=0.5**0.5, estimator="ridge")
    assert toy.exact() == pytest.approx(truth, abs=6e-4)
    derived = symbolic.get("regression.ridge").finite
    values = {symbol: {"N": N, "p": 20, "sigma": 0.5**0.5, "r": 1}[symbol.name]
              for symbol in derived.free_symbols}  # fmt: skip
    assert 0 < toy.exact() / float(derived.subs(values)) - 1 < 0.02
    if N != 20:
        assert toy.at(estimator="least squares").exact() > 1.1 * toy.exact()
    assert toy.at(N=N + 1).exact() < toy.exact()


def test_the_best_ridge_tends_to_its_limit():
    """The exact error over its limit for large p and N, at fixed p/N: 1 + O(1/p)."""
    derived = symbolic.get("regression.ridge").finite
    left = []
    for p in (8, 16, 32, 64):
        toy = LinearRegression(p=p, N=2 * p, sigma=0.5, estimator="ridge")
        values = {symbol: {"N": 2 * p, "p": p, "sigma": 0.5, "r": 1}[symbol.name]
                  for symbol in derived.free_symbols}  # fmt: skip
        left.append(toy.exact() / float(derived.subs(values)) - 1)
    assert left[2] / left[3] == pytest.approx(2, rel=0.03, abs=0)
    assert left[0] / left[1] == pytest.approx(2, rel=0.1, abs=0)
    assert LinearRegression(p=65, N=90, estimator="ridge").exact() is None
    assert LinearRegression(p=5, N=90, estimator="ridge", statistic="median").exact() is None


@given(st.floats(-0.5, 0.5))
@settings(max_examples=5)
def test_the_best_penalty_is_the_best(slip):
    """On the same data any other penalty is worse."""
    best = LinearRegression(p=6, N=9, sigma=1, r=1.5, estimator="ridge").penalty
    assume(abs(slip) > 0.1)
    errors = [
        normal_equations.ridge_errors(fresh(), 20_000, 9, 6, 1.5, 1.0, penalty)
        for penalty in (best, best * math.exp(3 * slip))
    ]
    difference = errors[1] - errors[0]
    assert difference.mean() > 3 * difference.std() / math.sqrt(difference.size)


def test_refusals():
    LinearRegression(p=5, N=1)
    LinearRegression(p=5, N=9)
    for N in range(2, 9):
        with pytest.raises(ValidationError, match=r"infinite \(\|N - p\| >= 4 is needed\); use"):
            LinearRegression(p=5, N=N)
        LinearRegression(p=5, N=N, statistic="median")
        LinearRegression(p=5, N=N, estimator="ridge")
    with pytest.raises(ValidationError, match="use 'sufficient statistic'"):
        LinearRegression(p=5, N=10**8)
    with pytest.raises(ValidationError, match="too large for sampler 'samples'"):
        LinearRegression(p=1500, N=1500, statistic="median")
    with pytest.raises(ValidationError, match="at most 1000"):
        LinearRegression(p=1500, N=1500, estimator="ridge", sampler="sufficient statistic")
    with pytest.raises(ValidationError, match="at most D = 3"):
        DoubleDescent(p=5, D=3)


def test_one_signature():
    for N in (3, 30):
        for estimator in ("least squares", "ridge"):
            for sampler in SAMPLERS:
                LinearRegression(p=8, N=N, estimator=estimator, sampler=sampler).simulate(
                    fresh(), 3
                )
    DoubleDescent().simulate(fresh(), 3)
    OmittedFeatures().simulate(fresh(), 3)
    for kernel in (normal_equations._sampled_errors, normal_equations._ridge_errors):
        assert len(kernel.signatures) == 1
