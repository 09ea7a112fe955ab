"""Cross entropy, information and one epoch, each against a sum over the classes."""

import math

import mpmath as mp
import pytest
import sympy as sp

import symbolic


def law_at(name, **values):
    law = symbolic.get(name).law.at(values)
    return float(sp.N(law.expression.subs(law.size, values["size"])))


@pytest.mark.parametrize("a", [0.5, 1])
def test_contexts(a):
    """The mean of 1/(2(k+1)) over binomial counts k, by their probabilities, context by context."""
    size, last, first = 60, 400, 0.0
    c = 1 / float(mp.zeta(1 + a))
    for i in range(1, last + 1):
        p, q = c * i ** -(1 + a), 1 - c * i ** -(1 + a)
        first += p * math.fsum(
            math.comb(size, k) * p**k * q ** (size - k) / (2 * (k + 1)) for k in range(size + 1)
        )
    for j in range(8):  # rarer contexts: (1-(1-p)^(D+1))/(2(D+1)) in powers of p
        first += float(
            (-1) ** j
            * math.comb(size + 1, j + 1)
            * mp.mpf(c) ** (j + 1)
            * mp.zeta((1 + a) * (j + 1), last + 1)
            / (2 * (size + 1))
        )
    entropy = math.log(2 * math.pi * math.e) / 2
    second = 1 / (4 * size**2)  # what the law leaves out, to leading order
    value = law_at("entropy.contexts", a=a, size=size)
    assert value + second == pytest.approx(entropy + first, abs=1.2e-5)


@pytest.mark.parametrize("a", [0.5, 1])
def test_information(a):
    """Entropies of k and of min(k, n+1), with the derivative of zeta by differences."""
    n = 60
    z = float(mp.zeta(1 + a))
    entropy = math.log(z) - (1 + a) * float(mp.zeta(1 + a, derivative=1)) / z
    shares = [k ** -(1 + a) / z for k in range(1, n + 1)]
    rest = float(mp.zeta(1 + a, n + 1)) / z
    known = -math.fsum(p * math.log(p) for p in [*shares, rest])
    assert law_at("entropy.information", a=a, size=n) == pytest.approx(
        entropy - known, rel=6e-5, abs=0
    )


@pytest.mark.parametrize(("a", "tau", "ratio"), [(0.5, 2, 4 / 3), (0.5, 3, 14 / 9), (1, 3, 1.875)])
def test_one_epoch_is_a_constant_factor_away(a, tau, ratio):
    late, early = (
        law_at("entropy.merging", a=a, tau=tau, size=1000),
        law_at("hutter.data", a=a, size=1000),
    )
    assert late / early == pytest.approx(ratio, rel=1e-12, abs=0)
    plain = 0.0
    c = 1 / float(mp.zeta(1 + a))
    for k in range(1, 3000):
        p = c * k ** -(1 + a)
        plain += p * math.fsum(
            math.comb(1000, m) * p**m * (1 - p) ** (1000 - m) for m in range(tau)
        )
    plain += float(c * mp.zeta(1 + a, 3000))
    assert late == pytest.approx(plain, rel=2e-3, abs=0)
