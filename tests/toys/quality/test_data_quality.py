"""Coins seen through bad data: marked tosses equal their twin, exact values to the last digits."""

import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import example, given, settings
from hypothesis import strategies as st
from naive import quality as naive
from pydantic import ValidationError
from scipy.stats import binom

from toys import Erasures, LabelNoise
from toys._kernels.heads import outcomes
from toys.quality import data_quality

SAMPLERS = ("tosses", "binomial")
INSIDE = st.floats(0.05, 0.95)


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize(("p", "q"), [(0.3, 0.2), (0.8, 0.9), (0.5, 0.01)])
def test_marks_fall_on_both_faces_alike(sampler, p, q):
    """Each of the three numbers is binomial: their means to 5 standard errors, and variances.

    A covariance is within 6 standard errors of its law, which 0 is not.
    """
    toy = Erasures(p=p, q=q, N=100, sampler=sampler)
    counts = toy._toss(fresh(), 50_000)
    for seen, chance in zip(counts, (p * (1 - q), p * q, (1 - p) * q), strict=True):
        law = binom(100, chance)
        assert abs(seen.mean() - law.mean()) < 5 * law.std() / 50_000**0.5
        assert abs(seen.mean() - 1.1 * law.mean()) > 5 * law.std() / 50_000**0.5
        assert seen.var() == pytest.approx(law.var(), rel=0.05, abs=0)
    product = np.cov(counts[0], counts[2])[0, 1]  # multinomial
    se = (counts[0].var() * counts[2].var() / 50_000) ** 0.5
    assert abs(product + 100 * p * (1 - q) * (1 - p) * q) <= 6 * se
    assert abs(product) > 6 * se


@given(
    p=st.floats(1e-6, 1 - 1e-6), q=st.floats(1e-6, 0.499), k=st.floats(1e-3, 50),
    N=st.integers(1, 150),
)  # fmt: skip
@settings(max_examples=40)
def test_exact_with_flips_is_the_sum_over_recorded_heads(p, q, k, N):
    truth = naive.expected_with_flips(p, q, k, N)
    seen = LabelNoise(p=p, q=q, pseudocount=k, N=N).exact()
    assert seen == pytest.approx(float(truth), rel=1e-11, abs=0)


@given(
    p=st.floats(1e-6, 1 - 1e-6), q=st.floats(1e-6, 0.999), k=st.floats(1e-3, 50),
    N=st.integers(1, 30),
)  # fmt: skip
@settings(max_examples=30)
def test_exact_with_erasures_is_the_sum_over_heads_and_tails(p, q, k, N):
    truth = naive.expected_with_erasures(p, q, k, N)
    seen = Erasures(p=p, q=q, pseudocount=k, N=N).exact()
    assert seen == pytest.approx(float(truth), rel=1e-10, abs=0)


@pytest.mark.parametrize("N", [10**6, 10**9, 10**12, 10**15])
@pytest.mark.parametrize(
    ("p", "q"),
    [(0.3, 0.2), (0.5, 0.3), (0.5 + 1e-7, 0.1), (0.5001, 0.01), (0.3, 3e-6), (0.9, 0.45)],
)
def test_exact_with_flips_at_large_sizes(p, q, N):
    for k in (0.5, 20):
        truth = float(naive.expected_with_flips_of_many(p, q, k, N))
        seen = LabelNoise(p=p, q=q, pseudocount=k, N=N).exact()
        assert seen == pytest.approx(truth, rel=1e-11, abs=0)


@pytest.mark.parametrize("N", [10**6, 10**9, 10**12, 10**15])
@pytest.mark.parametrize(("p", "q", "k"), [(0.3, 0.2, 0.5), (0.6, 0.9, 1.0), (0.1, 1e-6, 1e-3)])
def test_exact_with_erasures_at_large_sizes(p, q, k, N):
    truth = float(naive.expected_with_erasures_of_many(p, q, k, N))
    seen = Erasures(p=p, q=q, pseudocount=k, N=N).exact()
    assert seen == pytest.approx(truth, rel=1e-11 + 1e5 / N**2, abs=0)


def test_enumerated_values():
    """Prefactors and floors, as enumerated to all digits that are printed."""
    noisy = LabelNoise(p=0.3, q=0.2, N=10**15)
    assert f"{noisy.exact():.7f}" == "0.0140360"
    excess = noisy.at(N=10**4).exact() - noisy.exact()
    assert f"{excess * 1e4:.3f}" == "0.500"
    # the floor without the noise of an estimate: the divergence of the noisy from the true coin
    assert noisy.exact() == pytest.approx(
        0.3 * np.log(0.3 / 0.38) + 0.7 * np.log(0.7 / 0.62), rel=1e-12, abs=0
    )
    lost = Erasures(p=0.3, q=0.2, N=10**9).exact()
    assert lost * 10**9 == pytest.approx(0.5 / 0.8, rel=1e-8, abs=0)


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(p=INSIDE, q=st.floats(0.02, 0.45), k=st.floats(0.1, 3), N=st.integers(2, 150))
@settings(max_examples=30)
def test_flips_against_exact(sampler, p, q, k, N):
    assert agrees_with_exact(LabelNoise(p=p, q=q, pseudocount=k, N=N, sampler=sampler))


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(p=INSIDE, q=st.floats(0.02, 0.9), k=st.floats(0.2, 3), N=st.integers(2, 150))
@settings(max_examples=30)
def test_erasures_against_exact(sampler, p, q, k, N):
    assert agrees_with_exact(Erasures(p=p, q=q, pseudocount=k, N=N, sampler=sampler))


@pytest.mark.parametrize(
    "toy",
    [
        LabelNoise(p=0.4, N=10**15), LabelNoise(p=0.5, N=10**15), Erasures(N=10**15),
        Erasures(p=0.5, q=0.99, N=10**12),
    ],
    ids=repr,
)  # fmt: skip
def test_large_sizes_are_simulated_without_loss(toy):
    assert agrees_with_exact(toy)


@given(p=st.floats(1e-6, 1 - 1e-6), q=st.floats(1e-6, 0.499), N=st.integers(10**4, 10**8))
@example(p=1e-6, q=1e-6, N=10**8)
@example(p=1 - 1e-6, q=1e-6, N=10**7)
@example(p=0.5, q=1e-6, N=10**7)
@settings(max_examples=20)
def test_thinned_sums_are_whole_sums(p, q, N):
    for toy in (LabelNoise(p=p, q=q, N=N), Erasures(p=p, q=q, N=N), Erasures(p=p, q=2 * q, N=N)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(data_quality, "outcomes", lambda p, N, thin: outcomes(p, N))
            whole = toy.exact()
        assert toy.exact() == pytest.approx(whole, rel=1e-11, abs=0)


@pytest.mark.parametrize("toy", [LabelNoise, Erasures])
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_the_ends_of_the_bounds(toy, sampler):
    for p in (toy.bounds_of("p").lower, toy.bounds_of("p").upper):
        for q in (toy.bounds_of("q").lower, toy.bounds_of("q").upper):
            for N in (1, 1000, 10**15):
                if N == 10**15 and sampler == "tosses":
                    continue
                made = toy(p=p, q=q, N=N, sampler=sampler)
                assert np.all(np.isfinite(made.simulate(fresh(), 200)))
                assert np.all(made.simulate(fresh(), 200) >= 0)
                assert np.isfinite(made.exact())


def test_links():
    assert LabelNoise().derivation("N") == "data_quality.flips"
    assert LabelNoise(pseudocount=1).derivation("N") is None
    assert Erasures(pseudocount=1).derivation("N") == "data_quality.erasures"
    for toy in (LabelNoise(), Erasures()):
        assert toy.derivation("p") is None


def test_refusals():
    with pytest.raises(ValidationError, match="N = 10000000000 is too large"):
        LabelNoise(N=10**10, sampler="tosses")
    for wrong in ({"q": 0.5}, {"q": 0}, {"p": 0}, {"p": 1}):
        with pytest.raises(ValidationError):
            LabelNoise(**wrong)
