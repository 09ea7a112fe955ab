"""Zipf's law proper against the sum over its vocabulary."""

import math

import pytest
import sympy as sp

import symbolic


def test_the_unseen_mass_of_a_vocabulary():
    size, n = 200_000, 2000
    harmonic = math.fsum(1 / i for i in range(1, size + 1))
    exact = math.fsum((1 - 1 / (i * harmonic)) ** n / (i * harmonic) for i in range(1, size + 1))
    derivation = symbolic.get("zipf.vocabulary")
    law = derivation.law.at({"V": size})
    value = float(sp.N(law.expression.subs(law.size, n)))
    left_out = n / (size * harmonic) / harmonic
    assert value + left_out == pytest.approx(exact, abs=2e-7)  # 1/(2n H_V) is 2e-5
    assert law.exponent is None
