"""The code length: exact to the last digits, its path, and what it refuses."""

import math

import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive.coins import code_length as naive
from pydantic import ValidationError

from toys import Bernoulli, CodeLength
from toys.coins import code_length


@given(
    p=st.one_of(st.floats(0.001, 0.999), st.sampled_from([1e-9, 0.5, 1 - 1e-9])),
    k=st.one_of(st.floats(1e-6, 1e-3), st.floats(0.1, 2), st.sampled_from([1e-6, 100.0])),
    N=st.integers(1, 500),
)
@settings(max_examples=50)
def test_exact_is_the_sum_over_outcomes(p, k, N):
    truth = float(naive.expected(p, k, N))
    seen = CodeLength(p=p, pseudocount=k, N=N).exact()
    assert abs(seen - truth) <= 1e-10 * truth + 1e-15


@pytest.mark.parametrize(("p", "k"), [(0.5, 100.0), (0.5, 20.0), (0.49, 100.0), (0.5, 1e-6)])
@pytest.mark.parametrize("N", [1, 2, 3, 10, 50, 120, 200, 300, 1000])
def test_exact_where_little_is_lost(p, k, N):
    """A code that expects a fair coin loses next to nothing on one, with no digits to spare."""
    truth = float(naive.expected(p, k, N))
    seen = CodeLength(p=p, pseudocount=k, N=N).exact()
    assert abs(seen - truth) <= 1e-10 * truth + 1e-20


@pytest.mark.parametrize(("p", "k"), [(0.4, 100.0), (0.5, 1e-6), (0.001, 1e-6), (0.01, 0.5)])
def test_exact_where_outcomes_are_skipped(p, k):
    truth = float(naive.expected(p, k, 15_000))
    seen = CodeLength(p=p, pseudocount=k, N=15_000).exact()
    assert seen == pytest.approx(truth, rel=1e-12, abs=0)


@pytest.mark.parametrize("p", [0.3, 0.002])
@pytest.mark.parametrize("k", [0.01, 0.5, 1.0, 30.0])
@pytest.mark.parametrize("N", [10**6, 10**9, 10**12, 10**15])
def test_exact_at_large_sizes_tends_to_its_law(p, k, N):
    v = p * (1 - p)
    second = (6 * k**2 * (1 - 4 * v) - 12 * k * (1 - 2 * v) + 5 - 11 * v) / (12 * v)
    law = 0.5 * math.log(N / (2 * math.pi * math.e)) + (0.5 - k) * math.log(v) - (0.25 + second) / N
    law += 2 * math.lgamma(k) - math.lgamma(2 * k)
    seen = CodeLength(p=p, pseudocount=k, N=N, sampler="binomial").exact()
    assert seen == pytest.approx(law, rel=2e-13, abs=20 * (1 + k**3) / (N * v) ** 2)


@pytest.mark.parametrize(("p", "k"), [(0.3, 0.5), (0.03, 1.0), (0.7, 0.1)])
def test_exact_is_the_sum_of_the_losses(p, k):
    """Toss by toss, from the exact losses of the coin itself."""
    losses = [Bernoulli(p=p, pseudocount=k, N=n).exact() for n in range(1, 1000)]
    untossed = -math.log(2) - p * math.log(p) - (1 - p) * math.log(1 - p)
    seen = CodeLength(p=p, pseudocount=k, N=1000).exact()
    assert seen == pytest.approx(math.fsum(losses) - untossed, rel=1e-12, abs=0)


def test_enumerated_value():
    assert CodeLength(p=0.3, pseudocount=0.5, N=2000).exact() == pytest.approx(3.526227, abs=5e-7)


@pytest.mark.parametrize(("p", "k"), [(0.3, 0.5), (0.9, 0.01), (1e-9, 1e-6), (0.5, 100.0)])
def test_tosses_equal_the_naive_twin(p, k):
    sizes = [1, 2, 17, 90]
    seen = CodeLength(p=p, pseudocount=k).simulate_path(fresh(), 40, "N", sizes)
    twin = naive.transmit(fresh(), p, k, sizes, 40)
    assert seen == pytest.approx(twin, rel=1e-12, abs=1e-11)


def test_products_are_logged_before_they_overflow():
    """Heads that were hardly expected: the product of 60 tosses is about 1e-340."""
    p, k = 0.999999999, 1e-6
    heads, product, total = (np.zeros(1, dtype=np.int64), np.ones(1), np.zeros(1))
    code_length._transmit(fresh(), 1e-9, k, 0, 200_000, heads, product, total)
    assert np.isfinite(total + np.log(product))[0]

    class Alternating:
        """Heads and tails in turn, though heads were certain."""

        tosses = 0

        def random(self):
            self.tosses += 1
            return (self.tosses % 2) * 0.9999999999

    kernel = getattr(code_length._transmit, "py_func", code_length._transmit)
    heads, product, total = (np.zeros(1, dtype=np.int64), np.ones(1), np.zeros(1))
    kernel(Alternating(), p, k, 0, 60, heads, product, total)
    assert total[0] < -math.log(1e200)
    truth = float(naive.excess(30, 60, p, k))
    assert total[0] + np.log(product[0]) == pytest.approx(truth, rel=1e-12, abs=0)


@pytest.mark.parametrize("sampler", ["tosses", "binomial"])
def test_each_column_of_a_path_is_its_own_simulation(sampler):
    toy = CodeLength(p=0.2, sampler=sampler)
    sizes = [300, 1, 40, 41, 1000]
    path = toy.simulate_path(fresh(), 50, "N", sizes)
    for column, size in zip(path.T, sizes, strict=True):
        assert np.array_equal(column, toy.at(N=size).simulate(fresh(), 50))
    with pytest.raises(ValueError, match="no path along 'p'"):
        toy.simulate_path(fresh(), 50, "p", sizes)


@pytest.mark.parametrize("sampler", ["tosses", "binomial"])
@given(p=st.floats(0.05, 0.95), k=st.floats(0.2, 2), N=st.integers(8, 400))
@settings(max_examples=30)
def test_simulation_against_exact(sampler, p, k, N):
    assert agrees_with_exact(CodeLength(p=p, pseudocount=k, N=N, sampler=sampler))


def test_the_samplers_have_one_distribution():
    """The cost is a function of the number of heads: both must give it the same weights."""
    from scipy.stats import ks_2samp

    toy = CodeLength(p=0.3, N=200)
    tossed, drawn = (
        toy.at(sampler=sampler).simulate(fresh(seed), 30_000)
        for seed, sampler in ((1, "tosses"), (2, "binomial"))
    )
    assert ks_2samp(tossed, drawn).pvalue > 1e-4
    wrong = toy.at(sampler="binomial", pseudocount=0.6).simulate(fresh(3), 30_000)
    assert ks_2samp(tossed, wrong).pvalue < 1e-6


@pytest.mark.parametrize("N", [1, 10**6, 10**15])
@pytest.mark.parametrize("p", [1e-9, 1 - 1e-9])
@pytest.mark.parametrize("k", [1e-6, 100.0])
def test_the_corners_are_finite(N, p, k):
    toy = CodeLength(p=p, pseudocount=k, N=N, sampler="binomial")
    assert np.all(np.isfinite(toy.simulate(fresh(), 20)))
    assert toy.exact() > 0


@pytest.mark.parametrize("p", [1e-9, 0.3, 1 - 1e-9])
@pytest.mark.parametrize("k", [1e-6, 0.5, 100.0])
@pytest.mark.parametrize("N", [1, 5, 300, 10**7, 10**15])
def test_the_cost_of_a_sequence(p, k, N):
    """With all heads, none, and about the mean, in the last digits."""
    mean = round(N * p)
    heads = np.unique([h for h in (0, mean - 1, mean, mean + 1, N) if 0 <= h <= N])
    seen = CodeLength(p=p, pseudocount=k, N=N, sampler="binomial")._excess(heads, N)
    truth = [float(naive.excess(int(h), N, p, k)) for h in heads]
    assert seen == pytest.approx(truth, rel=1e-12, abs=1e-12)


def test_more_tosses_than_can_be_waited_for_are_refused():
    with pytest.raises(ValidationError, match="N = 10000000000 is too large"):
        CodeLength(N=10**10)
    with pytest.raises(ValidationError, match="pseudocount"):
        CodeLength(pseudocount=0)


def test_one_signature():
    for sampler in ("tosses", "binomial"):
        CodeLength(N=5, sampler=sampler).simulate(fresh(), 3)
    kernels = [v for v in vars(code_length).values() if hasattr(v, "signatures")]
    assert len(kernels) == 2
    for kernel in kernels:
        assert len(kernel.signatures) == 1, kernel
