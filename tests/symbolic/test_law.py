"""Reading exponent, prefactor, floor and correction off a law."""

from fractions import Fraction

import pytest
import sympy as sp

from symbolic import Law
from symbolic.law import exact_number

N, a, c = (
    sp.Symbol("N", positive=True),
    sp.Symbol("a", positive=True),
    sp.Symbol("c", positive=True),
)


def test_reading_a_power_law():
    law = Law(c * N ** -sp.Rational(2, 3) + 5 / N + 3, N)
    assert law.exponent == sp.Rational(2, 3)
    assert law.prefactor == c
    assert law.floor == 3
    assert law.correction == (5 / c, sp.Rational(1, 3))
    assert law.confirmed_by_limit()


def test_a_symbolic_exponent():
    law = Law(c * N**-a, N)
    assert law.exponent == a
    assert law.correction is None
    assert law.floor == 0


def test_numbers_for_parameters_are_exact():
    law = Law(c / N + c**2 / N**2, N).at({"c": 0.3, "unrelated": 7})
    assert law.prefactor == sp.Rational(3, 10)
    assert exact_number(0.1) == sp.Rational(1, 10)
    assert exact_number(3) == 3
    assert exact_number(Fraction(3, 2)) == exact_number(sp.Rational(3, 2)) == sp.Rational(3, 2)
    for wrong in (True, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="no finite number"):
            exact_number(wrong)


def test_logarithms_stand_in_prefactor_and_correction():
    law = Law(1 / N + (sp.log(2 * N) - sp.Rational(3, 2)) / N**2, N)
    assert law.exponent == law.prefactor == 1
    assert law.correction == (sp.log(N), 1)
    assert law.leading == 1 / N
    assert law.confirmed_by_limit()
    law = Law(c * sp.log(N) / N + 3 / N + 7, N)
    assert (law.exponent, law.prefactor, law.floor) == (1, c * sp.log(N), 7)
    assert law.correction == (3 / (c * sp.log(N)), 0)
    assert law.confirmed_by_limit()


def test_a_leading_term_that_does_not_lead_is_not_confirmed():
    law = Law(1 / N + N**-a, N)
    assert sorted(law.confirmed_by_limit([{a: sp.Rational(k, 2)}]) for k in (1, 3)) == [0, 1]
    with pytest.raises(ValueError, match="grows without bound"):
        _ = Law(7 + sp.log(N), N).exponent


def test_other_kinds_have_no_exponent():
    law = Law(sp.exp(-N) / 2, N, "exponential")
    assert law.exponent is None
    assert law.prefactor is None
    assert law.correction is None
    assert law.floor == 0
    assert law.confirmed_by_limit()


def test_what_is_no_power_law_says_so():
    with pytest.raises(ValueError, match="no power of N"):
        _ = Law(1 / (N + 1), N).exponent
    with pytest.raises(ValueError, match="does not depend on its size"):
        Law(c, N)
