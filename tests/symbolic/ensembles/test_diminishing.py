"""What a doubling brings, against plain numbers."""

import pytest

import symbolic


@pytest.mark.parametrize("floor", [0.0, 1.7])
@pytest.mark.parametrize("a", [0.25, 0.5, 2.0])
def test_the_gain_of_a_doubling(floor, a):
    law = symbolic.get("diminishing.returns").law_at({"c": 3.0, "a": a})
    for size in (10, 1000):
        gain = (floor + 3 * size**-a) - (floor + 3 * (2 * size) ** -a)
        derived = float(law.expression.subs(law.size, size).evalf(20))
        assert derived == pytest.approx(gain, rel=1e-12, abs=1e-15)
    assert float(law.exponent) == pytest.approx(a)
