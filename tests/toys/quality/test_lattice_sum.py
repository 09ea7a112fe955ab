"""Sums over many whole numbers, against plain sums."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toys.quality._lattice_sum import EDGE, lattice_sum


@given(
    first=st.integers(-(10**5), 0), width=st.integers(0, 10**5), start=st.floats(0.01, 1),
    scale=st.floats(2000, 30_000),
)  # fmt: skip
@settings(max_examples=30)
def test_a_singular_logarithm_times_a_bell(first, width, start, scale):
    last = first + width

    def function(n):
        return np.log(n - first + start) * np.exp(-((n / scale) ** 2) / 2)

    terms = function(np.arange(first, last + 1.0))
    error = abs(lattice_sum(function, first, last, scale) - math.fsum(terms))
    assert error <= 1e-13 * math.fsum(abs(terms))


def test_no_term_and_one():
    assert lattice_sum(np.exp, 3, 2, 1.0) == 0
    assert lattice_sum(np.exp, 3, 3, 1.0) == pytest.approx(math.exp(3), rel=1e-15, abs=0)


@pytest.mark.parametrize("count", [4 * EDGE, 4 * EDGE + 1, 10**6])
def test_a_sum_in_closed_form(count):
    """Cubes: the integral alone, without terms and slopes at the ends, is off."""
    seen = lattice_sum(lambda n: n**3, 1, count, 1e9)
    truth = (count * (count + 1) // 2) ** 2
    assert seen == pytest.approx(truth, rel=1e-13, abs=0)
    assert count**4 / 4 != pytest.approx(truth, rel=1e-7, abs=0)
