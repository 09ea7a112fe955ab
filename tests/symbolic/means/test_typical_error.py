"""Typical errors of means, against quadratures over densities."""

import mpmath as mp
import pytest

import symbolic


@pytest.mark.parametrize(
    "name",
    [
        "typical_error.stable",
        "typical_error.student",
        "light_tails.finite_variance",
        "light_tails.finite_kurtosis",
    ],
)
def test_every_step_is_proved(name):
    report = symbolic.get(name).check()
    assert report.passed
    assert report.proved


@pytest.mark.parametrize("a", [0.7, 1.0, 1.5])
def test_a_stable_draw(a):
    """By the representation of Chambers, Mallows and Stuck: an angle and an exponential number."""
    with mp.workdps(20):
        a = mp.mpf(a)

        def at_angle(v):
            return (
                mp.log(mp.sin(a * v)) - mp.log(mp.cos(v)) / a
                + (1 - a) / a * (mp.log(mp.cos((1 - a) * v)) + mp.euler)
            )  # fmt: skip

        logarithm = mp.quad(at_angle, [0, 0.1, 1, mp.pi / 2]) * 2 / mp.pi
    law = symbolic.get("typical_error.stable").law
    values = {"a": float(a), "g": 3, "N": 1}
    found = law.expression.subs({s: values[s.name] for s in law.expression.free_symbols})
    assert float(mp.log(mp.mpf(str(found.evalf(20))) / 3)) == pytest.approx(
        float(logarithm), abs=1e-8
    )


def log_size(nu, n):
    """E ln|mean of n|: -gamma - the integral of (phi(t/n)^n - [t < 1])/t."""
    with mp.workdps(25):
        nu = mp.mpf(nu)

        def power(u):
            z = mp.sqrt(nu) * mp.exp(u) / n
            bessel = mp.besselk(nu / 2, z)
            return (2 * (z / 2) ** (nu / 2) * bessel / mp.gamma(nu / 2)) ** n

        middle = mp.log(n) * (1 - 1 / min(nu, mp.mpf(2)))
        below = mp.quad(lambda u: power(u) - 1, [middle - d for d in (60, 30, 15, 8, 4, 2, 0)])
        above = mp.quad(power, [middle + d for d in (0, 2, 4, 6, 8)])
        return -mp.euler - below - above - middle


@pytest.mark.parametrize(
    ("name", "nu", "last"),
    [
        ("light_tails.finite_variance", 2.75, 0.375),
        ("light_tails.finite_kurtosis", 6.5, 1),
        ("typical_error.student", 1.25, 0.6),
    ],
)
def test_the_mean_logarithm(name, nu, last):
    """What the correction leaves falls faster than the correction; without it, it does not."""
    derivation = symbolic.get(name)
    law = derivation.law
    expression = law.expression
    if name == "typical_error.student":  # the correction is the last step
        expression -= derivation.steps[-1].right
    values = dict.fromkeys(expression.free_symbols - {law.size}, nu)
    full, leading = [], []
    for n in (50, 800):
        truth = log_size(nu, n)
        for left, side in ((full, expression), (leading, law.leading)):
            derived = side.subs(values).subs(law.size, n).evalf(20)
            left.append(float(abs(truth - mp.log(mp.mpf(str(derived))))))
    assert full[1] < full[0] * 16 ** (-1.25 * last)
    assert leading[1] > leading[0] * 16 ** (-1.25 * last)
