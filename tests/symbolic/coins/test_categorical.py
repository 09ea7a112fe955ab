"""The die against plain enumeration of all outcomes."""

from math import exp, fsum, lgamma, log

import pytest

import symbolic

DATA = symbolic.get("categorical.data")


def loss_of_three_faces(n, probabilities, k):
    """Over all outcomes of n throws: no marginals, no linearity."""
    terms = []
    for a in range(n + 1):
        for b in range(n + 1 - a):
            counts = (a, b, n - a - b)
            weight = lgamma(n + 1) - fsum(lgamma(c + 1) for c in counts)
            weight += fsum(c * log(r) for c, r in zip(counts, probabilities, strict=True))
            divergence = fsum(
                r * log(r * (n + 3 * k) / (c + k))
                for c, r in zip(counts, probabilities, strict=True)
            )
            terms.append(exp(weight) * divergence)
    return fsum(terms)


@pytest.mark.parametrize(("p", "k"), [(0.3, 0.5), (0.2, 1.0), (0.6, 0.1)])
def test_the_marginals_give_the_loss_of_all_outcomes(p, k):
    other = (1 - p) / 2
    at = {"N": 40, "K": 3, "p": p, "pseudocount": k}
    exact = loss_of_three_faces(40, (p, other, other), k)
    assert float(DATA.finite_at(at)) == pytest.approx(exact, rel=1e-11, abs=0)


def residual(n, probabilities, k):
    """N² times what the loss has beyond (K-1)/(2N), from binomial weights in logarithms."""
    faces = len(probabilities)
    total = 0.0
    for r in set(probabilities):
        weights = [
            exp(lgamma(n + 1) - lgamma(c + 1) - lgamma(n - c + 1)
                + c * log(r) + (n - c) * log(1 - r))
            for c in range(n + 1)
        ]  # fmt: skip
        logs = fsum(w * log((n + faces * k) * r / (c + k)) for c, w in enumerate(weights))
        total += probabilities.count(r) * r * logs
    return n**2 * (total - (faces - 1) / (2 * n))


@pytest.mark.parametrize(
    ("faces", "p", "k"), [(2, 0.5, 1.0), (3, 0.25, 0.5), (3, 0.4, 2.0), (4, 0.25, 0.2), (5, 0.2, 1)]
)
def test_the_next_term(faces, p, k):
    law = DATA.law_at({"K": faces, "p": p, "pseudocount": k})
    assert law.exponent == 1
    assert law.prefactor * 2 == faces - 1
    others = (1 - p) / (faces - 1)
    probabilities = [p] + [p if abs(p - others) < 1e-12 else others] * (faces - 1)
    few, more, most = (residual(n, probabilities, k) for n in (500, 1000, 2000))
    seen = (few - 6 * more + 8 * most) / 3
    derived = float((law.expression - law.leading).subs(law.size, 1))
    assert derived == pytest.approx(seen, rel=2e-3, abs=0)


def test_ten_fair_faces_with_laplace_smoothing():
    law = DATA.law_at({"K": 10, "p": 0.1, "pseudocount": 1})
    assert (law.expression - law.leading).subs(law.size, 1) == pytest.approx(-53.25, abs=1e-9)
    # by enumeration at N = 10^4: -53.22
    assert residual(10_000, [0.1] * 10, 1) == pytest.approx(-53.22, abs=0.005)


def test_two_faces_are_the_coin():
    coin = symbolic.get("bernoulli.data").law_at({"p": 0.3, "pseudocount": 0.5})
    die = DATA.law_at({"K": 2, "p": 0.3, "pseudocount": 0.5})
    assert (coin.expression - die.expression).equals(0)
