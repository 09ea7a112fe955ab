"""The entmax family on tosses: exact to the last digits, samplers, and what it refuses."""

import mpmath as mp
import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import losses as naive
from pydantic import ValidationError

import symbolic
from toys import Bernoulli, FenchelYoung
from toys.losses import fenchel_young

INDICES = st.floats(0.1, 10) | st.sampled_from([0.5, 1.0, 1 + 1e-12, 1 - 1e-9, 1.5, 2.0, 3.0])


def close(seen, truth, tolerance):
    assert abs(mp.mpf(seen) / truth - 1) <= tolerance, (seen, truth)


@given(st.floats(0.01, 0.99), INDICES, st.integers(8, 60))
@settings(max_examples=40)
def test_exact_is_the_sum_over_outcomes(p, alpha, N):
    if alpha <= 1:
        p = 0.2 + 0.6 * p  # both faces must be seen often enough
    truth = naive.expected_divergence(p, alpha, N)
    close(FenchelYoung(p=p, alpha=alpha, N=N).exact(), truth, 1e-12)


@pytest.mark.parametrize("p", [1e-4, 0.003, 1 - 1e-4])
@pytest.mark.parametrize("alpha", [1 + 1e-9, 1.2, 1.5, 6.5, 10.0])
@pytest.mark.parametrize("N", [1, 2, 30])
def test_exact_for_a_rare_face(p, alpha, N):
    close(
        FenchelYoung(p=p, alpha=alpha, N=N).exact(), naive.expected_divergence(p, alpha, N), 1e-10
    )


@pytest.mark.parametrize("p", [0.3, 0.97, 1e-3])
@pytest.mark.parametrize("alpha", [0.1, 0.5, 1.0, 1.5, 2.0, 2.7, 10.0])
@pytest.mark.parametrize("N", [10**7, 10**10, 10**15])
def test_exact_at_large_sizes(p, alpha, N):
    truth = naive.expected_divergence_of_many(p, alpha, N, order=16)
    toy = FenchelYoung(p=p, alpha=alpha, N=N)
    close(toy.exact(), truth, 1e-12)
    with pytest.raises(AssertionError):  # another index is another loss
        close(toy.at(alpha=alpha + (1e-9 if alpha < 5 else -1e-9)).exact(), truth, 1e-12)


@pytest.mark.parametrize("N", [100, 3000, 10**15])
def test_closed_forms(N):
    """α = 2 and 3 are parabolas, so that only the variance counts."""
    for p in (0.3, 0.04):
        toy = FenchelYoung(p=p, N=N)
        assert toy.at(alpha=2).exact() * N == pytest.approx(p * (1 - p), rel=1e-13, abs=0)
        assert toy.at(alpha=3).exact() * N == pytest.approx(p * (1 - p) / 2, rel=1e-13, abs=0)


def test_enumerated_values():
    seen = [FenchelYoung(p=0.3, alpha=1.5, N=N).exact() * N for N in (100, 1000, 10**4)]
    assert seen == pytest.approx([0.319475, 0.317423, 0.317224], abs=5e-7)
    prefactor = 0.5 * (0.3**-0.5 + 0.7**-0.5) * 0.21
    assert prefactor == pytest.approx(0.317202, abs=5e-7)
    law = symbolic.get("fenchel_young.data").law_at({"p": 0.3, "alpha": 1.5})
    assert float(law.prefactor) == pytest.approx(prefactor, rel=1e-14, abs=0)


def test_the_log_loss_is_the_coin_without_a_pseudocount():
    for N in (30, 1000, 10**9):
        coin = Bernoulli(p=0.3, pseudocount=0, N=N).exact()
        assert FenchelYoung(p=0.3, alpha=1, N=N).exact() == pytest.approx(coin, rel=1e-12, abs=0)
        near = FenchelYoung(p=0.3, alpha=1 - 1e-13, N=N).exact()
        assert near == pytest.approx(coin, rel=1e-11, abs=0)


@given(
    st.floats(0.05, 0.95),
    st.floats(0.1, 6),
    st.integers(20, 300),
    st.sampled_from(["tosses", "binomial", "counts"]),
)
@settings(max_examples=30)
def test_simulation_against_exact(p, alpha, N, sampler):
    toy = FenchelYoung(p=p, alpha=alpha, N=N, sampler=sampler)
    assert agrees_with_exact(toy, 10**7)


@pytest.mark.parametrize("alpha", [0.3, 1.0, 1.5, 4.0])
def test_losses_equal_the_naive_twin(alpha):
    toy = FenchelYoung(p=0.3, alpha=alpha, N=40, sampler="binomial")
    heads = fresh().binomial(40, 0.3, size=60)
    assert heads.min() > 0
    with mp.workdps(40):
        twin = [float(naive.divergence(0.3, mp.mpf(n) / 40, alpha)) for n in heads.tolist()]
    # 12 heads are a share of 0.3, and 0.3 itself is no binary number: compare with a scale
    seen = toy.simulate(fresh(), 60)
    assert np.all(np.abs(seen - twin) <= 1e-12 * np.array(twin) + 1e-31)
    assert np.any(np.abs(1.00001 * seen - twin) > 1e-12 * np.array(twin) + 1e-31)


def test_all_tosses_may_agree_only_above_one():
    toy = FenchelYoung(p=0.3, alpha=0.5, N=3, sampler="binomial")
    losses = toy.simulate(fresh(), 1000)
    assert np.all(np.isfinite(losses))
    assert len(set(losses.tolist())) == 2  # one head, or two
    assert len(set(toy.at(alpha=1.5).simulate(fresh(), 1000).tolist())) == 4


def test_links():
    names = {a: FenchelYoung(alpha=a).derivation("N") for a in (0.5, 1, 1.001, 3)}
    assert names == {
        0.5: "fenchel_young.conditional",
        1: "bernoulli.data",
        1.001: "fenchel_young.data",
        3: "fenchel_young.data",
    }
    assert FenchelYoung().pseudocount == 0


def test_refusals():
    with pytest.raises(ValidationError, match=r"alpha = 0\.5 makes the expected loss infinite"):
        FenchelYoung(p=0.001, alpha=0.5, N=5)
    assert FenchelYoung(p=0.001, alpha=1.1, N=5).exact() > 0
    with pytest.raises(ValidationError, match="N = 10000000000 is too large"):
        FenchelYoung(N=10**10, sampler="tosses")


def test_moments_are_those_of_the_losses():
    toy = FenchelYoung(N=30, sampler="counts")
    losses, seen = toy.simulate(fresh(), 5000), toy.simulate_moments(fresh(), 5000)
    assert seen.mean == pytest.approx(losses.mean(), rel=1e-12, abs=0)
    assert seen.m2 == pytest.approx(losses.var() * 5000, rel=1e-11, abs=0)


def test_one_signature():
    for alpha in (0.5, 1, 2):
        FenchelYoung(alpha=alpha, N=10).simulate(fresh(), 3)
        FenchelYoung(alpha=alpha, N=10**15).exact()
    assert len(fenchel_young._losses.signatures) == 1
    for kernel in (v for v in vars(fenchel_young).values() if hasattr(v, "signatures")):
        assert len(kernel.signatures) <= 1, kernel  # none where the caller was compiled before
