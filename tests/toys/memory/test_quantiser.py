"""A memory that is told the bias: its twin, exact values, and what it refuses."""

import mpmath as mp
import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import memory as naive
from pydantic import ValidationError

from toys import Quantiser
from toys.memory import quantiser


@pytest.mark.parametrize("cells", [1, 5, 1000])
def test_the_quantiser_equals_its_twin(cells):
    losses = Quantiser(S=cells).simulate(fresh(), 300)
    assert losses == pytest.approx(naive.stored(fresh(), cells, 300), rel=1e-9, abs=0)


@pytest.mark.parametrize("cells", [1, 2, 3, 6, 7, 20])
def test_the_quantiser_by_quadrature(cells):
    """Both sides of the change to a series, which is at 6 cells."""
    with mp.workdps(25):
        truth = float(naive.expected_stored(cells))
    assert Quantiser(S=cells).exact() == pytest.approx(truth, rel=1e-13, abs=0)


def test_printed_values_of_the_quantiser():
    for cells, printed in ((8, 0.40298), (32, 0.40931), (128, 0.41075)):
        assert Quantiser(S=cells).exact() * cells**2 == pytest.approx(printed, abs=2e-5)
    for cells in (10**6, 10**9, 10**12):
        law = np.pi**2 / 24 / cells**2
        third = 3 * float(mp.zeta(3)) / 16 - np.pi**2 * np.log(2) / 24
        assert Quantiser(S=cells).exact() == pytest.approx(
            law + third / cells**3, rel=1e-14 + 10 / cells**2, abs=0
        )


@given(cells=st.integers(1, 10**12))
@settings(max_examples=30)
def test_quantiser_simulation_against_exact(cells):
    assert agrees_with_exact(Quantiser(S=cells))


def test_one_signature():
    Quantiser(S=3).simulate(fresh(), 3)
    for kernel in (quantiser._quantise,):
        assert len(kernel.signatures) == 1


@pytest.mark.parametrize(
    ("toy", "parameters", "message"),
    [
        (Quantiser, {"S": 0}, "greater than or equal to 1"),
    ],
)
def test_what_is_refused(toy, parameters, message):
    with pytest.raises(ValidationError, match=message):
        toy(**parameters)
