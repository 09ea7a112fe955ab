"""The bit-sliced tosses: the same heads as one toss at a time, and the right coin."""

import numpy as np
import pytest
from court import fresh
from hypothesis import given
from hypothesis import strategies as st
from naive.coins import coin as naive

from toys._kernels import tosses
from toys._kernels.tosses import binary_digits, toss_coins


@pytest.mark.parametrize("p", [0.0, 0.3, 0.5, 0.75, 0.9999, 1.0, 2.0**-40, 5e-324])
@pytest.mark.parametrize("N", [1, 63, 64, 65, 130, 1000])
def test_equals_one_toss_at_a_time(p, N):
    fast = toss_coins(fresh(), p, N, 7)
    assert fast.tolist() == naive.toss_coins(fresh(), p, N, 7, tosses.WORDS).tolist()


@pytest.mark.parametrize("words", [61, 64, 97])
@pytest.mark.parametrize("N", [40, 1000, 5000])
def test_goes_on_where_the_words_ran_out(monkeypatch, words, N):
    """A tiny buffer breaks off inside a replicate, inside a level, everywhere."""
    monkeypatch.setattr(tosses, "WORDS", words)
    fast = toss_coins(fresh(), 0.3, N, 20)
    assert fast.tolist() == naive.toss_coins(fresh(), 0.3, N, 20, words).tolist()


@pytest.mark.parametrize("p", [0.0, 0.3, 0.9, 1.0])
@pytest.mark.parametrize("words", [61, 97, tosses.WORDS])
def test_as_many_tosses_as_each_replicate_asks_for(monkeypatch, p, words):
    monkeypatch.setattr(tosses, "WORDS", words)
    counts = np.array([0, 5, 64, 0, 65, 1000, 1, 0])
    fast = toss_coins(fresh(), p, counts, 8)
    assert fast.tolist() == naive.toss_coins(fresh(), p, counts, 8, words).tolist()
    assert np.all(fast <= counts)
    assert toss_coins(fresh(), p, counts[:0], 0).size == 0


@given(st.floats(0, 1, exclude_max=True))
def test_binary_digits_are_the_number(p):
    digits = binary_digits(p).tolist()
    value = 0.0
    for digit in reversed(digits):
        value = (value + digit) / 2
    assert value == p
    assert not digits or digits[-1] == 1


@pytest.mark.parametrize(("p", "N"), [(0.3, 40), (0.3, 700), (0.9, 64), (1 / 3, 65)])
def test_heads_have_the_binomial_distribution(p, N):
    """Chi-square against binomial probabilities; the control, a coin 2 % off, is rejected."""
    from scipy.stats import binom, chisquare

    replicates = 40_000
    heads = toss_coins(fresh(), p, N, replicates)

    def p_value(bias):
        edges = np.unique(binom.ppf(np.linspace(0.02, 0.98, 25), N, p)).astype(int)
        expected = np.diff(np.concatenate([[0.0], binom.cdf(edges, N, bias), [1.0]]))
        seen = np.bincount(np.searchsorted(edges, heads), minlength=expected.size)
        return chisquare(seen, expected * replicates).pvalue

    assert p_value(p) > 1e-4
    assert p_value(p * 1.02 if p < 0.9 else 0.92) < 1e-6


def test_one_signature():
    toss_coins(fresh(), 0.3, 100, 5)
    toss_coins(fresh(), 0.3, np.arange(5), 5)
    assert len(tosses._toss.signatures) == 1
