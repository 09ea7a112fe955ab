"""One toss a step: the walk against its twin, the expected loss against every sequence of tosses."""

import math

import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive.descent import interior as naive
from pydantic import ValidationError

import symbolic
from toys.descent import _expected_loss as expected_loss
from toys.descent import _logit_walks as logit_walks
from toys.descent._expected_loss import decaying_steps, loss_at
from toys.descent.stochastic import ConstantStep, StochasticDescent

BIASES = st.floats(0.1, 0.9)
RATES = st.floats(0.001, 4)
NUMERATORS = st.floats(0.01, 12)
OFFSETS = st.integers(0, 1000)


def decaying(a, t0, t):
    return [a / (k + t0) for k in range(1, t + 1)]


# ---- the walk ----------------------------------------------------------------------------------


@pytest.mark.parametrize("replicates", [1, 6, 7])
@pytest.mark.parametrize("summed", ["nothing", "predictions", "weights"])
def test_the_walk_equals_its_twin(replicates, summed):
    rates = decaying(3.0, 0, 80)
    *_, (size, logits, sums) = logit_walks.walk(
        fresh(), 0.3, lambda k: 3.0 / k, replicates, np.array([20, 80]), summed
    )
    ends, predictions, weights = naive.walk(fresh(), 0.3, rates, replicates)
    assert size == 80
    assert logits == pytest.approx(ends, rel=1e-12, abs=1e-14)
    truth = {"nothing": 0 * ends, "predictions": predictions, "weights": weights}[summed]
    assert sums == pytest.approx(truth, rel=1e-12, abs=1e-14)


def test_compiled_and_plain_python_are_the_same_to_the_last_bit():
    rng = fresh()
    tosses = rng.integers(0, 2**64, size=(50, 4), dtype=np.uint64).view(np.uint32)
    found = []
    for kernel in (logit_walks._walk, logit_walks._walk.py_func):
        logits, sums, work = np.linspace(-30, 30, 8), np.zeros(8), np.empty(8)
        kernel(tosses, round(0.3 * 2**32), np.full(50, 0.7), 1, logits, sums, work)
        found.append((logits, sums))
    assert np.array_equal(found[0], found[1])


def test_predictions_far_out_keep_their_digits():
    """The written-out exponential, by the sum of one prediction: over the whole reach of w."""
    logits = np.linspace(-40, 40, 4001)
    sums, work = np.zeros(logits.size), np.empty(logits.size)
    tosses = np.zeros((1, logits.size), dtype=np.uint32)
    logit_walks._walk(tosses, 0, np.zeros(1), 1, logits, sums, work)
    truth = [naive.prediction(w) for w in logits]
    assert np.all(np.abs(sums - truth) <= 4 * np.spacing(truth))


@pytest.mark.parametrize("toy", [StochasticDescent(a=2.5, t0=3), ConstantStep(p=0.6, eta=1.5)])
@pytest.mark.parametrize("replicates", [1, 5, 300])
def test_one_walk_passes_through_every_size(toy, replicates):
    sizes = [700, 3, 20_000, 1, 3]
    path = toy.simulate_path(fresh(), replicates, "t", sizes)
    assert path.shape == (replicates, 5)
    for column, t in zip(path.T, sizes, strict=True):
        assert np.array_equal(column, toy.at(t=t).simulate(fresh(), replicates))
    with pytest.raises(ValueError, match="no path along 'p'"):
        toy.simulate_path(fresh(), replicates, "p", sizes)


def test_one_signature():
    for toy in (StochasticDescent(a=1, t=5000), ConstantStep(t=20)):
        toy.simulate(fresh(), 3)
        toy.exact()
    StochasticDescent(a=1).H  # noqa: B018
    for module in (logit_walks, expected_loss):
        kernels = [v for v in vars(module).values() if hasattr(v, "signatures")]
        assert kernels
        for kernel in kernels:
            assert len(kernel.signatures) == 1, kernel


def test_a_toss_shows_heads_as_often_as_p_says():
    """After one step of size 1 from w = 0 the logit is 1/2 or -1/2; 1 % off in p is noticed."""
    n = 10**6
    for p in (0.3, 0.85):
        ((_, logits, _),) = logit_walks.walk(fresh(), p, np.ones_like, n, np.array([1]))
        heads, error = np.mean(logits > 0), math.sqrt(p * (1 - p) / n)
        assert abs(heads - p) <= 5 * error < abs(heads - 1.01 * p)


# ---- the loss ----------------------------------------------------------------------------------


@given(BIASES, st.floats(-9, 1), st.sampled_from([-1, 1]))
@settings(max_examples=200)
def test_the_loss_keeps_its_digits(p, decade, sign):
    import mpmath as mp

    delta = sign * 10.0**decade
    with mp.workdps(60):
        q = mp.mpf(p)
        truth = mp.log(1 - q + q * mp.exp(mp.mpf(delta))) - q * mp.mpf(delta)
    seen = loss_at(np.array([delta]), p)[0]
    assert seen == pytest.approx(float(truth), rel=1e-11, abs=0)


# ---- the expected loss -------------------------------------------------------------------------


@given(BIASES, RATES, st.integers(1, 9))
@settings(max_examples=25)
def test_constant_steps_against_every_sequence_of_tosses(p, eta, t):
    truth = float(naive.expected_last(p, [eta] * t))
    assert ConstantStep(p=p, eta=eta, t=t).exact() == pytest.approx(truth, rel=1e-10, abs=0)


@given(BIASES, NUMERATORS, OFFSETS, st.integers(1, 9))
@settings(max_examples=15)
def test_decaying_steps_against_every_sequence_of_tosses(p, a, t0, t):
    truth = float(naive.expected_last(p, decaying(a, t0, t)))
    seen = StochasticDescent(p=p, a=a, t0=t0, t=t).exact()
    assert seen == pytest.approx(truth, rel=1e-10, abs=0)


@pytest.mark.parametrize(("p", "a", "t0"), [(0.3, 4.0, 0), (0.9, 12.0, 0), (0.15, 1.0, 7)])
def test_beyond_the_tosses_that_are_enumerated(p, a, t0):
    truth = float(naive.expected_last(p, decaying(a, t0, 14)))
    assert decaying_steps(p, a, t0, 14) == pytest.approx(truth, rel=1e-11, abs=0)


@pytest.mark.parametrize(
    ("p", "rates", "toy"),
    [
        (0.3, [0.5] * 200, ConstantStep(p=0.3, eta=0.5, t=200)),
        (0.5, [4.0] * 50, ConstantStep(p=0.5, eta=4, t=50)),
        (0.3, decaying(4.0, 0, 300), StochasticDescent(p=0.3, a=4, t=300)),
        (0.8, decaying(1.0, 5, 300), StochasticDescent(p=0.8, a=1, t0=5, t=300)),
        (0.5, decaying(6.0, 0, 2500), StochasticDescent(p=0.5, a=6, t=2500)),
    ],
)
def test_against_a_fine_grid(p, rates, toy):
    """Another way to carry the loss backwards, whose own error is about 1e-8."""
    truth = naive.expected_on_a_grid(p, rates)
    assert toy.exact() == pytest.approx(truth, rel=1e-6, abs=0)


@pytest.mark.parametrize(("p", "a", "t0"), [(0.3, 1.0, 0), (0.5, 4.0, 0), (0.2, 7.0, 30)])
def test_doublings_are_the_steps_they_stand_for(p, a, t0):
    """20,000 steps by the matrices of the doublings, against the same taken one by one."""
    t = 20_001
    places, chances = expected_loss._enumerated(p, a, t0, expected_loss.ENUMERATED)
    nodes, weights = expected_loss._chebyshev(expected_loss._reach(p, a, t0))
    values = loss_at(nodes, p)
    expected_loss._steps(nodes, weights, p, a, expected_loss.ENUMERATED + t0, t + t0, values)
    truth = chances @ (expected_loss._interpolation(places, nodes, weights) @ values)
    assert decaying_steps(p, a, t0, t) == pytest.approx(float(truth), rel=1e-9, abs=0)


# after one step from w = 0 both faces have the same loss if p = 1/2
@given(BIASES, RATES, st.integers(2, 60))
@settings(max_examples=30)
def test_constant_steps_simulated(p, eta, t):
    assert agrees_with_exact(ConstantStep(p=p, eta=eta, t=t))


@given(BIASES, NUMERATORS, OFFSETS, st.integers(2, 60))
@settings(max_examples=30)
def test_decaying_steps_simulated(p, a, t0, t):
    assert agrees_with_exact(StochasticDescent(p=p, a=a, t0=t0, t=t))


def test_a_late_size_simulated():
    assert agrees_with_exact(StochasticDescent(p=0.3, a=5, t=700))


# ---- what is known of them ---------------------------------------------------------------------


@given(BIASES, RATES)
@settings(max_examples=30)
def test_the_steps_add_up(p, eta):
    """η times (heads - sum of the predictions) is the logit: so that E σ(w) = p in the long run."""
    t = int(60 / (eta * p * (1 - p))) + 1
    ((_, logits, sums),) = logit_walks.walk(
        fresh(), p, lambda k: np.full(k.size, eta), 2, np.array([min(t, 200_000)]), "predictions"
    )
    size = min(t, 200_000)
    heads = sums / size + logits / (eta * size)  # what the steps add up to
    assert np.all(np.abs(heads * size - np.round(heads * size)) < 1e-6)


def test_the_floor_of_constant_steps():
    """η v/(2(2-ηv)) to leading order in η; the ratios at larger η are those that are printed."""
    for p, eta, ratio, digits in ((0.7, 0.5, 1.025, 4e-3), (0.7, 2, 1.06, 4e-3)):
        v = p * (1 - p)
        floor = eta * v / (2 * (2 - eta * v))
        seen = ConstantStep(p=p, eta=eta, t=10**9).exact() / floor
        assert seen == pytest.approx(ratio, abs=digits, rel=0)
    for p in (0.3, 0.9):
        v = p * (1 - p)
        excess = [
            ConstantStep(p=p, eta=eta, t=10**9).exact() / (eta * v / (2 * (2 - eta * v))) - 1
            for eta in (0.02, 0.01)
        ]
        assert excess[0] / excess[1] == pytest.approx(2, rel=0.02, abs=0)
        assert abs(excess[1]) < 1e-3


@pytest.mark.parametrize(
    ("p", "r", "rel"),
    [(0.5, 1.0, 1e-7), (0.3, 1.0, 1e-6), (0.6, 2.0, 1e-8), (0.2, 1.5, 1e-7), (0.8, 0.8, 2e-4)],
)
def test_the_law_of_large_steps_at_last(p, r, rel):
    """Exponent and prefactor, but for early steps, which r = 0.8 forgets as t^-0.6."""
    toy = StochasticDescent(p=p, a=r / (p * (1 - p)), t=10**9)
    assert toy.derivation("t") == "stochastic.sgd"
    law = r**2 / (2 * (2 * r - 1)) / 10**9
    assert toy.exact() == pytest.approx(law, rel=rel, abs=0)


@pytest.mark.parametrize(("p", "a"), [(0.5, 1.0), (0.3, 2.0), (0.45, 1.6)])
def test_the_law_of_small_steps_at_last(p, a):
    toy = StochasticDescent(p=p, a=a, t=10**9)
    assert toy.derivation("t") == "stochastic.sgd_slow"
    found = symbolic.get("stochastic.sgd_slow")
    law = found.value(found.law.expression, {"t": 10**9, "g": toy.g, "H": toy.H})
    # the cubic term of the loss, which the derivation leaves out, is of relative order t^-r
    assert toy.exact() == pytest.approx(float(law), rel=10**-9 + 0.3 * 10 ** (-9 * toy.r), abs=0)


def test_the_law_between_them():
    """ln t/(8t), with a constant beside the logarithm."""
    toy = StochasticDescent(p=0.5, a=2)
    assert toy.derivation("t") == "stochastic.sgd_critical"
    first, second = (toy.at(t=10**k).exact() * 10**k for k in (6, 9))
    assert (second - first) / math.log(10**3) == pytest.approx(1 / 8, rel=1e-4, abs=0)


@pytest.mark.parametrize("a", [2, 4])
def test_the_amplitude_of_small_steps_is_refused_for_others(a):
    with pytest.raises(ValueError, match=r"H is defined for r < 1/2 only, not for r = "):
        StochasticDescent(p=0.5, a=a).H  # noqa: B018


def test_names_and_parameters_of_the_derivations():
    for p, a in ((0.5, 4), (0.5, 2), (0.5, 1), (0.3, 1 / 0.42)):
        toy = StochasticDescent(p=p, a=a)
        found = symbolic.get(toy.derivation("t"))
        assert (
            found.outside({v.symbol.name: getattr(toy, v.symbol.name) for v in found.parameters})
            is None
        )
    assert StochasticDescent(p=0.3, a=1 / 0.42).derivation("t") == "stochastic.sgd_critical"
    assert (
        pytest.approx(float(naive.divergence(0.3, 0)), rel=1e-14, abs=0) == ConstantStep(p=0.3).L_0
    )
    assert StochasticDescent().derivation("p") is None


@pytest.mark.parametrize(
    ("toy", "field", "value"),
    [
        (ConstantStep, "eta", 4.1), (ConstantStep, "p", 0.05), (StochasticDescent, "a", 13),
        (StochasticDescent, "t", 0), (StochasticDescent, "t0", -1),
    ],
)  # fmt: skip
def test_refusals(toy, field, value):
    with pytest.raises(ValidationError, match=field):
        toy(**{field: value})
