"""The hinge: exponential in the data, and an end of training that is met exactly."""

import math
from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
from court import SLIPS, agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import losses as naive
from pydantic import ValidationError

from toys import Hinge, HingeDescent
from toys.losses import hinge


def close(seen, truth, tolerance):
    assert abs(mp.mpf(seen) / truth - 1) <= tolerance, (seen, truth)


BIASES = (st.floats(0.001, 0.999) | st.floats(0.49, 0.51)).filter(lambda p: p != 0.5)


@given(BIASES, st.integers(1, 60))
@settings(max_examples=50)
def test_exact_is_the_sum_over_outcomes(p, m):
    close(Hinge(p=p, N=2 * m).exact(), naive.expected_hinge(p, 2 * m), 1e-12)


@given(BIASES, st.integers(1, 30))
@settings(max_examples=20)
def test_an_odd_toss_brings_nothing(p, m):
    close(Hinge(p=p, N=2 * m).exact(), naive.expected_hinge(p, 2 * m - 1), 1e-12)


@pytest.mark.parametrize(
    ("p", "N"),
    [
        (0.3, 200), (0.3, 6000), (1e-4, 2), (1e-4, 90), (0.45, 10**4), (0.499, 10**8),
        (0.5001, 10**4), (0.5 + 1e-9, 10**12), (0.5 + 1e-8, 10**15), (math.nextafter(0.5, 1), 10**15),
    ],
)  # fmt: skip
def test_exact_far_out(p, N):
    close(Hinge(p=p, N=N).exact(), naive.expected_hinge_of_many(p, N), 1e-12)


@pytest.mark.parametrize(("p", "N"), [(0.3, 200), (0.45, 10**4), (0.499, 10**8)])
def test_a_coarser_rule_is_noticed(monkeypatch, p, N):
    """With steps three times as wide the integral is off by e^-16."""
    monkeypatch.setattr(hinge, "STEP", 0.3)
    monkeypatch.setattr(hinge, "NODES", np.arange(0.15, 40, 0.3))
    with pytest.raises(AssertionError):
        close(Hinge(p=p, N=N).exact(), naive.expected_hinge_of_many(p, N), 1e-12)


def test_enumerated_value():
    exact = Hinge(p=0.3, N=200).exact()
    assert exact / (math.sqrt(2 / (math.pi * 200)) * 0.84**100) == pytest.approx(0.9746, abs=5e-5)


@pytest.mark.parametrize("p", [0.3, 0.55, 0.9])
@pytest.mark.parametrize("N", [2, 10])
def test_losses_equal_the_naive_twin(p, N):
    losses = Hinge(p=p, N=N, sampler="binomial").simulate(fresh(), 200)
    twin = naive.hinge_losses(fresh().binomial(N, p, size=200), N, p)
    assert np.all(np.abs(losses - twin) <= 4 * np.spacing(twin))
    assert len(set(twin.tolist())) >= 2


@given(
    st.floats(0.3, 0.7).filter(lambda p: abs(p - 0.5) > 1e-3),
    st.integers(1, 8),
    st.sampled_from(["tosses", "binomial", "counts"]),
)
@settings(max_examples=30)
def test_simulation_against_exact(p, m, sampler):
    assert agrees_with_exact(Hinge(p=p, N=2 * m, sampler=sampler), 10**7)


@given(BIASES.filter(lambda p: 0.1 < p < 0.9), st.integers(1, 20))
@settings(max_examples=30)
def test_counts_against_exact(p, m):
    """As many replicates as 100,000 wrong faces take, however rare these are."""
    toy = Hinge(p=p, N=2 * m, sampler="counts")
    exact = toy.exact()
    seen = toy.simulate_moments(fresh(), int(2e5 * abs(2 - 4 * p) / exact))
    error = seen.standard_error
    assert error <= 0.005 * exact
    assert abs(seen.mean - exact) <= 5 * error
    assert all(abs(seen.mean - slip * exact) > 5 * error for slip in SLIPS)


@given(BIASES, st.integers(1, 200))
@settings(max_examples=30)
def test_the_probability_of_a_tie(p, m):
    with mp.workdps(30):
        truth = mp.binomial(2 * m, m) * (mp.mpf(p) * (1 - mp.mpf(p))) ** m
    if truth > 1e-270:
        close(Hinge(p=p, N=2 * m)._tie, truth, 1e-12)


def test_counts_are_shuffled():
    losses = Hinge(p=0.4, N=4, sampler="counts").simulate(fresh(), 1000)
    assert sorted(losses) != losses.tolist()
    assert set(np.round(losses, 12).tolist()) == {0.0, 0.2, 0.4}


def test_refusals():
    with pytest.raises(ValidationError, match=r"p = 0\.5 is not allowed"):
        Hinge(p=0.5)
    with pytest.raises(ValidationError, match=r"N = 7 is odd .* N = 8"):
        Hinge(N=7)
    with pytest.raises(ValidationError, match=r"N = 100000 with p = 0\.3 is too large"):
        Hinge(p=0.3, N=10**5)
    with pytest.raises(ValidationError, match="sampler 'tosses'"):
        Hinge(p=0.5 + 1e-8, N=10**10, sampler="tosses")


def test_the_largest_size_that_is_named_is_allowed():
    with pytest.raises(ValidationError) as caught:
        Hinge(p=0.3, N=10**5)
    most = int(str(caught.value).split("N <= ")[1].split()[0])
    assert 0 < Hinge(p=0.3, N=most).exact() < 1e-280
    with pytest.raises(ValidationError):
        Hinge(p=0.3, N=most + 2)


@pytest.mark.parametrize("scores", ["one", "two"])
@pytest.mark.parametrize("eta", [0.1, 0.25, 1 / 3, 0.01, 0.7, 1.9])
def test_descent_equals_the_naive_twin(scores, eta):
    twin = naive.hinge_descent(eta, 2 if scores == "two" else 1, 120)
    toy = HingeDescent(eta=eta, scores=scores)
    steps = list(range(1, 121))
    assert toy.simulate_path(fresh(), 1, "t", steps)[0].tolist() == pytest.approx(
        twin[1:], rel=4e-16, abs=1e-31
    )
    assert [toy.at(t=t).exact() for t in steps] == twin[1:]


@given(st.floats(1e-4, 1.99), st.sampled_from(["one", "two"]))
@settings(max_examples=30)
def test_the_end_of_training(eta, scores):
    """Zero exactly from the step ceil(1/η), in the arithmetic of this float η; not before."""
    last = math.ceil(1 / (Fraction(eta) * (2 if scores == "two" else 1)))
    toy = HingeDescent(eta=eta, scores=scores, t=last)
    assert toy.simulate(fresh(), 3).tolist() == [0.0] * 3
    assert toy.exact() == 0
    assert toy.at(t=last + 5).simulate(fresh(), 1)[0] == 0
    if last > 1:
        before = toy.at(t=last - 1)
        assert before.exact() > 0
        assert before.simulate(fresh(), 1)[0] == pytest.approx(before.exact(), rel=1e-9, abs=1e-16)


def test_a_long_training():
    toy = HingeDescent(eta=1e-7, t=10**7 - 3)
    assert toy.simulate(fresh(), 1)[0] == pytest.approx(toy.exact(), rel=1e-7, abs=0)
    assert toy.exact() == pytest.approx(3e-7, rel=1e-6, abs=0)


@pytest.mark.parametrize("scores", ["one", "two"])
def test_a_path_passes_through_every_size(scores):
    toy = HingeDescent(eta=0.013, scores=scores)
    sizes = [30, 2, 71, 9]
    path = toy.simulate_path(fresh(), 4, "t", sizes)
    assert path.shape == (4, 4)
    for i, t in enumerate(sizes):
        assert np.array_equal(path[:, i], toy.at(t=t).simulate(fresh(), 4))
    with pytest.raises(ValueError, match="no path along 'eta'"):
        toy.simulate_path(fresh(), 4, "eta", sizes)


def test_one_signature():
    HingeDescent().simulate(fresh(), 2)
    HingeDescent(scores="two", t=5).simulate(fresh(), 2)
    assert len(hinge._descend.signatures) == 1
    assert HingeDescent().deterministic
    names = [HingeDescent(scores=s).derivation("t") for s in ("one", "two")]
    assert names == ["hinge.flow", "hinge.ranking"]
