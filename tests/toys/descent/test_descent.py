"""Steps at a sure coin: kernels, exact curves and the constants of their laws."""

import math
from dataclasses import replace

import mpmath as mp
import numpy as np
import pytest
from court import fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive.descent import sure_coin as naive
from pydantic import ValidationError

import symbolic
from toys.descent import adam, adaptive, descent, optimisers, weight_decay
from toys.descent.adam import Adam
from toys.descent.adaptive import Adagrad, Newton, NormalisedDescent
from toys.descent.descent import GradientDescent, ScheduledDescent
from toys.descent.optimisers import HeavyBall, Nesterov
from toys.descent.weight_decay import WeightDecay


def losses(toy, *sizes):
    """The loss at each number of steps, from one run."""
    return toy.simulate_path(fresh(), 1, "t", sizes)[0]


def law_at(toy, t):
    """The law that the toy links to, and its leading term alone, at these steps."""
    found = symbolic.get(toy.derivation("t"))
    values = {v.symbol.name: getattr(toy, v.symbol.name) for v in found.parameters} | {"t": t}
    return tuple(float(found.value(x, values)) for x in (found.law.expression, found.law.leading))


TWINS = [
    (GradientDescent(eta=0.3), naive.descend),
    (GradientDescent(eta=7.0), naive.descend),
    (ScheduledDescent(eta=1.5, g=0.4), naive.descend_by_schedule),
    (ScheduledDescent(eta=0.5, g=1), naive.descend_by_schedule),
    (WeightDecay(eta=1.2, decay=0.03), naive.descend_with_decay),
    (HeavyBall(eta=0.7, mu=0.8), naive.roll),
    (HeavyBall(eta=10, mu=0.3), naive.roll),
    (Nesterov(eta=0.6), naive.accelerate),
    (Nesterov(eta=6), naive.accelerate),
    (Adagrad(eta=0.7, s_0=0.4), naive.adagrad),
    (Adagrad(eta=3, s_0=0), naive.adagrad),
    (NormalisedDescent(eta=0.3), naive.normalised),
    (Newton(), naive.newton),
    (Adam(eta=0.05, beta_1=0.9, beta_2=0.99, epsilon=0, t=1), naive.adam),
    (Adam(eta=0.2, beta_1=0.5, beta_2=0.9, epsilon=0.01), naive.adam),
    (Adam(eta=1, beta_1=0, beta_2=0.999, epsilon=1e-8), naive.adam),
]


@pytest.mark.parametrize(("toy", "twin"), TWINS, ids=lambda x: getattr(x, "name", ""))
def test_steps_equal_the_naive_twin(toy, twin):
    """The error of w, a few of its last digits, is the relative error of the loss."""
    parameters = toy.model_dump(exclude={"t"})
    for t in (1, 2, 3, 10, 300):
        with mp.workdps(naive.DIGITS):
            truth = float(twin(t, **parameters))
        assert losses(toy, t)[0] == pytest.approx(truth, rel=4e-14, abs=0)
        if t <= 10:  # later weight decay has reached its floor
            assert abs(losses(toy, t + 1)[0] - truth) > 1e-6 * truth


def test_adam_goes_on_where_squares_of_gradients_underflow():
    """The loss falls below 1e-162; kept as they are, squares would be 0 there."""
    toy = Adam(eta=0.5, beta_1=0.5, beta_2=0.5, epsilon=0, t=1)
    t = int(400 / toy.c)
    with mp.workdps(naive.DIGITS):
        truth = float(naive.adam(t, 0.5, 0.5, 0.5, 0))
    assert truth < 1e-165
    assert losses(toy, t)[0] == pytest.approx(truth, rel=1e-11, abs=0)


# ---- exact curves ----------------------------------------------------------------------------

AGREES = 1e-10
"""What exact values are off by, at most; one step more changes the loss by far more than that."""

TIMES = st.floats(0, 5).map(lambda x: round(10**x))


def same(toy):
    """Simulated and exact agree; the exact value of the next step does not."""
    seen, following = losses(toy, toy.t, toy.t + 1)
    assert toy.exact() == pytest.approx(seen, rel=AGREES, abs=0)
    if abs(following / seen - 1) > 1e3 * AGREES:  # a ball far ahead of the law stands still
        assert toy.at(t=toy.t + 1).exact() != pytest.approx(seen, rel=AGREES, abs=0)


@given(t=TIMES, eta=st.floats(0.01, 20))
@settings(max_examples=30)
def test_exact_descent(t, eta):
    same(GradientDescent(t=t, eta=eta))


@given(t=TIMES, eta=st.floats(0.01, 10), mu=st.floats(0.01, 0.99))
@settings(max_examples=30)
def test_exact_heavy_ball(t, eta, mu):
    same(HeavyBall(t=t, eta=eta, mu=mu))


@given(t=TIMES, eta=st.floats(0.05, 10), s_0=st.floats(0, 20))
@settings(max_examples=20)
def test_exact_adagrad(t, eta, s_0):
    same(Adagrad(t=t, eta=eta, s_0=s_0))


@given(
    t=TIMES, eta=st.floats(1e-3, 1), beta_1=st.floats(0, 0.9), beta_2=st.floats(0.86, 0.999),
    epsilon=st.floats(-8, 0).map(lambda x: 10**x),
)  # fmt: skip
@settings(max_examples=20)
def test_exact_adam(t, eta, beta_1, beta_2, epsilon):
    same(Adam(t=t, eta=eta, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon))


@given(eta=st.floats(1e-3, 10), share=st.floats(0.01, 1))
@settings(max_examples=20)
def test_exact_normalised(eta, share):
    same(NormalisedDescent(t=max(1, int(share * 690 / eta) - 1), eta=eta))


@pytest.mark.parametrize("t", [1, 2, 3, 5, 6, 7, 20, 100, 600])
def test_exact_newton(t):
    with mp.workdps(naive.DIGITS):
        truth = float(naive.newton(t))
    assert Newton(t=t).exact() == pytest.approx(truth, rel=1e-13 * max(1, t / 10), abs=0)


@pytest.mark.parametrize(
    "toy",
    [
        GradientDescent(eta=0.02), GradientDescent(eta=1), GradientDescent(eta=20),
        HeavyBall(eta=1, mu=0.9), HeavyBall(eta=0.1, mu=0.9), Adagrad(eta=0.1, s_0=0.3),
        Adam(eta=0.001, epsilon=1e-8), Adam(eta=0.3, epsilon=0.1),
    ],
    ids=lambda toy: toy.name,
)  # fmt: skip
def test_exact_does_not_depend_on_where_the_series_begins(toy):
    """After twice as many steps the Abel function has the same constant; a wrong one has not."""
    module = {GradientDescent: descent, HeavyBall: optimisers, Adam: adam, Adagrad: adaptive}
    parameters = toy.model_dump(exclude={"t"}).values()
    made = getattr(module[type(toy)], "_adagrad_of" if type(toy) is Adagrad else "_odds_path_of")
    path = made(*parameters)[0] if type(toy) is Adagrad else made(*parameters)
    off = replace(path.late, factor=path.late.factor + 1e-3 * path.late.growth)
    first = path.run(path.begin)
    for later in (2 * path.begin, 3 * path.begin + 1):
        y = path.run(later)
        passed = path.late.growth * (later - path.begin)
        assert abs(path.late.value(y) - path.late.value(first) - passed) <= 1e-12 * y
        assert abs(off.value(y) - off.value(first) - passed) > 1e-12 * y


# ---- laws ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("toy", "t"),
    [
        (GradientDescent(eta=0.1), 10**6), (GradientDescent(eta=1), 10**6),
        (GradientDescent(eta=4), 10**6), (HeavyBall(eta=1, mu=0.5), 10**6),
        (HeavyBall(eta=0.3, mu=0.9), 10**8), (Adagrad(eta=0.5, s_0=0.5), 10**6),
        (Adagrad(eta=4, s_0=0), 10**6), (Adam(eta=0.01, epsilon=0.01), 10**7),
        (Adam(eta=0.001, epsilon=1e-8), 10**9),
    ],
    ids=str,
)  # fmt: skip
def test_laws_with_their_constants(toy, t):
    """The two terms of the law, with its constants from the first steps, miss by their square."""
    law, leading = law_at(toy, t)
    exact = toy.at(t=t).exact()
    second = abs(law / leading - 1)
    assert abs(exact / law - 1) <= 3 * second**2 + 1e-11
    assert abs(exact / leading - 1) > 0.5 * second


def running_slopes(toy, *sizes):
    seen = losses(toy, *sizes)
    return -np.diff(np.log(seen)) / np.diff(np.log(sizes))


@pytest.mark.parametrize(
    ("toy", "exponent", "last"),
    [
        (GradientDescent(eta=1), 1, 1e-4), (GradientDescent(eta=0.1), 1, 1e-3),
        (GradientDescent(eta=8), 1, 2e-4), (HeavyBall(eta=1, mu=0.5), 1, 1e-3),
        (HeavyBall(eta=0.3, mu=0.8), 1, 2e-3), (Adagrad(eta=0.5, s_0=0.5), 1, 2e-4),
        (Adam(eta=0.1, beta_1=0.5, beta_2=0.9, epsilon=0.1), 1, 1e-3),
        (ScheduledDescent(eta=1, g=0.5), 0.5, 6e-3),
        (ScheduledDescent(eta=2, g=0.25), 0.75, 4e-4),
        (Nesterov(eta=1), 2, 2e-5), (Nesterov(eta=4), 2, 2e-5),
    ],
    ids=str,
)  # fmt: skip
def test_running_slopes_tend_to_the_exponent(toy, exponent, last):
    law = symbolic.get(toy.derivation("t")).law.at(toy.model_dump())
    assert float(law.exponent) == pytest.approx(exponent)
    gaps = np.abs(running_slopes(toy, 10**3, 10**4, 10**5, 10**6) - exponent)
    assert gaps[2] < gaps[0] / 3
    assert gaps[2] < last


@pytest.mark.parametrize(("eta", "g"), [(1, 0.5), (2, 0.25), (0.5, 0.3)])
def test_the_law_of_a_schedule_has_its_prefactor_and_its_correction(eta, g):
    """Steps have a constant of their own, of relative order 1/clock; the logarithm is larger."""
    toy = ScheduledDescent(eta=eta, g=g)
    clock = eta * 10 ** (6 * (1 - g)) / (1 - g)
    (seen,) = losses(toy, 10**6)
    law, _ = law_at(toy, 10**6)
    assert abs(seen / law - 1) <= 3 / clock
    assert abs(seen * clock - 1) > 5 / clock


@pytest.mark.parametrize("eta", [0.5, 1, 4])
def test_nesterov_oscillates_in_the_logarithm(eta):
    """t (t² η L/4 - 1) has the period 2π/√3 in ln t; at another period it does not repeat."""
    for period, repeats in ((2 * math.pi / math.sqrt(3), True), (2.9, False)):
        times = [round(20_000 * math.exp(x)) for x in (0, 0.6, period, period + 0.6)]
        seen = [t * (t**2 * eta * L / 4 - 1) for t, L in zip(times, losses(Nesterov(eta=eta), *times),
                                                             strict=True)]  # fmt: skip
        size = math.hypot(seen[0], seen[1])
        gap = math.hypot(seen[2] - seen[0], seen[3] - seen[1]) / size
        assert (gap < 0.02) == repeats


def test_schedule_of_g_1_is_logarithmic():
    """1/L, less ln ln t, grows by ln t; its slope on logarithmic axes falls for ever."""
    toy = ScheduledDescent(eta=2, g=1)
    seen = losses(toy, 10**3, 10**5, 10**7)
    tau = 2 * np.log([10**3, 10**5, 10**7])
    odds = 1 / np.expm1(seen)
    assert np.diff(odds + np.log(odds)) == pytest.approx(np.diff(tau), rel=2e-3, abs=0)
    slopes = running_slopes(toy, 10**3, 10**5, 10**7)
    assert slopes[1] < 0.75 * slopes[0]
    law, _ = law_at(toy, 10**7)
    assert seen[2] == pytest.approx(
        law, rel=3 / tau[2], abs=0
    )  # steps have a constant of their own


def test_weights_grow_as_the_logarithm_of_time_or_as_time():
    """|w| = ln(ηt) by descent and ηt by normalised steps; the loss is e^-|w| in both cases."""
    for eta in (0.5, 3.0):
        logit = -math.log(math.expm1(GradientDescent(eta=eta, t=10**6).exact()))
        assert logit == pytest.approx(math.log(eta * 10**6), abs=1e-4)
    walk = losses(NormalisedDescent(eta=0.25), 8, 80)
    assert -np.log(np.expm1(walk)) == pytest.approx([2, 20], rel=1e-12, abs=0)


# ---- exponential laws ------------------------------------------------------------------------


def test_newton_falls_by_e_in_a_step():
    assert losses(Newton(), 20)[0] == pytest.approx(6.2e-10, rel=0.005, abs=0)
    assert pytest.approx(0.30, abs=0.0005) == Newton().P
    for t in (8, 30):
        law, _ = law_at(Newton(), t)
        assert losses(Newton(), t)[0] == pytest.approx(law, rel=1e-13 + 3 * math.exp(-2 * t), abs=0)
    assert losses(Newton(), 30, 31)[1] * math.e == pytest.approx(
        losses(Newton(), 30)[0], rel=1e-12, abs=0
    )


def test_normalised_law():
    toy = NormalisedDescent(eta=0.5)
    law, _ = law_at(toy, 40)
    assert losses(toy, 40)[0] == pytest.approx(law, rel=1e-13, abs=0)


@pytest.mark.parametrize(
    ("eta", "beta_1", "beta_2", "printed"),
    [(1e-3, 0.9, 0.999, 4.148387e-4), (0.01, 0.9, 0.999, 4.990162e-4), (0.1, 0.9, 0.999, 5.00238e-4)],
)  # fmt: skip
def test_the_rate_of_adam_without_epsilon(eta, beta_1, beta_2, printed):
    toy = Adam(eta=eta, beta_1=beta_1, beta_2=beta_2, epsilon=0)
    assert toy.c == pytest.approx(printed, rel=1.5e-6, abs=0)
    assert toy.c < -math.log(beta_2) / 2
    t = int(40 / toy.c)
    seen = losses(toy, t, 2 * t)
    assert -math.log(seen[1] / seen[0]) / t == pytest.approx(toy.c, rel=1e-9, abs=0)
    assert seen[1] == pytest.approx(law_at(toy, 2 * t)[0], rel=1e-7, abs=0)


@given(eta=st.floats(1e-3, 1), beta_1=st.floats(0, 0.9), beta_2=st.floats(0.86, 0.999))
@settings(max_examples=12)
def test_adam_without_epsilon_has_its_rate_and_amplitude(eta, beta_1, beta_2):
    toy = Adam(eta=eta, beta_1=beta_1, beta_2=beta_2, epsilon=0, t=1)
    t = int(500 / toy.c)
    few = 1e-9 * toy.c * t  # c is known to 1e-9 at the least
    assert losses(toy, t)[0] == pytest.approx(toy.P * math.exp(-toy.c * t), rel=few, abs=0)
    assert losses(toy, t)[0] != pytest.approx(toy.P * math.exp(-toy.c * (t + 1)), rel=few, abs=0)


@given(eta=st.floats(0.1, 3), decay=st.floats(-4, -1.2).map(lambda x: 10**x))
@settings(max_examples=30)
def test_weight_decay_stops_at_its_floor(eta, decay):
    toy = WeightDecay(eta=eta, decay=decay)
    rest = toy.w_inf
    assert decay * rest * (1 + math.exp(rest)) == pytest.approx(1, rel=1e-12, abs=0)
    floor = math.log1p(math.exp(-rest))
    early, late = (round(x / toy.c) for x in (8, 11))
    seen = losses(toy, early, late, 100 * late) - floor
    amplitudes = seen[:2] / np.exp(-toy.c * np.array([early, late]))
    assert amplitudes[0] == pytest.approx(toy.P, rel=0.01, abs=0)
    assert amplitudes[1] == pytest.approx(toy.P, rel=0.0006, abs=0)
    assert abs(seen[2]) <= 1e-11 * floor
    law, _ = law_at(toy, late)
    assert seen[1] + floor == pytest.approx(law, rel=0.0006 * math.exp(-11), abs=0)


def test_floor_of_weak_decay():
    assert losses(WeightDecay(decay=1e-4), 10**6)[0] == pytest.approx(0.00072338, abs=5e-9)


# ---- values printed elsewhere ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("eta", "printed", "last"),
    [(0.1, 0.9659, 1e-4), (0.5, 0.8404, 1e-4), (1, 0.7114, 1e-4), (2, 0.5758, 1e-4),
     (4, 1.4846, 1e-4), (8, 34.7, 0.1)],
)  # fmt: skip
def test_the_constant_of_descent(eta, printed, last):
    assert pytest.approx(printed, abs=last) == GradientDescent(eta=eta).C


def test_printed_losses():
    assert GradientDescent(t=10**5).exact() * 10**5 == pytest.approx(1.000045, abs=5e-7)
    times = np.array([10**2, 10**3, 10**4])
    nesterov = losses(Nesterov(), *times) * times**2 / 4
    assert nesterov == pytest.approx([0.9702, 0.9977, 0.9998], abs=5e-5)
    assert HeavyBall(eta=1, mu=0.9, t=10**6).exact() * 10**7 == pytest.approx(0.974, abs=5e-4)
    ball = running_slopes(HeavyBall(eta=1, mu=0.9), *(10**k for k in range(1, 7)))
    assert ball == pytest.approx([2.15, 0.015, 0.12, 0.54, 0.91], abs=0.006)
    halved = running_slopes(ScheduledDescent(eta=1, g=0.5), 10**4, 10**5)
    assert halved[0] == pytest.approx(0.5063, abs=5e-5)
    small = Adam(eta=1e-3, epsilon=1e-8, t=10**7).exact()
    assert small == pytest.approx(1.005e-12, abs=5e-16)


# ---- rules -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("toy", "twin"), TWINS, ids=lambda x: getattr(x, "name", ""))
def test_a_path_in_any_order_is_what_each_size_gives(toy, twin):
    sizes = [30, 5, 120, 5]
    path = toy.simulate_path(fresh(), 3, "t", sizes)
    assert path.shape == (3, 4)
    for size, column in zip(sizes, path.T, strict=True):
        assert np.all(column == toy.at(t=size).simulate(fresh(), 3))
    with pytest.raises(ValueError, match="no path along 'eta'"):
        toy.simulate_path(fresh(), 3, "eta", sizes)


def test_one_signature():
    for toy, _ in TWINS:
        toy.at(t=5).simulate(fresh(), 2)
        toy.at(t=5).exact()
    WeightDecay().P  # noqa: B018
    for module in (adam, adaptive, descent, optimisers, weight_decay):
        kernels = [v for v in vars(module).values() if hasattr(v, "signatures")]
        assert kernels
        for kernel in kernels:
            assert len(kernel.signatures) == 1, kernel


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: GradientDescent(t=10**10), "less than or equal to 1000000000"),
        (lambda: NormalisedDescent(eta=1, t=800), "t = 800 with eta = 1 leaves a loss below"),
        (lambda: Newton(t=800), "less than or equal to 690"),
        (lambda: Adam(epsilon=0, t=10**8), "t = 100000000 with epsilon = 0 leaves a loss"),
        (lambda: Adam(beta_1=0.9, beta_2=0.5), "beta_1 = 0.9 with beta_2 = 0.5 overshoots"),
        (lambda: Adam(epsilon=1e-9), "epsilon = 1e-09 is not allowed"),
        (lambda: WeightDecay(eta=3, decay=0.5), "eta = 3 with decay = 0.5 overshoots"),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ValidationError, match=message):
        make()


@pytest.mark.parametrize(
    ("toy", "constant", "message"),
    [
        (Adam(epsilon=0, t=10), "C", "C is defined for epsilon > 0 only, not for epsilon = 0"),
        (Adam(epsilon=0.01), "c", "c is defined for epsilon = 0 only, not for epsilon = 0.01"),
        (Adam(epsilon=0.01), "P", "P is defined for epsilon = 0 only, not for epsilon = 0.01"),
    ],
)
def test_constants_of_another_law_are_refused(toy, constant, message):
    with pytest.raises(ValueError, match=message):
        getattr(toy, constant)


def test_links():
    assert Adam(epsilon=0, t=10).derivation("t") == "adaptive.adam"
    assert Adam(epsilon=0.1, beta_1=0).derivation("t") is None
    assert ScheduledDescent(g=1).derivation("t") == "descent.schedule_inverse"
    assert GradientDescent().derivation("eta") is None
