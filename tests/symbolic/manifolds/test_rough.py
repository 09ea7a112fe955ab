"""The nearest neighbour of a rough field, against quadrature."""

import numpy as np
import pytest
from scipy import integrate, special

import symbolic


@pytest.mark.parametrize(("d", "H", "c"), [(1, 0.5, 1), (2, 0.3, 0.7), (4, 0.9, 2)])
def test_nearest(d, H, c):
    points, ball = 200, np.pi ** (d / 2) / special.gamma(d / 2 + 1)
    derivation = symbolic.get("rough.nearest")
    exact, _ = integrate.quad(
        lambda r: c * r ** (2 * H) * points * ball * d * r ** (d - 1)
        * (1 - ball * r**d) ** (points - 1), 0, (0.2 / ball) ** (1 / d), epsrel=1e-11,
    )  # fmt: skip
    at = {"d": d, "H": H, "c": c}
    law = float(derivation.law_at(at).expression.subs(derivation.size.symbol, points))
    assert law == pytest.approx(exact, rel=3e-5, abs=0)
    assert float(derivation.finite_at({**at, "D": points})) == pytest.approx(exact, rel=1e-9, abs=0)
