"""Domains of symbols, and the property tests of every derivation over them."""

import random

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import symbolic
from symbolic.domain import SHARES, integers, reals
from symbolic.steps import Identity, StepFailed

LEAST = 7
"""Digits that any step keeps anywhere; most keep 35."""


def admissible(domain):
    return st.builds(domain.place, st.integers(1, SHARES - 1), st.integers(-2, 2))


def holds_at(step, domains, data):
    """Check the step at a drawn point; what Hypothesis prints names each symbol and its value."""
    point = {
        symbol: data.draw(admissible(domains[symbol]), label=str(symbol))
        for symbol in sorted(step.symbols, key=str)
    }
    return step.digits(point)


@pytest.mark.parametrize("name", symbolic.names())
@given(data=st.data())
@settings(max_examples=6)
def test_steps_hold_all_over_their_domains(name, data):
    derivation = symbolic.get(name)
    domains = {variable.symbol: variable.domain for variable in derivation.variables}
    step = derivation.in_full(data.draw(st.sampled_from(derivation.steps), label="step"))
    least = LEAST if step.numeric is None else min(LEAST, step.numeric)
    assert holds_at(step, domains, data) >= least


def test_a_slip_in_one_corner_of_the_domain_is_found_and_named():
    """A planted step that is wrong for p > 9/10 only."""
    p, N = sp.Symbol("p", positive=True), sp.Symbol("N", positive=True)
    step = Identity("a slip", sp.Min(p, sp.Rational(9, 10)) / N, p / N, numeric=30)
    domains = {p: reals(0, 1), N: integers(1)}

    @given(data=st.data())
    @settings(max_examples=100, database=None)
    def search(data):
        holds_at(step, domains, data)

    with pytest.raises(StepFailed, match="p = 909/1009: "):
        search()


def test_places_are_admissible_and_spread():
    rng = random.Random(1)
    for domain in (
        reals(), reals(0, 1), reals(1, 3, closed=True), reals(0, usual=(2, 3)),
        integers(1), integers(1, 64), integers(1, usual=(5, 6)), integers(1, 1),
    ):  # fmt: skip
        seen = [domain.sample(rng) for _ in range(200)]
        assert all(domain.contains(value) for value in seen)
        lower, upper = domain.usual or (domain.lower, domain.upper)
        assert min(seen) >= lower
        assert max(seen) <= upper
        if domain.integers and upper <= 64:
            assert domain.place(1) == lower
            assert domain.place(SHARES - 1) == upper


def test_simple_values_are_admissible():
    assert reals().simple(3) == [1, 2, 3]
    assert reals(0, 1).simple(3) == [sp.Rational(1, 2), sp.Rational(1, 3), sp.Rational(2, 3)]
    assert integers(1, 1).simple(3) == [1]
    assert reals(2, 3, closed=True).simple(2) == [sp.Rational(5, 2), sp.Rational(7, 3)]
    for domain in (reals(0, sp.Rational(1, 2)), reals(sp.Rational(1, 3), 1, closed=True)):
        assert all(domain.contains(value) for value in domain.simple(12))


def test_an_end_is_in_the_domain_only_where_it_is_closed():
    half, zero, one = sp.Rational(1, 2), sp.Integer(0), sp.Integer(1)
    assert [reals(0, 1).contains(x) for x in (zero, half, one)] == [False, True, False]
    assert reals(0, 1, closed=True).contains(zero)
    assert not reals(0, 1, closed=True).contains(one)
    assert [integers(1, 3).contains(sp.Integer(n)) for n in range(5)] == [
        False,
        True,
        True,
        True,
        False,
    ]
