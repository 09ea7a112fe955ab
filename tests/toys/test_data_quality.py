"""Coins seen through bad data: marked tosses equal their twin, exact values to the last digits."""

import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import example, given, settings
from hypothesis import strategies as st
from naive import data_quality as naive
from pydantic import ValidationError
from scipy.stats import binom

from toys import DebiasedCoin, Erasures, LabelNoise, data_quality
from toys.heads import outcomes

SAMPLERS = ("tosses", "binomial")
INSIDE = st.floats(0.05, 0.95)


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize(("p", "q"), [(0.3, 0.2), (0.8, 0.9), (0.5, 0.01)])
def test_marks_fall_on_both_faces_alike(sampler, p, q):
    """Each of the three numbers is binomial: their means to 5 standard errors, and variances."""
    toy = Erasures(p=p, q=q, N=100, sampler=sampler)
    counts = toy._toss(fresh(), 50_000)
    for seen, chance in zip(counts, (p * (1 - q), p * q, (1 - p) * q), strict=True):
        law = binom(100, chance)
        assert abs(seen.mean() - law.mean()) < 5 * law.std() / 50_000**0.5
        assert abs(seen.mean() - 1.1 * law.mean()) > 5 * law.std() / 50_000**0.5
        assert seen.var() == pytest.approx(law.var(), rel=0.05)
    product = np.cov(counts[0], counts[2])[0, 1]  # multinomial
    assert product == pytest.approx(-100 * p * (1 - q) * (1 - p) * q, abs=5 * 100 / 50_000**0.5)


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
    p=st.one_of(st.floats(1e-6, 1 - 1e-6), st.just(1.0)), q=st.floats(1e-6, 0.499),
    N=st.integers(1, 150),
)  # fmt: skip
@settings(max_examples=40)
def test_exact_with_undone_flips_is_the_sum_over_recorded_heads(p, q, N):
    truth = naive.expected_with_undone_flips(p, q, N)
    seen = DebiasedCoin(p=p, q=q, N=N).exact()
    assert seen == pytest.approx(float(truth), rel=1e-11, abs=1e-30)


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


@pytest.mark.parametrize("N", [10**6, 10**7, 10**9, 10**12, 10**15])
@pytest.mark.parametrize(("p", "q"), [(0.3, 0.2), (0.9, 0.05), (0.5, 0.4), (0.2, 1e-6)])
def test_exact_with_undone_flips_at_large_sizes(p, q, N):
    if N == 10**6 and q == 0.4:
        N = 10**8  # the expansion begins later
    truth = float(naive.expected_with_undone_flips_of_many(p, q, N))
    assert DebiasedCoin(p=p, q=q, N=N).exact() == pytest.approx(truth, rel=1e-11, abs=0)


@pytest.mark.parametrize("N", [10**6, 10**9, 10**12, 10**15])
@pytest.mark.parametrize(("p", "q", "k"), [(0.3, 0.2, 0.5), (0.6, 0.9, 1.0), (0.1, 1e-6, 1e-3)])
def test_exact_with_erasures_at_large_sizes(p, q, k, N):
    truth = float(naive.expected_with_erasures_of_many(p, q, k, N))
    seen = Erasures(p=p, q=q, pseudocount=k, N=N).exact()
    assert seen == pytest.approx(truth, rel=1e-11 + 1e5 / N**2, abs=0)


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


@pytest.mark.parametrize(
    ("q", "N"), [(1e-6, 10**11), (1e-6, 10**13), (1e-3, 10**8), (0.2, 10**7), (0.4, 10**6)]
)
def test_exact_at_the_boundary(q, N):
    truth = naive.expected_at_the_boundary(q, N)
    assert DebiasedCoin(p=1, q=q, N=N).exact() == pytest.approx(float(truth), rel=1e-11, abs=0)


@pytest.mark.parametrize("N", [10**10, 10**12, 10**15])
@pytest.mark.parametrize("q", [0.05, 0.2, 0.4])
def test_exact_at_the_boundary_tends_to_its_law(q, N):
    variance = q * (1 - q) / (1 - 2 * q) ** 2 / N
    law = np.sqrt(variance / (2 * np.pi)) + variance / 4
    # what follows is smaller by another factor of the deviation, squared
    assert DebiasedCoin(p=1, q=q, N=N).exact() == pytest.approx(law, rel=1e-11 + 10 * variance)


def test_enumerated_values():
    """Prefactors and floors, as enumerated to all digits that are printed."""
    noisy = LabelNoise(p=0.3, q=0.2, N=10**15)
    assert f"{noisy.exact():.7f}" == "0.0140360"
    excess = noisy.at(N=10**4).exact() - noisy.exact()
    assert f"{excess * 1e4:.3f}" == "0.500"
    # the floor without the noise of an estimate: the divergence of the noisy from the true coin
    assert noisy.exact() == pytest.approx(
        0.3 * np.log(0.3 / 0.38) + 0.7 * np.log(0.7 / 0.62), rel=1e-12
    )
    assert f"{DebiasedCoin(p=0.3, q=0.2, N=10**5).exact() * 1e5:.4f}" == "1.5583"
    assert f"{DebiasedCoin(p=0.3, q=0.2, N=10**15).exact() * 1e15:.5f}" == "1.55820"
    for q, published in ((0.05, "0.09665"), (0.2, "0.26631")):
        assert f"{DebiasedCoin(p=1, q=q, N=10**5).exact() * 1e5**0.5:.5f}" == published
    lost = Erasures(p=0.3, q=0.2, N=10**9).exact()
    assert lost * 10**9 == pytest.approx(0.5 / 0.8, rel=1e-8)


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(p=INSIDE, q=st.floats(0.02, 0.45), k=st.floats(0.1, 3), N=st.integers(2, 150))
@settings(max_examples=30)
def test_flips_against_exact(sampler, p, q, k, N):
    assert agrees_with_exact(LabelNoise(p=p, q=q, pseudocount=k, N=N, sampler=sampler))


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(p=st.one_of(INSIDE, st.just(1.0)), q=st.floats(0.05, 0.4), N=st.integers(2, 150))
@settings(max_examples=30)
def test_undone_flips_against_exact(sampler, p, q, N):
    assert agrees_with_exact(DebiasedCoin(p=p, q=q, N=N, sampler=sampler))


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(p=INSIDE, q=st.floats(0.02, 0.9), k=st.floats(0.2, 3), N=st.integers(2, 150))
@settings(max_examples=30)
def test_erasures_against_exact(sampler, p, q, k, N):
    assert agrees_with_exact(Erasures(p=p, q=q, pseudocount=k, N=N, sampler=sampler))


@pytest.mark.parametrize(
    "toy",
    [
        LabelNoise(p=0.4, N=10**15), LabelNoise(p=0.5, N=10**15), Erasures(N=10**15),
        Erasures(p=0.5, q=0.99, N=10**12), DebiasedCoin(N=10**15), DebiasedCoin(p=1, N=10**15),
        DebiasedCoin(p=1e-6, q=0.3, N=10**10),
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


@pytest.mark.parametrize("toy", [LabelNoise, DebiasedCoin, Erasures])
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
    assert DebiasedCoin().derivation("N") == "debiasing.interior"
    assert DebiasedCoin(p=1).derivation("N") == "debiasing.boundary"
    for toy in (LabelNoise(), Erasures(), DebiasedCoin()):
        assert toy.derivation("p") is None


def test_refusals():
    with pytest.raises(ValidationError, match="N = 10000000000 is too large"):
        LabelNoise(N=10**10, sampler="tosses")
    with pytest.raises(ValidationError, match=r"p = 0\.9999999 is not allowed \(1, or at most"):
        DebiasedCoin(p=0.9999999)
    for wrong in ({"q": 0.5}, {"q": 0}, {"p": 0}):
        with pytest.raises(ValidationError):
            DebiasedCoin(**wrong)
