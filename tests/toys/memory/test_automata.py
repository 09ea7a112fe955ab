"""The machine that forgets at random: its twin, exact values, and what it refuses."""

import mpmath as mp
import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import memory as naive
from pydantic import ValidationError

from toys import EhrenfestAutomaton
from toys.memory import automata

BIAS = st.floats(0.05, 0.95)


def test_the_machine_equals_its_twin():
    state = np.empty(200, dtype=np.int64)
    automata._run_urns(fresh(), 0.3, 7, 90, state)
    assert state.tolist() == naive.overwrite(fresh(), 0.3, 7, 90, 200).tolist()


def test_the_machine_forgets_its_start():
    """The law of its state after the tosses it is given, by its transition matrix."""
    for p, n in ((0.3, 3), (0.99, 30), (0.01, 30), (0.6, 200)):
        toy, m = EhrenfestAutomaton(p=p, states=n), n - 1
        i = np.arange(n)
        step = np.diag(1 - p * (m - i) / m - (1 - p) * i / m)
        step += np.diag(p * (m - i[:-1]) / m, 1) + np.diag((1 - p) * i[1:] / m, -1)
        law = np.linalg.matrix_power(step, toy._tosses)[0]
        error = law @ (i / m - p) ** 2
        left = 1.2e-7 / m**0.5 / (1 - p)
        assert error == pytest.approx(toy.exact(), rel=left, abs=0)
        early = np.linalg.matrix_power(step, toy._tosses // 3)[0] @ (i / m - p) ** 2
        assert early != pytest.approx(toy.exact(), rel=100 * left, abs=0)


@given(p=st.floats(0.01, 0.99), k=st.floats(0.01, 5), n=st.integers(3, 60))
@settings(max_examples=30)
def test_exact_values_of_the_machine(p, k, n):
    m = n - 1
    with mp.workdps(30):
        chances = [
            mp.binomial(m, i) * mp.mpf(p) ** i * (1 - mp.mpf(p)) ** (m - i) for i in range(n)
        ]
        square = mp.fsum(w * (mp.mpf(i) / m - p) ** 2 for i, w in enumerate(chances))
        log = mp.fsum(
            w * naive.divergence(p, (i + mp.mpf(k)) / (m + 2 * mp.mpf(k)))
            for i, w in enumerate(chances)
        )
    toy = EhrenfestAutomaton(p=p, states=n, pseudocount=k)
    assert toy.exact() == pytest.approx(float(square), rel=1e-13, abs=0)
    assert toy.at(loss="log").exact() == pytest.approx(float(log), rel=1e-11, abs=0)


@given(
    p=BIAS, k=st.floats(0.2, 3), n=st.integers(3, 40), loss=st.sampled_from(["squared", "log"]),
    sampler=st.sampled_from(["tosses", "stationary"]),
)  # fmt: skip
@settings(max_examples=30)
def test_machine_simulation_against_exact(p, k, n, loss, sampler):
    toy = EhrenfestAutomaton(p=p, pseudocount=k, states=n, loss=loss, sampler=sampler)
    assert agrees_with_exact(toy)


def test_one_signature():
    EhrenfestAutomaton(states=4).simulate(fresh(), 3)
    for kernel in (automata._run_urns,):
        assert len(kernel.signatures) == 1


@pytest.mark.parametrize(
    ("toy", "parameters", "message"),
    [
        (
            EhrenfestAutomaton,
            {"states": 10**9},
            r"states = 1000000000 is .* needs 2\.64e\+10 tosses .*use 'stationary'",
        ),
        (EhrenfestAutomaton, {"states": 2}, "greater than or equal to 3"),
    ],
)
def test_what_is_refused(toy, parameters, message):
    with pytest.raises(ValidationError, match=message):
        toy(**parameters)
