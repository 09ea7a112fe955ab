"""Both witnesses in one room: exact losses of the toys tend to the derived laws."""

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from sims.tables.theory import theory_of
from toys import BernoulliImprovement, Capacity, FrozenImprovement, NearestNeighbor

LOSSES = ("absolute", "squared", "zero-one")


def distances(toy, axis, size):
    """How far exact is from the law, from its leading term, and from the law with a slip."""
    law = theory_of(toy, axis).law
    made = toy.at(**{axis: size})
    leading = float(sp.N(law.leading.subs(law.size, size), 30))
    whole = float(sp.N(law.expression.subs(law.size, size), 30))
    flipped = 2 * leading - whole  # the sign of the corrections turned round
    return [abs(made.exact() / value - 1) for value in (whole, leading, flipped)]


@pytest.mark.parametrize("place", ["torus", "sphere"])
@given(d=st.integers(1, 10), loss=st.sampled_from(LOSSES), length=st.sampled_from([20, 30]))
@settings(max_examples=20)
def test_nearest_neighbours(place, d, loss, length):
    """At D = length^d the corrections are of order length^-2, what is left of length^-4."""
    toy = NearestNeighbor(d=d, manifold=place, loss=loss, D=10**9)
    length = 400 if d == 1 else length
    whole, leading, flipped = distances(toy, "D", length**d)
    assert whole < 40 / length**4 + 30 / length ** (2 * d)
    assert leading < 8 / length**2 + 4 / length**d
    if leading > 1e-3:
        assert flipped > 1.5 * leading
        assert whole < leading / 5


@pytest.mark.parametrize("loss", LOSSES)
def test_the_interval(loss):
    toy = NearestNeighbor(d=1, manifold="cube", loss=loss, sampler="points")
    whole, leading, flipped = distances(toy, "D", 200)
    assert whole < 50 / 200**2
    if leading > 1e-3:
        assert flipped > 1.5 * leading


@given(p=st.sampled_from([0.2, 0.3, 0.5]), k=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
       delta=st.sampled_from([1, 4]), statistic=st.sampled_from(["mean", "mean square"]))  # fmt: skip
@settings(max_examples=20)
def test_improvements(p, k, delta, statistic):
    toy = BernoulliImprovement(p=p, pseudocount=k, delta=delta, statistic=statistic)
    whole, leading, flipped = distances(toy, "N", 2000)
    assert whole < 600 / 2000**2
    assert leading < 60 / 2000
    if leading > 1e-3:
        assert flipped > 1.5 * leading
        assert whole < leading / 5


@given(k=st.sampled_from([0.5, 1.0, 3.0]), delta=st.sampled_from([1, 4]),
       statistic=st.sampled_from(["mean", "mean square"]))  # fmt: skip
@settings(max_examples=10)
def test_improvements_at_the_boundary(k, delta, statistic):
    toy = BernoulliImprovement(p=1, pseudocount=k, delta=delta, statistic=statistic)
    whole, leading, flipped = distances(toy, "N", 2000)
    assert whole < 600 / 2000**2
    assert flipped > 1.5 * leading


@given(p=st.sampled_from([0.2, 0.5]), alpha=st.sampled_from([0.3, 0.6]),
       delta=st.sampled_from([1, 4]))  # fmt: skip
@settings(max_examples=8)
def test_frozen_improvements(p, alpha, delta):
    toy = FrozenImprovement(p=p, alpha=alpha, delta=delta)
    whole, leading, flipped = distances(toy, "N", 4000)
    assert whole < 2000 / 4000**2
    assert flipped > 1.5 * leading


@given(p=st.sampled_from([0.2, 0.5]), k=st.sampled_from([0.5, 1.0]))
@settings(max_examples=4)
def test_capacity(p, k):
    coin = {"p": p, "pseudocount": k}
    power = Capacity(growth="power", c=3, **coin)
    assert distances(power, "theta", 16)[0] < 10 / 16**6
    shared = Capacity(growth="shared", unit="states", **coin)
    whole, leading, _ = distances(shared, "theta", 501 * 502 // 2)
    assert whole < 20 / 500**2
    assert whole < leading / 10
    for unit, theta in (("nats", 12.0), ("bits", 16.0)):
        toy = Capacity(growth="exponential", unit=unit, theta=theta, **coin)
        law = theory_of(toy, "theta").law
        assert law.kind == "exponential"
        assert law.exponent is None
        value = float(sp.N(law.expression.subs(law.size, theta)))
        assert toy.exact() == pytest.approx(value, rel=2 / toy.N_max, abs=0)  # of rounding down
    both = Capacity(growth="shared", unit="bits", theta=20.0, **coin)
    law = theory_of(both, "theta").law
    value = float(sp.N(law.expression.subs(law.size, 20)))
    assert both.exact() == pytest.approx(value, rel=3 / both.N_max, abs=0)
