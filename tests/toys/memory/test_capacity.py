"""Capacity: how far it counts, that it counts no further, and what it refuses."""

import math

import pytest
from court import agrees_with_exact, fresh
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from naive.coins import coin as naive
from pydantic import ValidationError

from toys import Bernoulli, Capacity
from toys.memory import capacity

SAMPLERS = ("stream", "binomial", "counts")


@pytest.mark.parametrize(
    ("parameters", "most"),
    [
        ({"theta": 5, "growth": "exponential"}, 148),
        ({"theta": math.log(1000), "growth": "exponential"}, 1000),
        ({"theta": 10, "growth": "exponential", "unit": "bits"}, 1023),
        ({"theta": 49, "growth": "exponential", "unit": "bits"}, 2**49 - 1),
        ({"theta": 31622776, "growth": "power", "c": 2}, 31622776**2),
        ({"theta": 12, "growth": "power", "c": 2}, 144),
        ({"theta": 10 ** (1 / 3), "growth": "power", "c": 3}, 10),
        ({"theta": 64, "growth": "power", "c": 0.5}, 8),
        ({"theta": 153, "growth": "shared", "unit": "states"}, 16),
        ({"theta": 152.9, "growth": "shared", "unit": "states"}, 15),
        ({"theta": math.log(153), "growth": "shared"}, 16),
        ({"theta": math.log2(153), "growth": "shared", "unit": "bits"}, 16),
    ],
)
def test_how_far_it_counts(parameters, most):
    toy = Capacity(**parameters)
    assert toy.N_max == most
    assert toy.exact() == Bernoulli(N=most).exact()


@given(st.integers(1, 10**6))
def test_a_shared_memory_holds_every_pair(most):
    states = (most + 1) * (most + 2) // 2
    shared = {"growth": "shared", "unit": "states", "pseudocount": 1}
    assert Capacity(theta=states, **shared).N_max == most
    assert Capacity(theta=states + most + 1.5, **shared).N_max == most
    if most > 1:
        assert Capacity(theta=states - 0.5, **shared).N_max == most - 1


@given(
    theta=st.floats(0.5, 30), p=st.floats(0.01, 0.99), k=st.sampled_from([1e-3, 0.5, 1.0, 20.0]),
    growth=st.sampled_from(["exponential", "power", "shared"]),
)  # fmt: skip
@settings(max_examples=50)
def test_exact_values(theta, p, k, growth):
    try:
        toy = Capacity(theta=theta, p=p, pseudocount=k, growth=growth)
    except ValidationError:  # too small to count at all
        assume(False)
    N = toy.N_max
    if N <= 2000:
        truth = naive.expected_divergence(p, k, N)
    elif N * p * (1 - p) > 1e4:
        truth = naive.expected_divergence_of_many(p, k, N)
    else:
        assume(False)
    assert toy.exact() == pytest.approx(float(truth), rel=1e-10, abs=0)


@pytest.mark.parametrize("both_faces", [False, True])
def test_the_stream_equals_its_twin(both_faces):
    import numpy as np

    heads = np.empty(200, dtype=np.int64)
    capacity._count_streams(fresh(), 0.4, 5, 9, both_faces, heads)
    twin = naive.count_streams(fresh(), 0.4, 5, 9, both_faces, 200)
    assert heads.tolist() == twin.tolist()
    assert both_faces == (heads.min() > 0 and heads.max() < 5)
    assert len(capacity._count_streams.signatures) == 1


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(
    p=st.sampled_from([0.1, 0.3, 0.5]),
    k=st.sampled_from([0.0, 0.5, 2.0]),
    case=st.sampled_from([
        {"theta": 3.5, "growth": "exponential"}, {"theta": 6, "growth": "exponential",
        "unit": "bits"}, {"theta": 7, "growth": "power"}, {"theta": 3, "growth": "power", "c": 3},
        {"theta": 200, "growth": "shared", "unit": "states"}, {"theta": 6, "growth": "shared"},
    ]),
)  # fmt: skip
@settings(max_examples=12)
def test_simulation_against_exact(sampler, p, k, case):
    assert agrees_with_exact(Capacity(p=p, pseudocount=k, sampler=sampler, **case))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"theta": 800, "growth": "exponential"}, r"theta = 800 .* to inf.*theta <= 34\.53877"),
        ({"theta": 35, "growth": "exponential"}, r"at most 1e\+15, so that theta <= 34\.53877"),
        ({"theta": 60, "growth": "exponential", "unit": "bits"}, r"theta <= 49\.8"),
        ({"theta": 1e5, "sampler": "stream"}, r"for sampler 'stream': .*at most 5e\+07"),
        ({"theta": 0.5}, r"too small to count a single toss .theta >= 1\.000000001 is"),
        ({"theta": 5, "unit": "states"}, "allowed for growth = 'shared' only, not for 'power'"),
        ({"theta": 2, "pseudocount": 1e-9}, "pseudocount = 1e-09 is not allowed"),
        ({"c": 0}, "greater than 0"),
        ({"c": -1}, "greater than 0"),
        ({"growth": "linear"}, "'exponential', 'power' or 'shared'"),
        ({"theta": float("inf")}, "finite"),
        ({"p": 1}, "less than 1"),
    ],
)
def test_what_is_refused(parameters, message):
    with pytest.raises(ValidationError, match=message):
        Capacity(**parameters)
