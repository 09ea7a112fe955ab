"""The full gradient of a coin: its flow, its steps, and the laws of both."""

import math

import mpmath as mp
import numpy as np
import pytest
from court import fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive.descent import interior as naive
from pydantic import ValidationError

import symbolic
from toys.descent import interior
from toys.descent.interior import InteriorDescent, InteriorFlow

BIASES = st.floats(0.01, 0.99).filter(lambda p: abs(p - 0.5) > 1e-3)


def law(toy, axis):
    found = symbolic.get(toy.derivation(axis))
    names = [v.symbol.name for v in (found.size, *found.parameters)]
    return float(found.value(found.law.expression, {name: getattr(toy, name) for name in names}))


@given(BIASES, st.floats(0.01, 1000))
@settings(max_examples=30)
def test_the_flow_against_its_exact_solution(p, tau):
    toy = InteriorFlow(p=p, tau=tau)
    seen = toy.simulate(fresh(), 3)
    assert seen == pytest.approx(toy.exact(), rel=1e-9, abs=0)
    assert toy.at(tau=tau * (1 - 1e-4)).exact() != pytest.approx(seen[0], rel=1e-9, abs=0)


@pytest.mark.parametrize("p", [0.02, 0.3, 0.7, 0.95])
@pytest.mark.parametrize("tau", [0.1, 3.0, 40.0])
def test_the_exact_solution_solves_the_implicit_equation(p, tau):
    center, w = naive.flow(p, tau)
    with mp.workdps(40):
        delta, q = w - center, mp.mpf(p)
        truth = mp.log(1 - q + q * mp.exp(delta)) - q * delta
    assert InteriorFlow(p=p, tau=tau).exact() == pytest.approx(float(truth), rel=1e-11, abs=0)


def test_the_value_that_was_printed():
    """p = 0.7 after a time of 40, by steps of 0.01: 2.8306e-9."""
    steps = InteriorDescent(p=0.7, eta=0.01, t=4000).simulate(fresh(), 1)[0]
    assert steps == pytest.approx(2.8306e-9, abs=5e-14, rel=0)
    flow = InteriorFlow(p=0.7, tau=40)
    assert law(flow, "tau") == pytest.approx(flow.exact(), rel=1e-6, abs=0)
    leading = 0.4**2 * 0.7**0.6 * 0.3**1.4 / 0.42 * math.exp(-2 * 0.21 * 40)
    assert leading == pytest.approx(2.8824e-9, abs=5e-14, rel=0)


@given(BIASES, st.floats(0.01, 3.9), st.integers(1, 60))
@settings(max_examples=30)
def test_descent_equals_its_twin(p, eta, t):
    seen = InteriorDescent(p=p, eta=eta, t=t).simulate(fresh(), 2)
    with mp.workdps(400):
        q = mp.mpf(p)
        delta = naive.descent(p, eta, t) - mp.log(q / (1 - q))
        truth = float(mp.log(1 - q + q * mp.exp(delta)) - q * delta)
    assert seen == pytest.approx(truth, rel=1e-11, abs=1e-290)


@given(BIASES, st.floats(0.05, 3.5))
@settings(max_examples=30)
def test_both_terms_of_the_law_of_descent(p, eta):
    """The remainder is smaller than the second term by a third factor: 8 for half the deviation."""
    factor = 1 - eta * p * (1 - p)
    first = max(1, math.ceil(math.log(1e-3) / math.log(factor)))
    half = math.ceil(math.log(0.1) / math.log(factor))
    left = []
    for t in (first, first + half):
        toy = InteriorDescent(p=p, eta=eta, t=t)
        left.append(toy.simulate(fresh(), 1)[0] / law(toy, "t") - 1)
    assert abs(left[0]) < 3e-4
    assert abs(left[1]) <= max(0.03 * abs(left[0]), 1e-8)


@pytest.mark.parametrize("toy", [InteriorFlow(p=0.2), InteriorDescent(p=0.2)])
def test_one_run_passes_through_every_size(toy):
    (axis,) = toy.path_axes
    sizes = [30, 2, 7.123, 7.13, 2, 0.004] if axis == "tau" else [30, 2, 7, 2]
    path = toy.simulate_path(fresh(), 3, axis, sizes)
    for column, size in zip(path.T, sizes, strict=True):
        assert np.array_equal(column, toy.at(**{axis: size}).simulate(fresh(), 3))
    assert toy.deterministic
    with pytest.raises(ValueError, match="no path along 'eta'"):
        toy.simulate_path(fresh(), 1, "eta", [3, 4])


def test_a_path_takes_no_step_twice(monkeypatch):
    """As many steps to all sizes as to the largest, and a shorter one to each."""
    steps = []

    def counted(p, h, delta):
        steps.append(h)
        return delta

    monkeypatch.setattr(interior, "_runge_kutta_step", counted)
    interior._flow.py_func(0.3, 0.8, np.array([0.5, 0.755, 1.0]), np.empty(3))
    assert steps.count(interior.LONGEST) == 100
    assert len(steps) == 103


def test_compiled_and_plain_python_are_the_same():
    for kernel, arguments in (
        (interior._flow, (0.3, 0.8, np.array([0.5, 2.25]))),
        (interior._descend, (0.3, 0.7, 0.8, np.array([7, 50]))),
    ):
        compiled, plain = np.empty(2), np.empty(2)
        kernel(*arguments, compiled)
        kernel.py_func(*arguments, plain)
        assert compiled == pytest.approx(plain, rel=1e-14, abs=0)
    found = interior._descend_until_close(0.3, 0.7, 0.8)
    assert found == pytest.approx(
        interior._descend_until_close.py_func(0.3, 0.7, 0.8), rel=1e-14, abs=0
    )


def test_one_signature():
    InteriorFlow().simulate(fresh(), 2)
    InteriorDescent().simulate(fresh(), 2)
    InteriorDescent().A  # noqa: B018
    for kernel in (interior._flow, interior._descend, interior._descend_until_close):
        assert len(kernel.signatures) == 1
    for kernel in (v for v in vars(interior).values() if hasattr(v, "signatures")):
        assert len(kernel.signatures) <= 1, kernel  # none where the caller was compiled before


def test_refusals():
    for toy in (InteriorFlow, InteriorDescent):
        with pytest.raises(ValidationError, match=r"p = 0\.5 is not allowed"):
            toy(p=0.5)
    with pytest.raises(ValidationError, match="eta"):
        InteriorDescent(eta=4)
