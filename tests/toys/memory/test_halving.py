"""Counters that are halved: their twin, exact values, and what they refuse."""

import mpmath as mp
import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import memory as naive
from pydantic import ValidationError

from toys import HalvingCounter
from toys.memory import _halving_law as halving_law
from toys.memory import halving

BIAS = st.floats(0.05, 0.95)


def test_cycles_equal_their_twin():
    p, k, half = 0.4, 0.5, 6
    start = fresh(2).binomial(half, p, size=40)
    counts, times = np.arange(12) + k, np.log(np.arange(half, 12) + 2 * k)
    fixed = np.mean(times) + p * np.log(p) + (1 - p) * np.log(1 - p)
    out = np.empty(40)
    halving._cycles(fresh(), p, half, 3, -p * np.log(counts), (p - 1) * np.log(counts), start, out)
    assert out + fixed == pytest.approx(
        naive.cycles(fresh(), p, k, half, 3, start), rel=1e-12, abs=0
    )


@pytest.mark.parametrize(
    ("p", "k", "M"), [(0.3, 0.5, 2), (0.3, 0.5, 20), (0.02, 1e-3, 34), (0.9, 7, 50)]
)
def test_halving_by_enumeration(p, k, M):
    with mp.workdps(30):
        truth = float(naive.expected_halving(p, k, M))
    assert HalvingCounter(p=p, pseudocount=k, M=M).exact() == pytest.approx(truth, rel=1e-12, abs=0)


def test_few_times_are_enough(monkeypatch):
    """Beside the sum over all of them."""
    for p, k, M in ((0.3, 0.5, 700), (0.01, 1e-3, 600), (0.8, 30.0, 400)):
        seen = halving_law.mean_loss(p, k, M)
        monkeypatch.setattr(halving_law, "FEW_TIMES", M)
        assert seen == pytest.approx(halving_law.mean_loss(p, k, M), rel=1e-11, abs=0)
        monkeypatch.undo()


@pytest.mark.parametrize(
    ("p", "k", "M"), [(0.3, 0.5, 7000), (0.01, 1e-3, 202_000), (0.9, 100.0, 21_000)]
)
def test_moments_equal_the_law_itself(monkeypatch, p, k, M):
    seen = halving_law.mean_loss(p, k, M)
    monkeypatch.setattr(halving_law, "MANY", 10**9)
    assert seen == pytest.approx(halving_law.mean_loss(p, k, M), rel=1e-11, abs=0)


def test_halving_tends_to_its_law():
    for p, k in ((0.3, 0.5), (0.7, 2.0)):
        v = p * (1 - p)
        after = (k**2 * (1 - 4 * v) - k * (1 - 2 * v) + 20 / 63 - 3 * v / 14) / v
        for M in (10**5, 10**8, 10**12):
            law = (np.log(2) - 1 / 3) / M + after / M**2
            toy = HalvingCounter(p=p, pseudocount=k, M=M, sampler="binomial")
            assert toy.exact() == pytest.approx(law, rel=1e-12 + 1e3 / M**2, abs=0)
    assert HalvingCounter(p=0.3, M=64).exact() * 64 == pytest.approx(0.3616, abs=6e-5)


@given(
    p=BIAS, k=st.floats(0.1, 3), half=st.integers(1, 40),
    sampler=st.sampled_from(["tosses", "binomial"]),
)  # fmt: skip
@settings(max_examples=30)
def test_halving_simulation_against_exact(p, k, half, sampler):
    assert agrees_with_exact(HalvingCounter(p=p, pseudocount=k, M=2 * half, sampler=sampler))


def test_halving_of_very_many():
    assert agrees_with_exact(HalvingCounter(M=10**12, sampler="binomial"))


def test_one_signature():
    HalvingCounter(M=4).simulate(fresh(), 3)
    for kernel in (halving._cycles,):
        assert len(kernel.signatures) == 1


@pytest.mark.parametrize(
    ("toy", "parameters", "message"),
    [
        (HalvingCounter, {"M": 7}, "M = 7 is odd and cannot be halved"),
        (HalvingCounter, {"M": 10**7}, "M = 10000000 is too large for sampler 'tosses'"),
        (HalvingCounter, {"pseudocount": 0}, "greater than or equal to 0.001"),
    ],
)
def test_what_is_refused(toy, parameters, message):
    with pytest.raises(ValidationError, match=message):
        toy(**parameters)
