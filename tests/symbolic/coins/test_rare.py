"""The rare coin against binomial sums at p = lambda/N."""

import mpmath as mp
import pytest

import symbolic

RARE = symbolic.get("rare.poisson")


def loss(n, rate, k):
    """Expected log loss of a coin with p = rate/n, by its definition."""
    p = mp.mpf(rate) / n
    total, weight = mp.mpf(0), (1 - p) ** n
    for heads in range(n + 1):
        estimate = (heads + mp.mpf(k)) / (n + 2 * mp.mpf(k))
        total += weight * (p * mp.log(p / estimate) + (1 - p) * mp.log((1 - p) / (1 - estimate)))
        weight *= p / (1 - p) * (n - heads) / (heads + 1)
        if heads > rate and weight < mp.mpf(10) ** -25:
            break
    return total


@pytest.mark.parametrize(("rate", "k"), [(0.38, 0.5), (1.34, 1.0), (5.0, 0.5), (2.0, 0.1)])
def test_both_terms(rate, k):
    law = RARE.law_at({"rate": rate, "pseudocount": k})
    sizes = (250, 500, 1000)
    with mp.workdps(25):
        first, second, third = (n * loss(n, rate, k) for n in sizes)
        prefactor = (first - 6 * second + 8 * third) / 3
        slope = sizes[1] * (4 * (second - third) - (first - second))
    assert law.exponent == 1
    assert float(law.prefactor.evalf()) == pytest.approx(float(prefactor), rel=2e-6, abs=0)
    derived = float((law.expression - law.leading).subs(law.size, 1).evalf())
    assert derived == pytest.approx(float(slope), rel=2e-3, abs=0)


@pytest.mark.parametrize(
    ("rate", "k", "prefactor"),
    [(0.38, 0.5, 0.2519), (5, 0.5, 0.5106), (1.34, 1, 0.4198), (1e-9, 0.7, 0.7)],
)
def test_enumerated_prefactors(rate, k, prefactor):
    law = RARE.law_at({"rate": rate, "pseudocount": k})
    assert float(law.prefactor.evalf()) == pytest.approx(prefactor, abs=6e-5)


@pytest.mark.parametrize("k", [0.5, 1.0, 2.0])
def test_many_heads(k):
    """The prefactor tends to 1/2 as the second term of bernoulli.data says, for small p."""
    few, many = (
        rate * (float(RARE.law_at({"rate": rate, "pseudocount": k}).prefactor.evalf()) - 0.5)
        for rate in (80, 160)
    )
    derived = (6 * k**2 - 12 * k + 5) / 12
    assert 2 * many - few == pytest.approx(derived, rel=2e-3, abs=2e-4)
