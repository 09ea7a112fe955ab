"""Each verdict, and the order in which they apply."""

from dataclasses import replace

import numpy as np
import pytest

from sims import fit
from sims.fitting.flags import DOES_NOT_FIT
from sims.tables.verdict import verdict

SIZES = np.geomspace(10, 1000, 7)
SEEN = replace(fit(SIZES, 1 / SIZES, 0.01 / SIZES), exponent=1.0, standard_error=0.001, p_value=0.5)
USUAL = {"power_law": True, "deterministic": False, "converges": True, "obeys": True}


@pytest.mark.parametrize(
    ("seen", "flags", "exact", "derived", "changes", "word"),
    [
        ({}, [], 1.0, 1.0, {}, "agrees"),
        ({}, [], None, 0.9971, {}, "agrees"),
        ({}, [], 1.0039, 0.99, {}, "agrees in window"),
        ({}, [], 1.0041, 0.99, {}, "disagrees"),
        ({}, [], 1.0, 0.99, {"converges": False}, "disagrees"),
        ({}, [], None, 0.99, {}, "disagrees"),
        ({}, [], None, 1.01, {}, "disagrees"),  # below as well as above
        ({}, [], 1.0, None, {}, "underived"),
        ({}, ["fewer than 6 sizes"], 1.0, 1.0, {}, "inconclusive"),
        ({"standard_error": 0.021}, [], 1.0, 1.0, {}, "inconclusive"),
        ({"standard_error": None}, [], 1.0, 1.0, {}, "inconclusive"),
        ({"p_value": 1e-7}, [], 1.0, None, {"power_law": False}, "not a power law"),
        ({"p_value": 1e-5}, [], 1.0, None, {"power_law": False}, "underived"),
        ({}, [DOES_NOT_FIT], 1.0, 1.0, {}, "agrees in window"),
        ({}, [DOES_NOT_FIT], 1.01, 1.0, {}, "disagrees"),
        ({}, [DOES_NOT_FIT], None, 1.0, {}, "inconclusive"),
        # a rejected fit has inflated errors: it is judged by those that were given
        ({"standard_error": 0.1, "inflation": 100.0}, [DOES_NOT_FIT], 1.0039, 1.0, {},
         "agrees in window"),
        ({"standard_error": 0.1, "inflation": 100.0}, [DOES_NOT_FIT], 1.0041, 1.0, {}, "disagrees"),
        ({"p_value": None}, [], 1.0, 0.99, {"deterministic": True}, "agrees in window"),
        ({"p_value": None}, [], 1.0 + 1e-8, 0.99, {"deterministic": True}, "disagrees"),
        ({"p_value": None}, [], None, 0.99, {"deterministic": True}, "agrees in window"),
        (
            {"p_value": None}, [], None, 0.99,
            {"deterministic": True, "converges": False}, "disagrees",
        ),
    ],
)  # fmt: skip
def test_verdicts(seen, flags, exact, derived, changes, word):
    assert verdict(replace(SEEN, **seen), flags, exact, derived, **{**USUAL, **changes}) == word
