"""A memorised subset, against the ranks of its points."""

from math import comb, gamma, pi

import pytest

import symbolic


@pytest.mark.parametrize(("points", "P"), [(30, 30), (30, 7), (200, 40)])
def test_the_loss_does_not_depend_on_the_other_points(points, P):
    """d = 1: sum over the rank of the nearest memorised point, and over the series of a cosine."""
    loss = 0.0
    for k in range(1, 25):
        coefficient = -((-1) ** k) * (2 * pi) ** (2 * k) / gamma(2 * k + 1)
        moment = sum(
            comb(points - j, P - 1) / comb(points, P)
            * gamma(j + 2 * k) / gamma(j) if j + 2 * k < 150 else 0.0
            for j in range(1, points - P + 2)
        )  # fmt: skip
        falling = 1.0
        for n in range(1, 2 * k + 1):
            falling *= points + n
        loss += coefficient * moment / falling / 2 ** (2 * k)
    derivation = symbolic.get("subset.memorise")
    assert float(derivation.finite_at({"d": 1, "P": P})) == pytest.approx(loss, rel=1e-8, abs=0)


def test_the_law_is_that_of_the_torus():
    ours, theirs = (symbolic.get(name) for name in ("subset.memorise", "torus.squared"))
    for d in (1, 2, 5):
        laws = [
            float(x.law_at({"d": d}).expression.subs(x.size.symbol, 10**6)) for x in (ours, theirs)
        ]
        assert laws[0] == pytest.approx(laws[1], rel=1e-12, abs=0)
