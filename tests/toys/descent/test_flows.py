"""Flows at a sure coin: the integration, the equations that solve them, and their laws."""

import math

import mpmath as mp
import numpy as np
import pytest
from court import fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive.descent import sure_coin as naive
from pydantic import ValidationError
from scipy.optimize import brentq

import symbolic
from toys.descent import _flow as flow
from toys.descent.flows import AdagradFlow, DeepLinear, GradientFlow, SoftmaxFlow, SquaredLossFlow

TIMES = st.floats(-2, 15).map(lambda x: 10**x)
AGREES = 1e-10


def same(toy):
    """Simulated and exact agree; the exact value 1e-6 earlier does not."""
    (axis,) = toy.path_axes
    time = getattr(toy, axis)
    seen = toy.simulate(fresh(), 2)
    assert seen.tolist() == pytest.approx([toy.exact()] * 2, rel=AGREES, abs=0)
    if time >= 1:
        earlier = toy.at(**{axis: time * (1 - 1e-6)}).exact()
        assert earlier != pytest.approx(seen[0], rel=AGREES, abs=0)


@given(tau=TIMES)
@settings(max_examples=30)
def test_gradient_flow(tau):
    same(GradientFlow(tau=tau))


@given(tau=TIMES, K=st.integers(2, 30))
@settings(max_examples=30)
def test_softmax(tau, K):
    same(SoftmaxFlow(tau=tau, K=K))


@given(tau=TIMES, loss=st.sampled_from(["squared", "log"]))
@settings(max_examples=30)
def test_squared_loss(tau, loss):
    same(SquaredLossFlow(tau=tau, loss=loss))


@given(tau=TIMES, depth=st.integers(2, 5), u_0=st.floats(0.5, 1.5))
@settings(max_examples=30)
def test_deep_linear(tau, depth, u_0):
    same(DeepLinear(tau=tau, depth=depth, u_0=u_0))


@given(t=TIMES, eta=st.floats(0.1, 5), s_0=st.floats(0.1, 10))
@settings(max_examples=30)
def test_adagrad(t, eta, s_0):
    same(AdagradFlow(t=t, eta=eta, s_0=s_0))


@pytest.mark.parametrize("time", [1e-3, 0.7, 8.0])
def test_integration_equals_the_naive_twin(time):
    """Twins with a gradient of their own, in other variables, at four times the fineness or not."""
    cases = [
        (GradientFlow(tau=time), naive.flow, [0.0], lambda s: math.log1p(math.exp(-s[0]))),
        (
            SoftmaxFlow(tau=time, K=4), naive.softmax_flow, [0.0] * 4,
            lambda s: math.log(sum(math.exp(z) for z in s)) - s[0],
        ),
        (
            SquaredLossFlow(tau=time), naive.squared_flow, [0.0],
            lambda s: (1 - 1 / (1 + math.exp(-s[0]))) ** 2,
        ),
        (
            DeepLinear(tau=time, depth=3, u_0=0.8), naive.deep_flow(3), [0.8],
            lambda s: math.log1p(math.exp(-(s[0] ** 3))),
        ),
        (
            AdagradFlow(t=time, eta=0.6, s_0=0.5), naive.adagrad_flow(0.6), [0.0, 0.25],
            lambda s: math.log1p(math.exp(-s[0])),
        ),
    ]  # fmt: skip
    for toy, velocity, state, loss in cases:
        seen = toy.simulate(fresh(), 1)[0]
        truth = loss(naive.runge_kutta(velocity, state, time, 1000))
        assert seen == pytest.approx(truth, rel=1e-11, abs=0)


# ---- exact values against 30 digits ----------------------------------------------------------

EXTREME = [1e-12, 1e-3, 0.5, 20.0, 1e4, 1e9, 1e15]


def log_loss(w):
    return float(mp.log1p(mp.exp(-w)))


@pytest.mark.parametrize("tau", EXTREME)
def test_exact_in_many_digits(tau):
    with mp.workdps(40):
        T = mp.mpf(tau)
        start = mp.log1p(T)
        w = mp.findroot(lambda w: w + mp.expm1(w) - T, start)
        assert GradientFlow(tau=tau).exact() == pytest.approx(log_loss(w), rel=1e-14, abs=0)
        m = mp.findroot(lambda m: 6 * m + mp.expm1(m) - 7 * T, start)
        truth = float(mp.log1p(6 * mp.exp(-m)))
        assert SoftmaxFlow(tau=tau, K=7).exact() == pytest.approx(truth, rel=1e-14, abs=0)
        q = mp.findroot(
            lambda q: 1 / (2 * q**2) + 2 / q - 3 * mp.log(q) + 3 * mp.log(1 - q) - 1 / (1 - q) - 4
            - 2 * T,
            (mp.mpf("0.5"), 1 / (2 + 2 * mp.sqrt(T))), solver="anderson", tol=1e-50,
        ) if tau > 1e-6 else mp.mpf("0.5") - T / 16  # fmt: skip
        for loss, truth in (("squared", q**2), ("log", -mp.log(1 - q))):
            seen = SquaredLossFlow(tau=tau, loss=loss).exact()
            assert seen == pytest.approx(float(truth), rel=1e-13, abs=0)


@pytest.mark.parametrize(("depth", "u_0"), [(2, 0.5), (3, 1.2), (5, 0.5), (5, 1.5)])
@pytest.mark.parametrize("w_last", [8.0, 15.0, 36.0])
def test_deep_linear_by_quadrature(depth, u_0, w_last):
    """The time to a weight, by quadrature over w; the exact loss at that time leads back to it."""
    first = mp.mpf(u_0) ** depth
    with mp.workdps(30):
        k = 2 - mp.mpf(2) / depth
        places = [first, *(first + (w_last - first) * mp.mpf(i) / 8 for i in range(1, 9))]
        time = mp.quad(lambda w: (1 + mp.exp(w)) * w**-k, places) / depth**2
        assert time < 1e15
        seen = DeepLinear(tau=float(time), depth=depth, u_0=u_0).exact()
    assert seen == pytest.approx(log_loss(w_last), rel=1e-12, abs=0)


@pytest.mark.parametrize(("eta", "s_0"), [(0.01, 0.1), (0.5, 0.5), (5, 0.1), (1, 100)])
@pytest.mark.parametrize("w_last", [1e-3, 2.0, 9.0])
def test_adagrad_by_quadrature(eta, s_0, w_last):
    with mp.workdps(30):
        time = mp.quad(
            lambda u: (1 + mp.exp(u))
            * (s_0 + (mp.log(2) - mp.log1p(mp.exp(-u))) / (2 * mp.mpf(eta))),
            [0, w_last / 2, w_last],
        ) / mp.mpf(eta)  # fmt: skip
    seen = AdagradFlow(t=float(time), eta=eta, s_0=s_0).exact()
    assert seen == pytest.approx(log_loss(w_last), rel=1e-12, abs=0)


# ---- laws ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("toy", "exponent", "corrected"),
    [
        (GradientFlow(), 1, 1e-8), (SoftmaxFlow(K=10), 1, 1e-8), (SoftmaxFlow(K=2), 1, 1e-8),
        (SquaredLossFlow(), 1, 1e-4), (SquaredLossFlow(loss="log"), 0.5, 1e-4),
        (AdagradFlow(eta=0.5, s_0=0.5), 1, 1e-7), (AdagradFlow(eta=0.05, s_0=2), 1, 1e-5),
    ],
    ids=str,
)  # fmt: skip
def test_laws(toy, exponent, corrected):
    """Running slopes tend to the exponent, and the two terms of the law to the loss."""
    (axis,) = toy.path_axes
    found = symbolic.get(toy.derivation(axis))
    law = found.law.at(toy.model_dump())
    assert float(law.exponent) == exponent
    exact = [toy.at(**{axis: 10.0**k}).exact() for k in (5, 6, 8, 9)]
    early, late = math.log10(exact[0] / exact[1]), math.log10(exact[2] / exact[3])
    assert abs(late - exponent) < abs(early - exponent) / 10
    assert abs(late - exponent) < 2e-4
    values = {v.symbol.name: getattr(toy, v.symbol.name) for v in found.parameters}
    assert float(found.value(law.expression, {**values, axis: 10**6})) == pytest.approx(
        exact[1], rel=corrected, abs=0
    )
    assert float(found.value(law.leading, {**values, axis: 10**6})) != pytest.approx(
        exact[1], rel=corrected, abs=0
    )


def test_deep_chains_look_steeper_than_they_are():
    """The slope tends to 1 with (2-2/l)/ln τ, and is above it at every time."""
    for depth in (2, 4):
        for k in (6, 9, 13):
            one, other = (DeepLinear(depth=depth, tau=10.0**x).exact() for x in (k, k + 1))
            slope = math.log10(one / other)
            derived = 1 + (2 - 2 / depth) / (math.log(10) * (k + 0.5))
            assert slope > 1
            assert slope == pytest.approx(derived, abs=0.25 * (derived - 1))
        w = -math.log(math.expm1(DeepLinear(depth=depth, tau=1e15).exact()))
        leading = 1 / (depth**2 * 1e15 * w ** (2 - 2 / depth))
        assert math.exp(-w) == pytest.approx(leading, rel=0.08, abs=0)
    slopes = [math.log(DeepLinear(tau=a).exact() / DeepLinear(tau=10 * a).exact()) / math.log(10)
              for a in (5, 5e4)]  # fmt: skip
    assert slopes == sorted(slopes, reverse=True)


def test_the_slope_of_the_flow_overshoots():
    """It crosses 1 at τ = 14.03, is largest at 37.8, and within 1 % from 332 on."""

    def slope(tau):
        h = 1e-4
        one, other = (GradientFlow(tau=tau * math.exp(x)).exact() for x in (-h, h))
        return math.log(one / other) / (2 * h)

    assert brentq(lambda tau: slope(tau) - 1, 5, 30) == pytest.approx(14.03, abs=0.01)
    assert slope(37.8) == pytest.approx(1.0286, abs=5e-5)
    assert slope(37.8) > max(slope(35), slope(41))
    assert brentq(lambda tau: slope(tau) - 1.01, 100, 1000) == pytest.approx(332, abs=1)


def test_printed_losses():
    assert SquaredLossFlow(tau=1e5).exact() * 4e5 == pytest.approx(1.006, abs=5e-4)
    assert SoftmaxFlow(K=10, tau=1e9).exact() * 1e9 == pytest.approx(0.9, abs=1e-7)


# ---- rules -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "toy",
    [GradientFlow(), SoftmaxFlow(K=3), SquaredLossFlow(loss="log"), DeepLinear(), AdagradFlow()],
    ids=lambda toy: toy.name,
)
def test_a_path_in_any_order_is_what_each_size_gives(toy):
    (axis,) = toy.path_axes
    sizes = [30.0, 0.5, 1e7, 0.5]
    path = toy.simulate_path(fresh(), 3, axis, sizes)
    for size, column in zip(sizes, path.T, strict=True):
        assert np.all(column == toy.at(**{axis: size}).simulate(fresh(), 3))
    with pytest.raises(ValueError, match="no path along 'eta'"):
        toy.simulate_path(fresh(), 3, "eta", sizes)
    assert toy.deterministic
    assert toy.derivation("eta") is None


def test_one_signature():
    toys = GradientFlow(), SoftmaxFlow(), SquaredLossFlow(), DeepLinear(), AdagradFlow()
    for toy in toys:
        toy.simulate(fresh(), 2)
    assert len(flow.integrate.signatures) == 1
    for kernel in (v for v in vars(flow).values() if hasattr(v, "signatures")):
        assert len(kernel.signatures) <= 1, kernel  # none where the caller was compiled before


def test_refusals():
    with pytest.raises(ValidationError, match="less than or equal to 5"):
        DeepLinear(depth=6)
    with pytest.raises(ValidationError, match="greater than 0"):
        GradientFlow(tau=0)
