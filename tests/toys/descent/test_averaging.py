"""Averages along a walk, against every sequence of tosses and what is derived of them."""

import numpy as np
import pytest
from court import PRECISION, SLIPS, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive.descent import interior as naive
from pydantic import ValidationError

import symbolic
from toys.descent import _expected_loss as expected_loss
from toys.descent.averaging import AveragedDescent

BIASES, RATES = st.floats(0.1, 0.9), st.floats(0.001, 4)
TRUTHS = {
    "predictions": naive.expected_mean_prediction,
    "weights": naive.expected_mean_logit,
}


@pytest.mark.parametrize("average", TRUTHS)
@given(BIASES, RATES, st.integers(2, 8))
@settings(max_examples=15)
def test_simulation_against_every_sequence_of_tosses(average, p, eta, T):
    toy = AveragedDescent(p=p, eta=eta, average=average, T=T)
    truth, rng = float(TRUTHS[average](p, [eta] * T)), fresh()
    seen = toy.simulate_moments(rng, 10_000)
    while seen.standard_error > PRECISION * truth:
        seen = seen.merge(toy.simulate_moments(rng, seen.count))
        assert seen.count < 10**7
    # with a tiny learning rate the loss hardly varies: then its own rounding is what counts
    reach = 5 * seen.standard_error + 1e-11 * truth
    assert abs(seen.mean - truth) <= reach
    for slip in SLIPS:
        assert abs(seen.mean - slip * truth) > reach


@pytest.mark.parametrize("average", TRUTHS)
def test_losses_equal_their_twin(average):
    toy = AveragedDescent(p=0.3, eta=1.3, average=average, T=90)
    _, predictions, weights = naive.walk(fresh(), 0.3, [1.3] * 90, 7)
    m = predictions / 90
    logits = np.log(m / (1 - m)) if average == "predictions" else weights / 90
    truth = [float(naive.divergence(0.3, w)) for w in logits]
    assert toy.simulate(fresh(), 7) == pytest.approx(truth, rel=1e-9, abs=1e-16)


def test_the_first_average_is_the_first_prediction():
    for average in TRUTHS:
        toy = AveragedDescent(p=0.2, T=1, average=average)
        assert toy.simulate(fresh(), 2) == pytest.approx(
            float(naive.divergence(0.2, 0)), rel=1e-13, abs=0
        )


def law(toy):
    found = symbolic.get(toy.derivation("T"))
    values = {v.symbol.name: getattr(toy, v.symbol.name) for v in (found.size, *found.parameters)}
    return float(found.value(found.law.expression, values))


@pytest.mark.parametrize(("p", "eta"), [(0.3, 0.5), (0.9, 2)])
def test_predictions_against_the_law(p, eta):
    toy = AveragedDescent(p=p, eta=eta, T=2000)
    seen = toy.simulate_moments(fresh(), 30_000)
    reach = 5 * seen.standard_error + 1e-3 * law(toy)
    assert abs(seen.mean - law(toy)) <= reach
    assert abs(seen.mean - 1.1 * law(toy)) > reach


@pytest.mark.parametrize("p", [0.1, 0.3, 0.8])
def test_weights_against_the_law(p):
    """T times what is above the floor: not 1/2, since the start is averaged over, too.

    The law is to leading order in η: the floor is that of the mean logit in the long run, and the
    factor may be off by as much as η.
    """
    eta, T = 0.2, 6000
    toy = AveragedDescent(p=p, eta=eta, average="weights", T=T)
    nodes, weights = expected_loss._chebyshev(8.0)
    steps = np.linalg.matrix_power(expected_loss._step(nodes, weights, p, eta), 2**20)
    long_run = steps[0] @ nodes
    floor = float(expected_loss.loss_at(np.array([long_run]), p)[0])
    leading = p * (1 - p) * (1 - 2 * p) ** 2 * eta**2 / 32
    assert floor == pytest.approx(leading, rel=eta / 4, abs=0)
    seen = toy.simulate_moments(fresh(), 12_000)
    factor, error = T * (seen.mean - floor), 5 * T * seen.standard_error
    assert abs(factor - T * (law(toy) - leading)) <= error + eta / 4
    if p != 0.3:
        assert abs(factor - 0.5) > error + eta / 4


def test_the_area_under_the_deviation():
    """Close to the start at p = 1/2 it is the first deviation; its sign is that of it."""
    toy = AveragedDescent(p=0.501)
    assert pytest.approx(toy.delta_0, rel=1e-3, abs=0) == toy.J
    assert AveragedDescent(p=0.5).J == 0
    for p in (0.1, 0.7):
        toy = AveragedDescent(p=p)
        deltas = toy.delta_0 * (np.arange(10**5) + 0.5) / 10**5
        gaps = 1 / (1 + np.exp(toy.delta_0 - deltas)) - p
        truth = p * (1 - p) * np.mean(deltas / gaps) * toy.delta_0
        assert pytest.approx(truth, rel=1e-8, abs=0) == toy.J


def test_the_floor_that_was_printed():
    """p = 0.9, η = 1 after 1e5 steps: 176 for T L, where the law has 180 and 1/2."""
    T = 100_000
    seen = AveragedDescent(p=0.9, eta=1, average="weights", T=T).simulate_moments(fresh(), 400)
    assert abs(T * seen.mean - 176) <= 5 * T * seen.standard_error + 0.5
    assert abs(T * seen.mean - 190) > 5 * T * seen.standard_error + 0.5


@pytest.mark.parametrize("average", TRUTHS)
def test_one_walk_passes_through_every_size(average):
    toy = AveragedDescent(average=average)
    sizes = [700, 3, 9000, 1, 3]
    path = toy.simulate_path(fresh(), 5, "T", sizes)
    for column, T in zip(path.T, sizes, strict=True):
        assert np.array_equal(column, toy.at(T=T).simulate(fresh(), 5))
    with pytest.raises(ValueError, match="no path along 'eta'"):
        toy.simulate_path(fresh(), 5, "eta", sizes)


def test_refusals():
    with pytest.raises(ValidationError, match="eta"):
        AveragedDescent(eta=5)
    with pytest.raises(ValidationError, match="average"):
        AveragedDescent(average="losses")
