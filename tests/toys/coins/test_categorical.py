"""The die: exact to the last digits, its samplers, and what it refuses."""

import mpmath as mp
import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive.coins import categorical as naive
from pydantic import ValidationError
from scipy.stats import chisquare

from toys import Bernoulli, Categorical
from toys._kernels.heads import outcomes
from toys.coins import categorical

SAMPLERS = ("throws", "multinomial")


@pytest.mark.parametrize("k", [0.02, 0.5, 3.0])
@pytest.mark.parametrize(("K", "p", "N"), [(2, 0.3, 9), (3, 0.6, 8), (4, 0.25, 6), (5, 0.1, 5)])
def test_exact_is_the_sum_over_all_outcomes(K, p, k, N):
    seen = Categorical(K=K, p=p, pseudocount=k, N=N).exact()
    assert seen == pytest.approx(float(naive.expected_by_outcomes(K, p, k, N)), rel=1e-12, abs=0)


@given(
    K=st.integers(2, 10_000),
    p=st.one_of(st.floats(0.001, 0.999), st.sampled_from([1e-6, 1 - 1e-6])),
    k=st.one_of(st.floats(1e-6, 1e-3), st.floats(0.1, 100), st.just(1e6)),
    N=st.integers(1, 400),
)
@settings(max_examples=40)
def test_exact_is_the_sum_over_each_face(K, p, k, N):
    seen = Categorical(K=K, p=p, pseudocount=k, N=N).exact()
    assert seen == pytest.approx(float(naive.expected_by_marginals(K, p, k, N)), rel=1e-10, abs=0)


@pytest.mark.parametrize(("K", "p", "k"), [(3, 0.4, 1e-6), (50, 0.01, 0.5), (1000, 0.5, 2.0)])
def test_exact_where_outcomes_are_skipped(K, p, k):
    truth = float(naive.expected_by_marginals(K, p, k, 15_000))
    seen = Categorical(K=K, p=p, pseudocount=k, N=15_000).exact()
    assert seen == pytest.approx(truth, rel=1e-12, abs=0)


@pytest.mark.parametrize("p", [0.3, 0.9])
@pytest.mark.parametrize("k", [0.02, 0.5, 2.0])
@pytest.mark.parametrize(("K", "N"), [(3, 10**6), (7, 10**9), (100, 10**12), (10_000, 10**15)])
def test_exact_at_large_sizes_tends_to_its_law(K, p, k, N):
    """(K-1)/(2N) + c/N², up to O(1/N³); without c the middle sizes would fail."""
    inverse = 1 / p + (K - 1) ** 2 / (1 - p)
    second = (6 * k**2 - 12 * k + 5) / 12 * inverse + K * (k - 0.5) + 1 / 12 - (K * k) ** 2 / 2
    law = (K - 1) / (2 * N) * (1 + 2 * second / ((K - 1) * N))
    rarest = min(p, (1 - p) / (K - 1))
    toy = Categorical(K=K, p=p, pseudocount=k, N=N)
    assert toy.exact() == pytest.approx(law, rel=1e-12 + 40 * (1 + k**3) / (N * rarest) ** 2, abs=0)


@given(p=st.floats(0.001, 0.999), k=st.floats(0.01, 5), N=st.integers(1, 10**15))
@settings(max_examples=50)
def test_two_faces_are_a_coin(p, k, N):
    die = Categorical(K=2, p=p, pseudocount=k, N=N)
    coin = Bernoulli(p=p, pseudocount=k, N=N)
    assert die.exact() == pytest.approx(coin.exact(), rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("chances", "k", "second", "digits"),
    [((0.2, 0.3, 0.5), 0.5, -0.61079, 5e-6), ((0.1,) * 10, 1, -53.22, 0.005)],
)
def test_enumerated_values(chances, k, second, digits):
    """The rest after (K-1)/(2N), times N², face by face: each knows its own probability only."""
    K, N, loss = len(chances), 10_000, 0.0
    for p in chances:
        seen, weights = outcomes(p, N)
        loss += weights @ Categorical(K=K, p=p, pseudocount=k, N=N)._term_of_face(seen, p)
    assert (loss - (K - 1) / (2 * N)) * N**2 == pytest.approx(second, abs=digits)
    if len(set(chances)) == 1:
        assert Categorical(K=K, p=chances[0], pseudocount=k, N=N).exact() == pytest.approx(
            loss, rel=1e-12, abs=0
        )


@pytest.mark.parametrize(("K", "p", "N"), [(2, 0.3, 50), (5, 0.9, 20), (17, 1e-6, 40)])
def test_throws_equal_the_naive_twin(K, p, N):
    counts = np.zeros((30, K), dtype=np.int64)
    categorical._throw(fresh(), p, N, counts)
    twin = naive.throw(fresh(), K, p, N, 30)
    assert np.array_equal(counts, twin)
    losses = Categorical(K=K, p=p, N=N, sampler="throws").simulate(fresh(), 30)
    truth = [float(naive.divergence(row, K, p, 0.5)) for row in twin]
    assert losses == pytest.approx(truth, rel=1e-12, abs=0)


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(
    K=st.integers(2, 12),
    p=st.floats(0.05, 0.95),
    k=st.floats(0.3, 3),
    N=st.integers(1, 300),
)
@settings(max_examples=30)
def test_simulation_against_exact(sampler, K, p, k, N):
    assert agrees_with_exact(Categorical(K=K, p=p, pseudocount=k, N=N, sampler=sampler))


def test_the_faces_come_as_often_as_they_should():
    K, p, N = 6, 0.4, 10**6
    counts = np.zeros((1, K), dtype=np.int64)
    categorical._throw(fresh(), p, N, counts)
    chances = np.array([p, *[(1 - p) / (K - 1)] * (K - 1)])
    assert chisquare(counts[0], N * chances).pvalue > 1e-4
    slip = np.array([p, *[0.99 * (1 - p) / (K - 1)] * (K - 2), 0])
    slip[-1] = 1 - slip.sum()
    assert chisquare(counts[0], N * slip).pvalue < 1e-6


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_many_faces_are_simulated_in_parts(sampler, monkeypatch):
    """Whether the counts fit into memory at once or not, the losses are the same."""
    toy = Categorical(K=7, N=40, sampler=sampler)
    whole = toy.simulate(fresh(), 100)
    monkeypatch.setattr(categorical, "ENTRIES", 50)
    assert np.array_equal(toy.simulate(fresh(), 100), whole)


@pytest.mark.parametrize(("replicates", "N"), [(3, 10**6), (2000, 50)])
def test_losses_by_table_are_the_losses(replicates, N):
    """Few replicates have counts too far apart for a table; many have one."""
    toy = Categorical(K=4, N=N)
    seen = fresh().multinomial(N, [0.25] * 4, size=replicates)
    assert (seen.max() - seen.min() >= seen.size) == (replicates == 3)
    assert np.array_equal(toy._tabulated(seen, 0.25), toy._term_of_face(seen, 0.25))


@pytest.mark.parametrize("N", [1, 1000, 10**15])
@pytest.mark.parametrize("p", [1e-6, 1 - 1e-6])
@pytest.mark.parametrize("k", [1e-6, 1e6])
def test_the_corners_are_finite(N, p, k):
    toy = Categorical(K=10_000, p=p, pseudocount=k, N=N)
    assert np.all(np.isfinite(toy.simulate(fresh(), 20)))
    assert toy.exact() > 0


def test_what_is_refused():
    with pytest.raises(ValidationError, match=r"N = 10000000000 is too large.*'multinomial'"):
        Categorical(N=10**10, sampler="throws")
    with pytest.raises(ValidationError, match="pseudocount"):
        Categorical(pseudocount=0)


def test_one_signature():
    Categorical(N=5, sampler="throws").simulate(fresh(), 3)
    assert len(categorical._throw.signatures) == 1


def test_the_derivation_knows_the_same_value():
    import symbolic

    values = {"K": 4, "p": 0.2, "pseudocount": 0.5, "N": 30}
    with mp.workdps(30):
        derived = float(symbolic.get("categorical.data").finite_at(values))
    assert Categorical(**values).exact() == pytest.approx(derived, rel=1e-12, abs=0)
