"""Mean and variance both estimated, against a recursion for the digamma function."""

import mpmath as mp
import pytest

import symbolic


@pytest.mark.parametrize("n", [11, 101, 2001])
def test_the_log_loss(n):
    """For odd N the mean of log y is a sum of 1/j: y of N-1 = 2j degrees of freedom."""
    harmonic = mp.fsum(mp.mpf(1) / j for j in range(1, (n - 1) // 2))
    mean_log = harmonic - mp.euler + mp.log(2) - mp.log(n)
    exact = (mean_log + mp.mpf(n + 1) / (n - 3) - 1) / 2
    derivation = symbolic.get("unknown_variance.likelihood")
    assert float(derivation.finite_at({"N": n})) == pytest.approx(float(exact), rel=1e-12, abs=0)
    law = derivation.law.expression.subs(derivation.law.size, n).evalf(20)
    assert float((law - 1 / mp.mpf(n)) * n**2) == pytest.approx(
        float((exact - 1 / mp.mpf(n)) * n**2), abs=30 / n
    )


def test_as_enumerated():
    assert float(symbolic.get("unknown_variance.likelihood").finite_at({"N": 10})) == pytest.approx(
        0.175431, abs=5e-7
    )
