"""The hinge, against plain sums and steps."""

from fractions import Fraction
from math import comb

import pytest

import symbolic


@pytest.mark.parametrize("p", [Fraction(3, 10), Fraction(2, 3), Fraction(9, 10)])
@pytest.mark.parametrize("n", [200, 400])
def test_tosses_are_wrong_with_the_majority(p, n):
    p = max(p, 1 - p)
    wrong = sum(comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(n // 2))
    tie = comb(n, n // 2) * (p * (1 - p)) ** (n // 2)
    loss = 2 * (2 * p - 1) * (wrong + tie / 2)
    law = symbolic.get("hinge.data").law_at({"p": float(p)})
    derived = law.expression.subs(law.size, n).evalf(20)
    third = (4 * p * (1 - p) / ((2 * p - 1) ** 2 * n)) ** 3
    assert float(derived / loss) == pytest.approx(1, abs=float(20 * third) + 1e-6)
    exact = symbolic.get("hinge.data").finite_at({"p": float(p), "N": n})
    assert float(exact) == pytest.approx(float(loss), rel=1e-12, abs=0)
    if n == 200 and p == Fraction(7, 10):  # leading term alone, as enumerated
        assert float(loss) / (2 / (3.141592653589793 * n)) ** 0.5 / 0.84**100 == pytest.approx(
            0.9746, abs=5e-5
        )


@pytest.mark.parametrize("eta", [0.1, 0.03])
def test_training_by_steps(eta):
    law = symbolic.get("hinge.flow").law_at({"eta": eta})
    theta = 0.0
    for t in range(1, 40):
        theta += eta if theta < 1 - 1e-12 else 0
        assert float(law.expression.subs(law.size, t)) == pytest.approx(
            max(0, 1 - theta), abs=1e-12
        )
