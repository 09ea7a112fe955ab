"""The rare coin: exact to the last digits, its samplers, and what it refuses."""

import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive.coins import coin as naive
from pydantic import ValidationError

from toys import Bernoulli, RareCoin

SAMPLERS = ("tosses", "binomial", "counts")


@given(
    rate=st.floats(1e-3, 40),
    k=st.one_of(st.floats(1e-6, 1e-3), st.floats(0.1, 5)),
    N=st.integers(50, 500),
)
@settings(max_examples=30)
def test_exact_is_the_sum_over_outcomes(rate, k, N):
    seen = RareCoin(rate=rate, pseudocount=k, N=N).exact()
    assert seen == pytest.approx(float(naive.expected_divergence(rate / N, k, N)), rel=1e-11, abs=0)


@pytest.mark.parametrize(
    ("rate", "k", "prefactor"),
    [(0.38, 0.5, 0.2519), (5, 0.5, 0.5106), (1.34, 1, 0.4198), (1e-6, 0.7, 0.7), (1e6, 2, 0.5)],
)
def test_enumerated_prefactors(rate, k, prefactor):
    for N in (10**9, 10**12, 10**15):
        toy = RareCoin(rate=rate, pseudocount=k, N=N)
        assert N * toy.exact() == pytest.approx(prefactor, abs=6e-5)


@pytest.mark.parametrize("k", [0.1, 0.5, 2.0])
@pytest.mark.parametrize("rate", [0.01, 1.0, 30.0])
def test_the_largest_size_is_the_limit(rate, k):
    """Of a Poisson number of heads, summed by hand; the second term is below 1e-9 there."""
    import mpmath as mp

    with mp.workdps(40):
        mean = mp.nsum(lambda x: mp.exp(-rate) * mp.mpf(rate) ** x / mp.factorial(x)
                       * mp.log(rate / (x + mp.mpf(k))), [0, 300], method="d")  # fmt: skip
        limit = float(k + rate * mean)
    toy = RareCoin(rate=rate, pseudocount=k, N=10**15)
    assert 10**15 * toy.exact() == pytest.approx(limit, rel=1e-11, abs=0)


def test_it_is_the_coin_of_its_size():
    toy = RareCoin(rate=3.0, N=700)
    coin = Bernoulli(p=3.0 / 700, N=700)
    assert toy.p == coin.p
    assert toy.exact() == coin.exact()
    assert np.array_equal(toy.simulate(fresh(), 9), coin.simulate(fresh(), 9))


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(rate=st.floats(0.3, 10), k=st.floats(0.3, 2), N=st.integers(15, 2000))
@settings(max_examples=30)
def test_simulation_against_exact(sampler, rate, k, N):
    assert agrees_with_exact(RareCoin(rate=rate, pseudocount=k, N=N, sampler=sampler))


def test_what_is_refused():
    with pytest.raises(ValidationError, match=r"rate = 5 with N = 5 leaves no tails.*raise N"):
        RareCoin(rate=5, N=5)
    with pytest.raises(ValidationError, match="N = 10000000000 is too large"):
        RareCoin(N=10**10, sampler="tosses")
    with pytest.raises(ValidationError, match="pseudocount"):
        RareCoin(pseudocount=0)
    assert RareCoin(rate=4.999999, N=5).exact() > 0
