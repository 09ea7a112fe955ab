"""The laws: their forms, their limits, and the frontier that is the minimum."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from sims import BadInput
from sims.surface.law import Surface

HOFFMANN = Surface("additive", A=406.4, B=410.7, E=1.69, alpha=0.34, beta=0.28)

surfaces = st.builds(
    lambda form, A, B, E, alpha, beta, q: Surface(
        form, A, B, E, alpha, beta, q if form == "mean" else None
    ),
    st.sampled_from(["additive", "bracket", "mean"]), st.floats(1, 1e4), st.floats(1, 1e4),
    st.floats(0, 3), st.floats(0.1, 1), st.floats(0.1, 1), st.floats(0.3, 5),
)  # fmt: skip


def test_hoffmann_by_hand():
    expected = 1.69 + 406.4 / 70e9**0.34 + 410.7 / 1.4e12**0.28
    assert HOFFMANN.loss(70e9, 1.4e12) == pytest.approx(expected, rel=1e-14, abs=0)


def test_the_bracket_is_kaplan_s_equation_1_5():
    """With the constants of their table 2."""
    n_c, d_c, alpha_n, alpha_d = 6.4e13, 1.8e13, 0.076, 0.103
    kaplan = Surface("bracket", n_c**alpha_n, d_c**alpha_d, 0, alpha_n, alpha_d)
    n, d = np.array([1e6, 1e9]), np.array([1e8, 2e10])
    expected = ((n_c / n) ** (alpha_n / alpha_d) + d_c / d) ** alpha_d
    assert kaplan.loss(n, d) == pytest.approx(expected, rel=1e-12, abs=0)


@given(surface=surfaces)
@settings(max_examples=50)
def test_a_mean_holds_the_other_forms(surface):
    n, d = np.geomspace(1e5, 1e12, 5), np.geomspace(1e12, 1e7, 5)
    same = Surface(
        "mean", surface.A, surface.B, surface.E, surface.alpha, surface.beta, surface.order
    )
    assert same.loss(n, d) == pytest.approx(surface.loss(n, d), rel=1e-12, abs=0)


@given(surface=surfaces)
@settings(max_examples=50)
def test_with_one_size_without_end_every_form_is_a_power_law(surface):
    assert surface.loss(1e6, 1e200) - surface.E == pytest.approx(
        surface.A * 1e6**-surface.alpha, rel=1e-3, abs=1e-15
    )
    assert surface.loss(1e200, 1e6) - surface.E == pytest.approx(
        surface.B * 1e6**-surface.beta, rel=1e-3, abs=1e-15
    )


@given(surface=surfaces, flop=st.floats(1e15, 1e27))
@settings(max_examples=100)
def test_the_optimum_is_the_least_loss_at_its_compute(surface, flop):
    n, d, loss = surface.optimum(flop)
    assert 6 * n * d == pytest.approx(flop, rel=1e-12, abs=0)
    assert loss == pytest.approx(surface.loss(n, d), rel=1e-13, abs=0)
    at = float(np.log(n))

    def reducible(log_n):
        return float(np.log(surface.loss(np.exp(log_n), flop / 6 / np.exp(log_n)) - surface.E))

    # without E the minimum is sharp enough to be found to sqrt(rounding)
    other = Surface(surface.form, surface.A, surface.B, 0, surface.alpha, surface.beta, surface.q)
    search = minimize_scalar(
        lambda m: float(np.log(other.loss(np.exp(m), flop / 6 / np.exp(m)))),
        bracket=(at - 1, at + 1.5), method="brent",
    )  # fmt: skip
    assert search.x == pytest.approx(at, rel=0, abs=1e-5)
    assert reducible(at + 0.3) > reducible(at) < reducible(at - 0.3)


@given(surface=surfaces)
@settings(max_examples=50)
def test_the_frontier_is_three_power_laws_with_the_same_exponents_in_every_form(surface):
    flop = np.geomspace(1e16, 1e26, 3)
    n, d, loss = surface.optimum(flop)
    a, b, c = surface.frontier_exponents
    assert np.diff(np.log(n)) / np.diff(np.log(flop)) == pytest.approx(a, rel=1e-10, abs=0)
    assert np.diff(np.log(d)) / np.diff(np.log(flop)) == pytest.approx(b, rel=1e-10, abs=0)
    zero = Surface(surface.form, surface.A, surface.B, 0, surface.alpha, surface.beta, surface.q)
    slopes = np.diff(np.log(zero.optimum(flop).loss)) / np.diff(np.log(flop))
    assert slopes == pytest.approx(-c, rel=1e-10, abs=0)
    assert loss == pytest.approx(zero.optimum(flop).loss + surface.E, rel=1e-12, abs=0)


def test_shapes_follow_the_input():
    assert HOFFMANN.loss(1e9, [[1e9, 1e10]]).shape == (1, 2)
    assert HOFFMANN.optimum([1e20, 1e21]).parameters.shape == (2,)
    assert HOFFMANN.optimum(1e20).loss.shape == ()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("aditive", 1, 1, 1, 1, 1), "did you mean 'additive'"),
        (("additive", 0, 1, 1, 1, 1), "A = 0"),
        (("additive", 1, 1, -1, 1, 1), "E = -1"),
        (("additive", 1, 1, 1, float("nan"), 1), "alpha = nan"),
        (("additive", 1, 1, 1, 1, 1, 2), "q: mean alone"),
        (("mean", 1, 1, 1, 1, 1), "q: mean alone"),
        (("mean", 1, 1, 1, 1, 1, -2), "q = -2"),
    ],
)
def test_bad_constants(arguments, message):
    with pytest.raises(BadInput, match=message):
        Surface(*arguments)


@pytest.mark.parametrize("value", [0, -1, float("inf"), float("nan")])
def test_bad_sizes(value):
    with pytest.raises(BadInput, match="tokens = "):
        HOFFMANN.loss(1, [1, value])
    with pytest.raises(BadInput, match="flop = "):
        HOFFMANN.optimum(value)
