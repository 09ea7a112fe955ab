"""What steps of finite size change in the entmax family, and the laws beyond its power laws."""

import mpmath as mp
import pytest

import symbolic

NAMES = (
    "fenchel_young.conditional",
    "entmax.exponential",
    "entmax.readout",
    "entmax_steps.power",
    "entmax_steps.sparsemax",
    "hinge.ranking",
)


@pytest.mark.parametrize("name", NAMES)
def test_proved(name):
    assert symbolic.get(name).check().proved


def value(name, size, **parameters):
    law = symbolic.get(name).law_at(parameters)
    return mp.mpf(str(law.expression.subs(law.size, size).evalf(20)))


def test_the_log_loss_by_steps_is_the_discrete_law():
    """The same logarithm as gradient descent on a logit has; the constant C is left out."""
    t, eta = mp.mpf(10) ** 6, 0.5
    own = value("entmax_steps.power", t, alpha=1, eta=eta)
    logit = value("descent.discrete", t, eta=eta, C=-0.5)
    assert float(own / logit - 1) == pytest.approx(0, abs=1e-12)


def test_flow_is_descent_in_small_steps():
    t, eta = mp.mpf(10) ** 9, 1e-4
    tau = t * mp.mpf(eta)
    steps = value("entmax_steps.power", t, alpha=1.5, eta=eta)
    flow = value("fenchel_young.flow", tau, alpha=1.5)
    assert float(steps / flow) == pytest.approx(1, abs=2e-4)


@pytest.mark.parametrize("alpha", [2.5, 3.0])
def test_beyond_sparsemax(alpha):
    """The wrong share after a long time, by quadrature."""
    q, a = mp.mpf("1e-9"), mp.mpf(alpha)
    ends = mp.linspace(mp.log(q), -mp.log(2), 9)
    time = mp.quad(lambda y: (1 - mp.exp(y)) ** (a - 2) + mp.exp(y * (a - 2)), ends)
    derived = value("entmax.exponential", time, alpha=alpha)
    assert float(derived / (q**2 / 2)) == pytest.approx(1, abs=float(10 * q ** min(1, a - 2)))


def test_the_log_loss_as_read_out():
    q, a = mp.mpf("1e-9"), mp.mpf("1.5")
    ends = mp.linspace(mp.log(q), -mp.log(2), 9)
    time = mp.quad(lambda y: (1 - mp.exp(y)) ** (a - 2) + mp.exp(y * (a - 2)), ends)
    derived = value("entmax.readout", time, alpha=1.5)
    assert float(derived / q) == pytest.approx(1, abs=1e-6)
    leading = (time / 2) ** -2
    assert abs(float(leading / q) - 1) > 1e-4


def test_both_faces_seen():
    """Two terms of the law: what is left falls as the third, by 8 where N doubles."""
    p, a = mp.mpf("0.3"), mp.mpf("0.5")

    def loss(r):
        omega = [(z**a + (1 - z) ** a - 1) / (a * (a - 1)) for z in (p, r)]
        return omega[0] - omega[1] - (r ** (a - 1) - (1 - r) ** (a - 1)) / (a - 1) * (p - r)

    def gap(n):
        seen = sum(
            mp.binomial(n, j) * p**j * (1 - p) ** (n - j) * loss(mp.mpf(j) / n) for j in range(1, n)
        )
        return seen - value("fenchel_young.conditional", n, p=0.3, alpha=0.5)

    assert float(gap(400) / gap(800)) == pytest.approx(8, abs=0.4)
