"""Heavy tails, against quadratures of densities and order statistics."""

import mpmath as mp
import pytest

import symbolic


@pytest.mark.parametrize("a", [1.25, 1.5, 1.9])
def test_the_mean_modulus_of_a_stable_law(a):
    """By the representation of Chambers, Mallows and Stuck: an angle and an exponential number."""
    law = symbolic.get("heavy_tails.stable").law_at({"a": a, "g": 2.0})

    def at_angle(u):
        v = mp.pi / 2 - u
        return mp.sin(a * v) * mp.sin(u) ** (-1 / a) * mp.cos((a - 1) * v) ** (1 / a - 1)

    angles = mp.quad(at_angle, [0, 0.01, 0.3, mp.pi / 2])
    modulus = mp.gamma(2 - 1 / mp.mpf(a)) * 2 / mp.pi * angles
    assert float(law.expression.subs(law.size, 1).evalf(20)) == pytest.approx(
        float(2 * modulus), rel=1e-4, abs=0
    )
    assert float(law.exponent) == pytest.approx(1 - 1 / a)


@pytest.mark.parametrize("nu", [1.0, 1.5, 2.5])
def test_the_median_by_its_order_statistic(nu):
    centre = mp.gamma((nu + 1) / 2) / mp.sqrt(nu * mp.pi) / mp.gamma(nu / 2)
    law = symbolic.get("heavy_tails.median").law_at({"nu": nu})
    n, m = 401, 200

    def share(x):
        return x * centre * mp.hyp2f1(0.5, (nu + 1) / 2, 1.5, -x * x / nu)

    def weight(x):
        density = centre * (1 + x * x / nu) ** (-(nu + 1) / 2)
        return x * density * (0.25 - share(x) ** 2) ** m

    exact = 2 * mp.gamma(n + 1) / mp.gamma(m + 1) ** 2 * mp.quad(weight, [0, 0.05, 0.1, 0.2, 0.5])
    leading = 1 / (mp.sqrt(2 * mp.pi * n) * centre)
    derived = mp.mpf(str(law.expression.subs(law.size, n).evalf(20)))
    assert float(derived / exact) == pytest.approx(1, abs=3 / n**2)
    assert float((derived / leading - 1) * n) == pytest.approx(
        float((exact / leading - 1) * n), abs=3 / n
    )
