"""Training on the entmax losses: flow on its exact curve, and descent step by step."""

import math

import mpmath as mp
import numpy as np
import pytest
from court import fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import losses as naive
from pydantic import ValidationError

import symbolic
from toys import EntmaxDescent, EntmaxFlow, FenchelYoung, GradientDescent
from toys.losses import entmax


def slope(toy, tau, h=1e-4):
    """Minus the running slope of the exact curve."""
    ends = [toy.at(tau=tau * (1 + h) ** sign).exact() for sign in (-1, 1)]
    return math.log(ends[0] / ends[1]) / (2 * math.log1p(h))


@pytest.mark.parametrize("alpha", [0.1, 0.5, 1.0, 1.25, 1.5, 1.75, 1.99, 2.0, 2.5, 3.0, 4.0])
@pytest.mark.parametrize("q", [0.4999, 0.4, 0.01, 1e-6, 1e-15])
def test_exact_is_on_the_curve(alpha, q):
    tau = float(naive.flow_time(q, alpha))
    with mp.workdps(60):
        loss, log_loss = naive.entmax_loss(q, alpha), -mp.log1p(-mp.mpf(q))
    toy = EntmaxFlow(alpha=alpha, tau=tau)
    for seen, truth in ((toy, loss), (toy.at(loss="log"), log_loss)):
        value = seen.exact()
        assert value == pytest.approx(float(truth), rel=1e-12, abs=0)
        assert 1.0001 * value != pytest.approx(float(truth), rel=1e-12, abs=0)


@given(
    st.floats(0.1, 4) | st.sampled_from([1.0, 2.0]),
    st.floats(-3, 12),
    st.sampled_from(["own", "log"]),
)
@settings(max_examples=60)
def test_flow_against_exact(alpha, decade, loss):
    """Many small steps end on the curve; a time that is off by 1e-6 does not."""
    tau = 10**decade if alpha < 1.8 else 10 ** min(decade, 2.2)
    toy = EntmaxFlow(alpha=alpha, tau=tau, loss=loss)
    seen, exact = toy.simulate(fresh(), 2), toy.exact()
    assert seen[0] == seen[1]
    assert seen[0] == pytest.approx(exact, rel=1e-10, abs=0)
    if tau > 0.1:
        assert toy.at(tau=tau * (1 + 1e-6)).exact() < exact * (1 - 1e-9)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.5, 2.0, 3.0])
def test_flow_equals_the_naive_twin(alpha):
    ends = np.array([1e-4, 0.3, 2.0, 3.5])
    falls = np.empty(4)
    entmax._flow(alpha, ends, falls)
    twin = naive.flow(alpha, ends.tolist())
    assert np.all(np.abs(falls - twin) <= 64 * np.spacing(twin))  # a thousand steps


def test_closed_forms():
    for tau in (0.01, 1.0, 30.0, 400.0):
        assert EntmaxFlow(alpha=2, tau=tau).exact() == pytest.approx(
            math.exp(-tau) / 4, rel=1e-12, abs=0
        )
    for tau in (0.01, 1.0, 30.0, 200.0):
        exact = EntmaxFlow(alpha=3, tau=tau).exact()
        assert exact == pytest.approx(math.exp(-2 * tau) / 8, rel=1e-12, abs=0)
    for q in (0.3, 1e-5):  # 3/2
        r = math.sqrt(1 - q)
        tau = 2 / math.sqrt(q) - 2 * math.sqrt(2) + math.log((1 + r) / (1 - r))
        tau -= 2 * math.log(1 + math.sqrt(2))
        loss = float(naive.entmax_loss(mp.mpf(q), 1.5))
        assert EntmaxFlow(alpha=1.5, tau=tau).exact() == pytest.approx(loss, rel=1e-9, abs=0)


def test_where_the_asymptotics_begin():
    """The running slope is within 1 % of α/(2-α) from these times on."""
    for alpha, tau in ((1.25, 452), (1.5, 704), (1.75, 1500)):
        toy, exponent = EntmaxFlow(alpha=alpha), alpha / (2 - alpha)
        assert slope(toy, 0.98 * tau) > 1.0101 * exponent
        assert slope(toy, 1.02 * tau) < 1.0099 * exponent
        later = [slope(toy, tau * 1.5**i) / exponent for i in range(1, 30)]
        assert max(later) < 1.01
        assert min(later) > 1
    assert EntmaxFlow(alpha=1.5, tau=704).exact() < 1.6e-8
    assert EntmaxFlow(alpha=1.75, tau=1500).exact() < 6e-19
    assert slope(EntmaxFlow(alpha=1.5), 67) == pytest.approx(3.10, abs=0.005)


@pytest.mark.parametrize(
    ("alpha", "exponent"), [(0.5, 1 / 3), (1, 1), (1.25, 5 / 3), (1.5, 3), (1.75, 7)]
)
def test_exponents(alpha, exponent):
    """At 1e12 nothing is left of the corrections."""
    toy = EntmaxFlow(alpha=alpha)
    assert slope(toy, 1e12) == pytest.approx(exponent, abs=1e-8)
    assert abs(slope(toy, 1e3) - exponent) > 1e-4
    if alpha > 1:
        assert slope(toy.at(loss="log"), 1e12) == pytest.approx(1 / (2 - alpha), abs=1e-8)


@pytest.mark.parametrize("alpha", [2.5, 3.0, 3.9])
def test_exponential_rates(alpha):
    toy = EntmaxFlow(alpha=alpha)
    ratio = toy.at(tau=101).exact() / toy.at(tau=100).exact()
    assert ratio == pytest.approx(math.exp(-2), rel=1e-10, abs=0)
    law = symbolic.get("entmax.exponential").law_at({"alpha": alpha})
    derived = float(law.expression.subs(law.size, 100).evalf(20))
    assert toy.at(tau=100).exact() == pytest.approx(derived, rel=1e-9, abs=0)


@given(st.floats(0.1, 2) | st.sampled_from([0.5, 1.0, 1.5, 2.0]), st.floats(0.01, 1.9))
@settings(max_examples=15)
def test_descent_equals_the_naive_twin(alpha, eta):
    """Every step of the score in 40 digits, and its probabilities by bisection."""
    steps = list(range(1, 13))
    twin = naive.entmax_descent(alpha, eta, 12)
    with mp.workdps(60):
        losses = [float(naive.entmax_loss(q, alpha)) for q in twin[1:]]
    toy = EntmaxDescent(alpha=alpha, eta=eta)
    seen = toy.simulate_path(fresh(), 1, "t", steps)[0]
    assert seen == pytest.approx(losses, rel=1e-12, abs=0)
    off = toy.at(eta=eta * 1.00001).simulate_path(fresh(), 1, "t", steps)[0]
    assert off != pytest.approx(losses, rel=1e-12, abs=0)


def test_many_steps_of_three_halves():
    """The map from scores to probabilities in closed form, in 40 digits."""
    with mp.workdps(40):
        theta, q = mp.mpf(0), mp.mpf(1) / 2
        for _ in range(3000):
            theta += q
            s = theta / 2
            q = ((1 - s * s) / (mp.sqrt(2 - s * s) + s)) ** 2
        loss = float(naive.entmax_loss(q, 1.5))
    toy = EntmaxDescent(alpha=1.5, eta=1, t=3000)
    assert toy.simulate(fresh(), 1)[0] == pytest.approx(loss, rel=1e-12, abs=0)
    assert toy.at(t=3001).simulate(fresh(), 1)[0] != pytest.approx(loss, rel=1e-4, abs=0)


@given(st.floats(0.001, 1.9), st.integers(1, 60))
@settings(max_examples=30)
def test_sparsemax_descends_by_a_factor(eta, t):
    toy = EntmaxDescent(alpha=2, eta=eta, t=t)
    assert toy.simulate(fresh(), 1)[0] == pytest.approx(toy.exact(), rel=1e-11, abs=0)
    truth = mp.mpf(1) / 4 * (1 - mp.mpf(eta) / 2) ** (2 * t)
    assert toy.exact() == pytest.approx(float(truth), rel=1e-12, abs=0)


@given(st.floats(0.01, 1.99), st.integers(1, 3000))
@settings(max_examples=30)
def test_at_one_it_is_the_descent_on_the_log_loss(eta, t):
    """Another mechanism for the same steps, and its exact value."""
    descent = GradientDescent(eta=eta, t=t)
    for loss in ("own", "log"):
        seen = EntmaxDescent(alpha=1, eta=eta, t=t, loss=loss).simulate(fresh(), 1)[0]
        assert seen == pytest.approx(descent.simulate(fresh(), 1)[0], rel=1e-11, abs=0)
        assert seen == pytest.approx(descent.exact(), rel=1e-10, abs=0)
        assert descent.at(t=t + 1).exact() != pytest.approx(seen, rel=1e-10, abs=0)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.5, 1.9])
def test_small_steps_tend_to_the_flow(alpha):
    """Half the step, half the distance."""
    flow = EntmaxFlow(alpha=alpha, tau=5).exact()
    gaps = [
        EntmaxDescent(alpha=alpha, eta=eta, t=round(5 / eta)).simulate(fresh(), 1)[0] - flow
        for eta in (0.01, 0.005)
    ]
    assert gaps[0] / gaps[1] == pytest.approx(2, abs=0.02)


def test_slopes_of_descent():
    losses = EntmaxDescent(alpha=1.5, eta=1).simulate_path(
        fresh(), 1, "t", [100, 300, 3000, 10**4]
    )[0]
    assert math.log(losses[0] / losses[1]) / math.log(3) == pytest.approx(3.016, abs=5e-4)
    assert math.log(losses[2] / losses[3]) / math.log(10 / 3) == pytest.approx(3.003, abs=5e-4)


@pytest.mark.parametrize(("alpha", "eta"), [(0.5, 1.0), (1.25, 0.5), (1.5, 1.9)])
def test_descent_follows_its_law(alpha, eta):
    """The law lacks a constant beside the logarithm: t times the distance hardly moves."""
    toy = EntmaxDescent(alpha=alpha, eta=eta)
    law = symbolic.get("entmax_steps.power").law_at({"alpha": alpha, "eta": eta})
    steps = [10**4, 10**5, 10**6]
    losses = toy.simulate_path(fresh(), 1, "t", steps)[0]
    ratios = [
        loss / float(law.expression.subs(law.size, t).evalf(20))
        for t, loss in zip(steps, losses, strict=True)
    ]
    constants = [(ratio - 1) * t for t, ratio in zip(steps, ratios, strict=True)]
    assert constants[1] == pytest.approx(constants[2], rel=0.02, abs=0)
    without = [
        (loss / float(law.leading.subs(law.size, t).evalf(20)) - 1) * t
        for t, loss in zip(steps, losses, strict=True)
    ]  # without its logarithm the law misses ever more
    assert abs(without[2] - without[1]) > 5 * abs(constants[2] - constants[1])


@pytest.mark.parametrize("toy", [EntmaxFlow(alpha=1.3), EntmaxDescent(alpha=1.3, eta=0.7)])
@pytest.mark.parametrize("loss", ["own", "log"])
def test_a_path_passes_through_every_size(toy, loss):
    toy = toy.at(loss=loss)
    (axis,) = toy.path_axes
    sizes = [30, 2, 71, 9, 4, 500, 31, 6, 1]
    path = toy.simulate_path(fresh(), 3, axis, sizes)
    assert path.shape == (3, 9)
    assert np.all(path == path[0])
    for i, size in enumerate(sizes):
        assert np.array_equal(path[:, i], toy.at(**{axis: size}).simulate(fresh(), 3))
    with pytest.raises(ValueError, match="no path along 'alpha'"):
        toy.simulate_path(fresh(), 3, "alpha", sizes)


def test_the_first_score_is_that_of_a_guess():
    """At q = 1/2 the loss is the entropy of a fair coin."""
    for alpha in (0.5, 1.0, 1.5, 3.0):
        guess = EntmaxFlow(alpha=alpha, tau=1e-4).exact() + 1e-4 / 4  # at first it falls as q²
        with mp.workdps(30):
            truth = mp.log(2) if alpha == 1 else naive.divergence(1, 0.5, alpha)
        assert guess == pytest.approx(float(truth), abs=1e-8)
    assert FenchelYoung(p=0.5, alpha=1.5, N=2).exact() > 0


def test_links():
    own = {a: EntmaxFlow(alpha=a).derivation("tau") for a in (0.5, 1, 1.5, 1.75, 2, 3)}
    assert own == {
        0.5: "fenchel_young.flow", 1: "fenchel_young.flow", 1.5: "entmax.three_halves",
        1.75: "fenchel_young.flow", 2: "entmax.sparsemax", 3: "entmax.exponential",
    }  # fmt: skip
    log = {a: EntmaxFlow(alpha=a, loss="log").derivation("tau") for a in (0.5, 1.5, 2, 3)}
    assert log == {0.5: None, 1.5: "entmax.readout", 2: None, 3: None}
    assert EntmaxDescent(alpha=2).derivation("t") == "entmax_steps.sparsemax"
    assert EntmaxDescent(alpha=1).derivation("t") == "entmax_steps.power"
    assert EntmaxDescent(alpha=1).exact() is None
    assert EntmaxDescent().deterministic
    assert "log loss" in EntmaxFlow(loss="log").quantity
    assert EntmaxFlow().quantity != EntmaxFlow(loss="log").quantity


@pytest.mark.parametrize("alpha", [1.9, 1.95, 2.0, 3.0])
def test_the_largest_time_that_is_named_is_allowed(alpha):
    with pytest.raises(ValidationError, match=r"tau = 1e\+30 is too large") as caught:
        EntmaxFlow(alpha=alpha, tau=1e30)
    most = float(str(caught.value).split("tau <= ")[1].split()[0])
    toy = EntmaxFlow(alpha=alpha, tau=0.9999 * most)
    assert 0 < toy.exact() < 1e-270
    assert toy.simulate(fresh(), 1)[0] == pytest.approx(toy.exact(), rel=1e-9, abs=0)


def test_refusals():
    with pytest.raises(ValidationError, match="t = 1e"):
        EntmaxDescent(alpha=2, eta=1.9, t=10**6)
    assert EntmaxFlow(alpha=0.1, tau=1e30).exact() > 0
    assert EntmaxFlow(alpha=1.75, tau=1e30).exact() > 0
    assert EntmaxDescent(alpha=2, eta=1.99, t=50).simulate(fresh(), 1)[0] > 0


def test_one_signature():
    EntmaxFlow(alpha=1, tau=3).simulate(fresh(), 2)
    EntmaxDescent(alpha=2, eta=1, t=5).simulate(fresh(), 2)
    for kernel in (entmax._flow, entmax._descend):
        assert len(kernel.signatures) == 1
    for kernel in (v for v in vars(entmax).values() if hasattr(v, "signatures")):
        assert len(kernel.signatures) <= 1, kernel  # none where the caller was compiled before
