"""Flips that are undone: exact values to the last digits, also where estimates are moved."""

import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import quality as naive
from pydantic import ValidationError

from toys import DebiasedCoin
from toys._kernels.heads import outcomes, window

SAMPLERS = ("tosses", "binomial")
INSIDE = st.floats(0.05, 0.95)


@given(
    p=st.one_of(st.floats(1e-6, 1 - 1e-6), st.just(1.0)), q=st.floats(1e-6, 0.499),
    N=st.integers(1, 150),
)  # fmt: skip
@settings(max_examples=40)
def test_exact_with_undone_flips_is_the_sum_over_recorded_heads(p, q, N):
    truth = naive.expected_with_undone_flips(p, q, N)
    seen = DebiasedCoin(p=p, q=q, N=N).exact()
    assert seen == pytest.approx(float(truth), rel=1e-11, abs=1e-30)


@pytest.mark.parametrize("N", [10**6, 10**7, 10**9, 10**12, 10**15])
@pytest.mark.parametrize(("p", "q"), [(0.3, 0.2), (0.9, 0.05), (0.5, 0.4), (0.2, 1e-6)])
def test_exact_with_undone_flips_at_large_sizes(p, q, N):
    if N == 10**6 and q == 0.4:
        N = 10**8  # the expansion begins later
    truth = float(naive.expected_with_undone_flips_of_many(p, q, N))
    assert DebiasedCoin(p=p, q=q, N=N).exact() == pytest.approx(truth, rel=1e-11, abs=0)


@pytest.mark.parametrize(
    ("p", "q", "N"),
    [
        (1, 0.2, 10**7), (1, 0.2, 10**10), (1, 0.45, 10**9), (1, 1e-4, 10**11), (1 - 1e-6, 0.2, 10**9),
        (1e-6, 0.2, 10**7), (1e-6, 0.2, 10**10), (1e-6, 0.499, 10**9), (1e-4, 0.3, 10**8),
        (1e-5, 1e-6, 10**11), (0.3, 0.499, 10**7), (0.01, 0.49, 10**7),
    ],
)  # fmt: skip
def test_exact_where_estimates_are_moved_is_the_whole_sum(p, q, N):
    """Three smooth pieces, against a plain sum over all numbers of recorded heads."""
    toy = DebiasedCoin(p=p, q=q, N=N)
    tails, chances = outcomes(float(1 - toy._mean / N), N)
    above = (N - tails - int(toy._mean)).astype(float)
    whole = chances @ toy._losses(above, int(toy._mean))
    assert toy.exact() == pytest.approx(whole, rel=3e-11, abs=0)


@pytest.mark.parametrize(("p", "N"), [(0.3, 10**4), (0.5, 10**15), (1e-6, 10**13)])
def test_what_lies_beyond_the_window(p, N):
    """Bernstein: a probability below e^-80 on either side."""
    variance, mean = N * p * (1 - p), N * p
    for t in (mean - window(p, N)[0], window(p, N)[1] - mean):
        assert t * t / (2 * (variance + t / 3)) >= 80
        assert (t / 2) ** 2 / (2 * (variance + t / 6)) < 80


@pytest.mark.parametrize(
    ("q", "N"), [(1e-6, 10**11), (1e-6, 10**13), (1e-3, 10**8), (0.2, 10**7), (0.4, 10**6)]
)
def test_exact_at_the_boundary(q, N):
    truth = naive.expected_at_the_boundary(q, N)
    assert DebiasedCoin(p=1, q=q, N=N).exact() == pytest.approx(float(truth), rel=1e-11, abs=0)


@pytest.mark.parametrize("N", [10**10, 10**12, 10**15])
@pytest.mark.parametrize("q", [0.05, 0.2, 0.4])
def test_exact_at_the_boundary_tends_to_its_law(q, N):
    """The law; what comes next, smaller by a factor 1/N; and a control without a term of the law.

    The next terms are those of counts that are whole numbers, 1/(12 N q (1-q)), of their skewness
    and kurtosis, 1/(4N), and of the third power of the deviation in the loss.
    """
    variance = q * (1 - q) / (1 - 2 * q) ** 2 / N
    after = 1 / (4 * N) - 1 / (12 * N * q * (1 - q)) + 2 * variance / 3
    law = np.sqrt(variance / (2 * np.pi)) * (1 + after) + variance / 4
    seen = DebiasedCoin(p=1, q=q, N=N).exact()
    assert seen == pytest.approx(law, rel=1e-11, abs=0)
    assert seen != pytest.approx(law - variance / 4, rel=1e-11, abs=0)


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(p=st.one_of(INSIDE, st.just(1.0)), q=st.floats(0.05, 0.4), N=st.integers(2, 150))
@settings(max_examples=30)
def test_undone_flips_against_exact(sampler, p, q, N):
    assert agrees_with_exact(DebiasedCoin(p=p, q=q, N=N, sampler=sampler))


def test_enumerated_values():
    """Prefactors, as enumerated to all digits that are printed."""
    assert f"{DebiasedCoin(p=0.3, q=0.2, N=10**5).exact() * 1e5:.4f}" == "1.5583"
    assert f"{DebiasedCoin(p=0.3, q=0.2, N=10**15).exact() * 1e15:.5f}" == "1.55820"
    for q, published in ((0.05, "0.09665"), (0.2, "0.26631")):
        assert f"{DebiasedCoin(p=1, q=q, N=10**5).exact() * 1e5**0.5:.5f}" == published


@pytest.mark.parametrize(
    "toy",
    [
        DebiasedCoin(N=10**15), DebiasedCoin(p=1, N=10**15), DebiasedCoin(p=1e-6, q=0.3, N=10**10)
    ],
    ids=repr,
)  # fmt: skip
def test_large_sizes_are_simulated_without_loss(toy):
    assert agrees_with_exact(toy)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_the_ends_of_the_bounds(sampler):
    for p in (DebiasedCoin.bounds_of("p").lower, DebiasedCoin.bounds_of("p").upper):
        for q in (DebiasedCoin.bounds_of("q").lower, DebiasedCoin.bounds_of("q").upper):
            for N in (1, 1000, 10**15):
                if N == 10**15 and sampler == "tosses":
                    continue
                made = DebiasedCoin(p=p, q=q, N=N, sampler=sampler)
                assert np.all(np.isfinite(made.simulate(fresh(), 200)))
                assert np.all(made.simulate(fresh(), 200) >= 0)
                assert np.isfinite(made.exact())


def test_links_and_refusals():
    assert DebiasedCoin().derivation("N") == "debiasing.interior"
    assert DebiasedCoin(p=1).derivation("N") == "debiasing.boundary"
    assert DebiasedCoin().derivation("p") is None
    with pytest.raises(ValidationError, match=r"p = 0\.9999999 is not allowed \(1, or at most"):
        DebiasedCoin(p=0.9999999)
    for wrong in ({"q": 0.5}, {"q": 0}, {"p": 0}):
        with pytest.raises(ValidationError):
            DebiasedCoin(**wrong)
