"""Quota sampling against its loss at one number of tosses after the other."""

from math import fsum, log, sqrt

import pytest

import symbolic

QUOTA = symbolic.get("quota.sampling")


def loss(n, p):
    estimate = round(n * p) / n
    return p * log(p / estimate) + (1 - p) * log((1 - p) / (1 - estimate))


@pytest.mark.parametrize("p", [sqrt(2) - 1, (sqrt(5) - 1) / 2, sqrt(3) - 1])
def test_the_mean_over_many_sizes(p):
    law = QUOTA.law_at({"p": p})
    assert law.exponent == 2
    mean = fsum(n**2 * loss(n, p) for n in range(1000, 41000)) / 40000
    assert mean == pytest.approx(1 / (24 * p * (1 - p)), rel=2e-4, abs=0)
    assert float(law.prefactor) == pytest.approx(mean, rel=2e-4, abs=0)


@pytest.mark.parametrize("p", [0.3, 0.62, 0.8])
def test_the_next_term_is_that_of_uniform_rounding(p):
    """By the midpoint rule over the rounding, at a small N."""
    n, steps = 40, 4000
    rounding = [(i + 0.5) / steps - 0.5 for i in range(steps)]
    exact = (
        fsum(p * log(p / (p + r / n)) + (1 - p) * log((1 - p) / (1 - p - r / n)) for r in rounding)
        / steps
    )
    law = QUOTA.law_at({"p": p})
    leading = float(law.prefactor) / n**2 * (1 - 1 / steps**2)  # what the rule has for squares
    following = float((law.expression - law.leading).subs(law.size, n))
    assert following == pytest.approx(exact - leading, rel=0.005, abs=0)
