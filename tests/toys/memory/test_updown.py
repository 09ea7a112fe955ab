"""The up/down counter: its twin, exact values, and what it refuses."""

import mpmath as mp
import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import memory as naive
from pydantic import ValidationError

from toys import UpDownCounter, UpDownEstimate
from toys.memory import updown


@pytest.mark.parametrize("n", [1, 2, 3, 8, 13])
def test_the_counter_equals_its_twin(n):
    biases = fresh(2).random(100)
    state = np.empty(100, dtype=np.int64)
    updown._stationary_states(fresh(), biases, n, state)
    assert state.tolist() == naive.read_up_down(fresh(), biases, n).tolist()


@given(p=st.floats(0.51, 0.8), half=st.integers(1, 5))
@settings(max_examples=30)
def test_testing_against_exact(p, half):
    toy = UpDownCounter(p=p, states=2 * half)
    odds = p / (1 - p)
    assert toy.exact() == pytest.approx(1 / (1 + odds**half), rel=1e-13, abs=0)
    assert agrees_with_exact(toy, 10**8)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 12])
def test_the_risk_by_quadrature(n):
    with mp.workdps(20):
        truth = float(naive.up_down_risk(n))
    assert UpDownEstimate(states=n).exact() == pytest.approx(truth, rel=1e-12, abs=0)


def test_the_counter_stalls():
    for n, printed in ((4, 0.0305), (16, 0.0138), (64, 0.0124), (256, 0.0123)):
        assert UpDownEstimate(states=n).exact() == pytest.approx(printed, abs=6e-5)
    last, first = (
        UpDownEstimate(states=n, sampler="stationary").exact()
        for n in (updown.MAX_SUMMED, updown.MAX_SUMMED + 1)
    )
    slope = np.pi**2 * updown.AWAY / 3 / updown.MAX_SUMMED**3
    assert last - first == pytest.approx(slope, rel=0.01, abs=0)
    assert UpDownEstimate(states=1).exact() == pytest.approx(1 / 12, rel=1e-13, abs=0)


def test_the_constants_of_the_infinite_counter():
    """Its states by their distance i from the top: moments of p with the weight (1-s) s^i."""
    with mp.workdps(30):

        def moment(i, r):
            first, second = (mp.hyp2f1(r + 2, j + 1, j + 2, -1) / (j + 1) for j in (i, i + 1))
            return first - second

        def estimate(i):
            return moment(i, 1) / moment(i, 0)

        floor = 2 * mp.nsum(
            lambda i: moment(i, 2) - moment(i, 1) ** 2 / moment(i, 0), [0, mp.inf], method="r"
        )
        away = mp.nsum(lambda i: (estimate(i) - mp.mpf(1) / 2) ** 2, [0, mp.inf], method="r")
        assert estimate(0) == pytest.approx(1 / (4 - 4 * mp.log(2)), rel=1e-20, abs=0)
    assert float(floor) == pytest.approx(updown.FLOOR, rel=1e-13, abs=0)
    assert float(away) == pytest.approx(updown.AWAY, rel=1e-10, abs=0)
    assert UpDownEstimate().L_0 == updown.FLOOR
    assert UpDownEstimate().G == updown.AWAY


@given(n=st.integers(1, 60), sampler=st.sampled_from(["tosses", "stationary"]))
@settings(max_examples=30)
def test_estimation_against_exact(n, sampler):
    assert agrees_with_exact(UpDownEstimate(states=n, sampler=sampler))


def test_estimation_with_very_many_states():
    for n in (updown.MAX_SUMMED, updown.MAX_SUMMED + 1, 10**6):
        assert agrees_with_exact(UpDownEstimate(states=n, sampler="stationary"))


def test_one_signature():
    UpDownCounter(states=4).simulate(fresh(), 3)
    UpDownEstimate().simulate(fresh(), 3)
    for kernel in (updown._stationary_states,):
        assert len(kernel.signatures) == 1


@pytest.mark.parametrize(
    ("toy", "parameters", "message"),
    [
        (UpDownCounter, {"states": 5}, "states = 5 is odd and has no lower half"),
        (UpDownCounter, {"p": 0.9, "states": 1000}, r"states = 1000 with p = 0\.9 .*at most 546"),
        (UpDownEstimate, {"states": 10**6}, "too large for sampler 'tosses' .at most 50000"),
    ],
)
def test_what_is_refused(toy, parameters, message):
    with pytest.raises(ValidationError, match=message):
        toy(**parameters)
