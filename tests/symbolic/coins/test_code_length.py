"""The code length against the sum of the losses, toss by toss."""

from math import exp, fsum, lgamma, log, pi

import mpmath as mp
import pytest
import sympy as sp

import symbolic

CODE = symbolic.get("code_length.prequential")


def expected_divergence(n, p, k):
    terms = []
    for heads in range(n + 1):
        weight = lgamma(n + 1) - lgamma(heads + 1) - lgamma(n - heads + 1)
        weight += heads * log(p) + (n - heads) * log(1 - p)
        estimate = (heads + k) / (n + 2 * k)
        divergence = p * log(p / estimate) + (1 - p) * log((1 - p) / (1 - estimate))
        terms.append(exp(weight) * divergence)
    return fsum(terms)


@pytest.mark.parametrize(("p", "k"), [(0.3, 0.5), (0.5, 1.0), (0.7, 0.2)])
def test_the_losses_add_up(p, k):
    naive = fsum(expected_divergence(n, p, k) for n in range(120))
    exact = CODE.finite_at({"N": 120, "p": p, "pseudocount": k})
    assert float(exact) == pytest.approx(naive, rel=1e-11, abs=0)


@pytest.mark.parametrize(("p", "k"), [("3/10", "1/2"), ("1/2", "1"), ("3/4", "2"), ("1/4", "1/5")])
def test_constant_and_next_term(p, k):
    """From the code's exact length at two sizes; a slip of 1 % in the next term would show."""
    values = {"p": float(sp.Rational(p)), "pseudocount": float(sp.Rational(k))}
    law = CODE.law_at(values)
    assert law.exponent is None
    with mp.workdps(30):
        excess = [CODE.finite_at({"N": n, **values}) - mp.log(n) / 2 for n in (100, 200, 400)]
        constant = (excess[0] - 6 * excess[1] + 8 * excess[2]) / 3
        following = 400 * (excess[2] - constant)
        pieces = sp.expand(law.expression - sp.log(law.size) / 2)
        at_infinity = sp.limit(sp.expand_log(pieces, force=True), law.size, sp.oo)
        derived = float(400 * (law.expression.subs(law.size, 400) - sp.log(400) / 2 - at_infinity))
    assert float(at_infinity) == pytest.approx(float(constant), abs=2e-5)
    assert derived == pytest.approx(float(following), abs=0.01 * abs(derived) + 2e-3)


def test_krichevsky_trofimov():
    law = CODE.law_at({"p": 0.3, "pseudocount": 0.5})
    value = float(law.expression.subs(law.size, 2000))
    assert value == pytest.approx(3.526227, abs=5e-7)  # by enumeration
    without = log(2000 / (2 * pi)) / 2 - 0.5 + log(pi)
    assert value - without == pytest.approx(-(0.4**2) / (24 * 0.21 * 2000), rel=1e-6, abs=0)
