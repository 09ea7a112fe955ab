"""Each verdict, and the order in which they apply."""

from dataclasses import replace

import numpy as np
import pytest

from sims import fit
from sims.fitting.flags import DOES_NOT_FIT
from sims.verdict import tends_to, verdict
from toys import Bernoulli, GaussianMean

SIZES = np.geomspace(10, 1000, 7)
SEEN = replace(fit(SIZES, 1 / SIZES, 0.01 / SIZES), exponent=1.0, standard_error=0.001, p_value=0.5)
USUAL = {"power_law": True, "deterministic": False, "converges": True}


@pytest.mark.parametrize(
    ("seen", "flags", "exact", "derived", "changes", "word"),
    [
        ({}, [], 1.0, 1.0, {}, "agrees"),
        ({}, [], None, 0.9971, {}, "agrees"),
        ({}, [], 1.0039, 0.99, {}, "agrees in window"),
        ({}, [], 1.0041, 0.99, {}, "disagrees"),
        ({}, [], 1.0, 0.99, {"converges": False}, "disagrees"),
        ({}, [], None, 0.99, {}, "disagrees"),
        ({}, [], 1.0, None, {}, "underived"),
        ({}, ["fewer than 6 sizes"], 1.0, 1.0, {}, "inconclusive"),
        ({"standard_error": 0.021}, [], 1.0, 1.0, {}, "inconclusive"),
        ({"standard_error": None}, [], 1.0, 1.0, {}, "inconclusive"),
        ({"p_value": 1e-7}, [], 1.0, None, {"power_law": False}, "not a power law"),
        ({"p_value": 1e-5}, [], 1.0, None, {"power_law": False}, "underived"),
        ({}, [DOES_NOT_FIT], 1.0, 1.0, {}, "agrees in window"),
        ({}, [DOES_NOT_FIT], 1.01, 1.0, {}, "disagrees"),
        ({}, [DOES_NOT_FIT], None, 1.0, {}, "inconclusive"),
        ({"p_value": None}, [], 1.0, 0.99, {"deterministic": True}, "agrees in window"),
        ({"p_value": None}, [], 1.0 + 1e-8, 0.99, {"deterministic": True}, "disagrees"),
    ],
)  # fmt: skip
def test_verdicts(seen, flags, exact, derived, changes, word):
    assert verdict(replace(SEEN, **seen), flags, exact, derived, **{**USUAL, **changes}) == word


def test_tends_to():
    coin = Bernoulli(p=0.1, pseudocount=1)
    assert tends_to(coin, "N", 1000, 1.0, 1e-4)
    assert not tends_to(coin, "N", 1000, 0.99, 1e-4)
    assert not tends_to(coin, "N", 1000, 1.01, 1e-4)
    assert tends_to(GaussianMean(), "N", 10, 1.0, 0.0)
    assert not tends_to(GaussianMean(), "N", 10, 1.1, 1e-3)
    assert not tends_to(GaussianMean(), "N", 10**15, 1.0, 1e-3)  # the axis ends there


@pytest.mark.parametrize("slip", [0.99, 0.999, 1.001, 1.01])
def test_a_slip_smaller_than_the_correction_is_noticed(slip):
    """From N = 64 the slope of this coin is still 0.2 away from its limit."""
    coin = Bernoulli(p=0.05, pseudocount=3)
    assert tends_to(coin, "N", 64, 1.0, 1e-4)
    assert not tends_to(coin, "N", 64, slip, 1e-4)


def test_a_slope_that_runs_away_is_noticed():
    """N^-1 exp(-0.02 N^0.1): slopes -1.006, -1.011, -1.023 leave 1 for ever."""

    class Stretched(GaussianMean):
        """A stretched exponential in disguise."""

        def exact(self):
            return np.exp(-0.02 * self.N**0.1) / self.N

    assert not tends_to(Stretched(), "N", 100, 1.0, 1e-4)
