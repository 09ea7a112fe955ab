"""Memories of few states: twins of their mechanisms, exact values, and what they refuse."""

import mpmath as mp
import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import memory as naive
from pydantic import ValidationError

from toys import (
    EhrenfestAutomaton,
    HalvingCounter,
    MorrisCounter,
    MorrisLevels,
    Quantiser,
    UpDownCounter,
    UpDownEstimate,
    automata,
    forgetting,
    memory,
    quantiser,
    skipping,
    updown,
)

BIAS = st.floats(0.05, 0.95)


# the quantiser


@pytest.mark.parametrize("cells", [1, 5, 1000])
def test_the_quantiser_equals_its_twin(cells):
    losses = Quantiser(S=cells).simulate(fresh(), 300)
    assert losses == pytest.approx(naive.stored(fresh(), cells, 300), rel=1e-9, abs=0)


@pytest.mark.parametrize("cells", [1, 2, 3, 6, 7, 20])
def test_the_quantiser_by_quadrature(cells):
    """Both sides of the change to a series, which is at 6 cells."""
    with mp.workdps(25):
        truth = float(naive.expected_stored(cells))
    assert Quantiser(S=cells).exact() == pytest.approx(truth, rel=1e-13, abs=0)


def test_printed_values_of_the_quantiser():
    for cells, printed in ((8, 0.40298), (32, 0.40931), (128, 0.41075)):
        assert Quantiser(S=cells).exact() * cells**2 == pytest.approx(printed, abs=2e-5)
    for cells in (10**6, 10**9, 10**12):
        law = np.pi**2 / 24 / cells**2
        third = 3 * float(mp.zeta(3)) / 16 - np.pi**2 * np.log(2) / 24
        assert Quantiser(S=cells).exact() == pytest.approx(
            law + third / cells**3, rel=1e-14 + 10 / cells**2, abs=0
        )


@given(cells=st.integers(1, 10**12))
@settings(max_examples=30)
def test_quantiser_simulation_against_exact(cells):
    assert agrees_with_exact(Quantiser(S=cells))


# the machine that forgets at random


def test_the_machine_equals_its_twin():
    state = np.empty(200, dtype=np.int64)
    automata._overwrite(fresh(), 0.3, 7, 90, state)
    assert state.tolist() == naive.overwrite(fresh(), 0.3, 7, 90, 200).tolist()


def test_the_machine_forgets_its_start():
    """The law of its state after the tosses it is given, by its transition matrix."""
    for p, n in ((0.3, 3), (0.99, 30), (0.01, 30), (0.6, 200)):
        toy, m = EhrenfestAutomaton(p=p, states=n), n - 1
        i = np.arange(n)
        step = np.diag(1 - p * (m - i) / m - (1 - p) * i / m)
        step += np.diag(p * (m - i[:-1]) / m, 1) + np.diag((1 - p) * i[1:] / m, -1)
        law = np.linalg.matrix_power(step, toy._tosses)[0]
        error = law @ (i / m - p) ** 2
        left = 1.2e-7 / m**0.5 / (1 - p)
        assert error == pytest.approx(toy.exact(), rel=left, abs=0)
        early = np.linalg.matrix_power(step, toy._tosses // 3)[0] @ (i / m - p) ** 2
        assert early != pytest.approx(toy.exact(), rel=100 * left, abs=0)


@given(p=st.floats(0.01, 0.99), k=st.floats(0.01, 5), n=st.integers(3, 60))
@settings(max_examples=30)
def test_exact_values_of_the_machine(p, k, n):
    m = n - 1
    with mp.workdps(30):
        chances = [
            mp.binomial(m, i) * mp.mpf(p) ** i * (1 - mp.mpf(p)) ** (m - i) for i in range(n)
        ]
        square = mp.fsum(w * (mp.mpf(i) / m - p) ** 2 for i, w in enumerate(chances))
        log = mp.fsum(
            w * naive.divergence(p, (i + mp.mpf(k)) / (m + 2 * mp.mpf(k)))
            for i, w in enumerate(chances)
        )
    toy = EhrenfestAutomaton(p=p, states=n, pseudocount=k)
    assert toy.exact() == pytest.approx(float(square), rel=1e-13, abs=0)
    assert toy.at(loss="log").exact() == pytest.approx(float(log), rel=1e-11, abs=0)


@given(
    p=BIAS, k=st.floats(0.2, 3), n=st.integers(3, 40), loss=st.sampled_from(["squared", "log"]),
    sampler=st.sampled_from(["tosses", "stationary"]),
)  # fmt: skip
@settings(max_examples=30)
def test_machine_simulation_against_exact(p, k, n, loss, sampler):
    toy = EhrenfestAutomaton(p=p, pseudocount=k, states=n, loss=loss, sampler=sampler)
    assert agrees_with_exact(toy)


# the up/down counter


@pytest.mark.parametrize("n", [1, 2, 3, 8, 13])
def test_the_counter_equals_its_twin(n):
    biases = fresh(2).random(100)
    state = np.empty(100, dtype=np.int64)
    updown._read(fresh(), biases, n, state)
    assert state.tolist() == naive.read_up_down(fresh(), biases, n).tolist()


@given(p=st.floats(0.51, 0.8), half=st.integers(1, 5))
@settings(max_examples=30)
def test_testing_against_exact(p, half):
    toy = UpDownCounter(p=p, states=2 * half)
    odds = p / (1 - p)
    assert toy.exact() == pytest.approx(1 / (1 + odds**half), rel=1e-13, abs=0)
    assert agrees_with_exact(toy, 10**8)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 12])
def test_the_risk_by_quadrature(n):
    with mp.workdps(20):
        truth = float(naive.up_down_risk(n))
    assert UpDownEstimate(states=n).exact() == pytest.approx(truth, rel=1e-12, abs=0)


def test_the_counter_stalls():
    for n, printed in ((4, 0.0305), (16, 0.0138), (64, 0.0124), (256, 0.0123)):
        assert UpDownEstimate(states=n).exact() == pytest.approx(printed, abs=6e-5)
    last, first = (
        UpDownEstimate(states=n, sampler="stationary").exact()
        for n in (updown.MAX_SUMMED, updown.MAX_SUMMED + 1)
    )
    slope = np.pi**2 * updown.AWAY / 3 / updown.MAX_SUMMED**3
    assert last - first == pytest.approx(slope, rel=0.01)
    assert UpDownEstimate(states=1).exact() == pytest.approx(1 / 12, rel=1e-13)


def test_the_constants_of_the_infinite_counter():
    """Its states by their distance i from the top: moments of p with the weight (1-s) s^i."""
    with mp.workdps(30):

        def moment(i, r):
            first, second = (mp.hyp2f1(r + 2, j + 1, j + 2, -1) / (j + 1) for j in (i, i + 1))
            return first - second

        def estimate(i):
            return moment(i, 1) / moment(i, 0)

        floor = 2 * mp.nsum(
            lambda i: moment(i, 2) - moment(i, 1) ** 2 / moment(i, 0), [0, mp.inf], method="r"
        )
        away = mp.nsum(lambda i: (estimate(i) - mp.mpf(1) / 2) ** 2, [0, mp.inf], method="r")
        assert estimate(0) == pytest.approx(1 / (4 - 4 * mp.log(2)), rel=1e-20)
    assert float(floor) == pytest.approx(updown.FLOOR, rel=1e-13)
    assert float(away) == pytest.approx(updown.AWAY, rel=1e-10)
    assert UpDownEstimate().L_0 == updown.FLOOR
    assert UpDownEstimate().G == updown.AWAY


@given(n=st.integers(1, 60), sampler=st.sampled_from(["tosses", "stationary"]))
@settings(max_examples=30)
def test_estimation_against_exact(n, sampler):
    assert agrees_with_exact(UpDownEstimate(states=n, sampler=sampler))


def test_estimation_with_very_many_states():
    for n in (updown.MAX_SUMMED, updown.MAX_SUMMED + 1, 10**6):
        assert agrees_with_exact(UpDownEstimate(states=n, sampler="stationary"))


# Morris counters


@pytest.mark.parametrize("a", [1.7, 6.0])
def test_levels_equal_their_twin(a):
    counts = fresh(2).integers(0, 500, size=200)
    levels = skipping.levels_reached(fresh(), a, counts)
    assert levels.tolist() == naive.climb(fresh(), a, counts).tolist()


def test_levels_beyond_the_table(monkeypatch):
    counts = fresh(2).integers(0, 500, size=200)
    monkeypatch.setattr(skipping, "MAX_TABLE", 5)
    levels = skipping.levels_reached(fresh(), 6.0, counts)
    assert levels.tolist() == naive.climb(fresh(), 6.0, counts).tolist()


def test_waiting_is_deciding_at_every_count():
    from scipy.stats import chi2_contingency

    def p_value(a):
        fast = skipping.levels_reached(fresh(), a, np.full(40_000, 60))
        slow = naive.climb_count_by_count(fresh(2), 3, 60, 40_000)
        both = np.array([np.bincount(levels, minlength=40) for levels in (fast, slow)])
        return chi2_contingency(both[:, both.min(axis=0) > 10]).pvalue

    assert p_value(3) > 1e-4
    assert p_value(3.1) < 1e-6


def test_the_law_of_the_level():
    levels, laws = skipping.levels_after(2.5, 3, 40)
    assert levels[0] == 1
    for counts in (3, 20, 40):
        truth = [float(w) for w in naive.level_law(2.5, counts, 45)]
        assert laws[counts - 3] == pytest.approx([truth[x] for x in levels], rel=1e-12, abs=1e-18)


@pytest.mark.parametrize("p", [0.01, 0.5, 0.8])
@pytest.mark.parametrize("a", [2, 50, 10**12])
def test_the_floor_by_quadrature(p, a):
    with mp.workdps(32):
        truth = float(naive.morris_floor(p, a))
    seen = MorrisCounter(p=p, a=a, sampler="levels").exact()
    assert seen == pytest.approx(truth, rel=1e-12, abs=0)


def test_the_floor_by_chains():
    """Two counters of so many counts that they no longer matter, level by level."""
    for a, p in ((4, 0.5), (8, 0.3)):
        tosses = 6000 * a
        heads = round(p * tosses)
        (up, ups), (down, downs) = (
            skipping.levels_after(a, counts, counts) for counts in (heads, tosses - heads)
        )
        b = np.log1p(1 / a)
        shift = np.log(np.expm1(b * up)[:, None] / np.expm1(b * down)) - np.log(p / (1 - p))
        losses = skipping.divergences(shift.ravel(), p)
        mean = np.outer(ups[0], downs[0]).ravel() @ losses
        assert mean == pytest.approx(MorrisCounter(p=p, a=a).exact(), rel=1e-3 / a, abs=0)
        assert mean != pytest.approx(p * (1 - p) / (2 * a), rel=1e-2, abs=0)


def test_simulated_values_of_the_floor():
    """At p = 0.3, printed with their law p(1-p)/(2a)."""
    for a, printed, digit in ((16, 0.00633, 6e-5), (64, 0.001632, 6e-6), (256, 0.00041045, 2e-6)):
        assert MorrisCounter(p=0.3, a=a).exact() == pytest.approx(printed, abs=digit)


@given(p=BIAS, a=st.integers(2, 40), sampler=st.sampled_from(["counters", "levels"]))
@settings(max_examples=30)
def test_morris_simulation_against_exact(p, a, sampler):
    assert agrees_with_exact(MorrisCounter(p=p, a=a, sampler=sampler))


def test_the_gap_is_a_rounded_gaussian():
    from scipy.stats import ks_2samp

    losses = MorrisCounter(a=20).simulate(fresh(), 50_000)
    for a, same in ((20, True), (21, False)):
        drawn = MorrisCounter(a=a, sampler="levels").simulate(fresh(2), 50_000)
        assert (ks_2samp(losses, drawn).pvalue > 1e-4) == same


@pytest.mark.parametrize(("p", "x"), [(0.7, 1.2), (0.9, 0.1), (0.55, 1.3)])
def test_full_counters_by_enumeration(p, x):
    toy = MorrisLevels(p=p, x=x, K=16)
    assert toy.T <= 60
    with mp.workdps(20):
        truth = float(naive.expected_morris(p, toy.a, toy.T))
    assert toy.exact() == pytest.approx(truth, rel=1e-11, abs=0)


def test_full_counters_tend_to_their_law():
    for p, x in ((0.7, 1.2), (0.6, 0.3), (0.55, 3)):
        law = (p * (1 - p) * x + p * x / np.expm1(x)) / 2
        gaps = [MorrisLevels(p=p, x=x, K=K).exact() * K / law - 1 for K in (250, 1000)]
        assert abs(gaps[1]) < 0.01
        assert abs(gaps[1]) < 0.4 * abs(gaps[0])
    assert MorrisLevels(p=0.7, x=1.2, K=1000).exact() * 1000 == pytest.approx(0.307, abs=6e-4)
    assert MorrisLevels(K=1025).exact() is None


@given(p=st.floats(0.51, 0.9), x=st.floats(0.1, 3), K=st.integers(16, 60))
@settings(max_examples=30)
def test_full_counters_against_exact(p, x, K):
    assert agrees_with_exact(MorrisLevels(p=p, x=x, K=K))


# counters that are halved


def test_cycles_equal_their_twin():
    p, k, half = 0.4, 0.5, 6
    start = fresh(2).binomial(half, p, size=40)
    counts, times = np.arange(12) + k, np.log(np.arange(half, 12) + 2 * k)
    fixed = np.mean(times) + p * np.log(p) + (1 - p) * np.log(1 - p)
    out = np.empty(40)
    memory._cycles(fresh(), p, half, 3, -p * np.log(counts), (p - 1) * np.log(counts), start, out)
    assert out + fixed == pytest.approx(naive.cycles(fresh(), p, k, half, 3, start), rel=1e-12)


@pytest.mark.parametrize(
    ("p", "k", "M"), [(0.3, 0.5, 2), (0.3, 0.5, 20), (0.02, 1e-3, 34), (0.9, 7, 50)]
)
def test_halving_by_enumeration(p, k, M):
    with mp.workdps(30):
        truth = float(naive.expected_halving(p, k, M))
    assert HalvingCounter(p=p, pseudocount=k, M=M).exact() == pytest.approx(truth, rel=1e-12, abs=0)


def test_few_times_are_enough(monkeypatch):
    """Beside the sum over all of them."""
    for p, k, M in ((0.3, 0.5, 700), (0.01, 1e-3, 600), (0.8, 30.0, 400)):
        seen = forgetting.mean_loss(p, k, M)
        monkeypatch.setattr(forgetting, "FEW_TIMES", M)
        assert seen == pytest.approx(forgetting.mean_loss(p, k, M), rel=1e-11, abs=0)
        monkeypatch.undo()


@pytest.mark.parametrize(
    ("p", "k", "M"), [(0.3, 0.5, 7000), (0.01, 1e-3, 202_000), (0.9, 100.0, 21_000)]
)
def test_moments_equal_the_law_itself(monkeypatch, p, k, M):
    seen = forgetting.mean_loss(p, k, M)
    monkeypatch.setattr(forgetting, "MANY", 10**9)
    assert seen == pytest.approx(forgetting.mean_loss(p, k, M), rel=1e-11, abs=0)


def test_halving_tends_to_its_law():
    for p, k in ((0.3, 0.5), (0.7, 2.0)):
        v = p * (1 - p)
        after = (k**2 * (1 - 4 * v) - k * (1 - 2 * v) + 20 / 63 - 3 * v / 14) / v
        for M in (10**5, 10**8, 10**12):
            law = (np.log(2) - 1 / 3) / M + after / M**2
            toy = HalvingCounter(p=p, pseudocount=k, M=M, sampler="binomial")
            assert toy.exact() == pytest.approx(law, rel=1e-12 + 1e3 / M**2, abs=0)
    assert HalvingCounter(p=0.3, M=64).exact() * 64 == pytest.approx(0.3616, abs=6e-5)


@given(
    p=BIAS, k=st.floats(0.1, 3), half=st.integers(1, 40),
    sampler=st.sampled_from(["tosses", "binomial"]),
)  # fmt: skip
@settings(max_examples=30)
def test_halving_simulation_against_exact(p, k, half, sampler):
    assert agrees_with_exact(HalvingCounter(p=p, pseudocount=k, M=2 * half, sampler=sampler))


def test_halving_of_very_many():
    assert agrees_with_exact(HalvingCounter(M=10**12, sampler="binomial"))


# all of them


def test_one_signature():
    small = (
        Quantiser(S=3), EhrenfestAutomaton(states=4), UpDownCounter(states=4), UpDownEstimate(),
        MorrisCounter(a=3), MorrisLevels(K=16), HalvingCounter(M=4),
    )  # fmt: skip
    for toy in small:
        toy.simulate(fresh(), 3)
        toy.exact()
    kernels = (
        quantiser._store, automata._overwrite, updown._read, skipping._climb, skipping._follow,
        memory._cycles,
    )  # fmt: skip
    assert [len(kernel.signatures) for kernel in kernels] == [1] * len(kernels)


@pytest.mark.parametrize(
    ("toy", "parameters", "message"),
    [
        (HalvingCounter, {"M": 7}, "M = 7 is odd, and cannot be halved"),
        (HalvingCounter, {"M": 10**7}, "M = 10000000 is too large for sampler 'tosses'"),
        (HalvingCounter, {"pseudocount": 0}, "greater than or equal to 0.001"),
        (MorrisCounter, {"a": 10**9}, r"climb 3\.22e\+10 levels, .*use 'levels'"),
        (MorrisCounter, {"a": 1}, "greater than or equal to 2"),
        (MorrisLevels, {"p": 0.5}, "greater than 0.5"),
        (EhrenfestAutomaton, {"states": 10**9}, r"need 2\.64e\+10 tosses .*use 'stationary'"),
        (EhrenfestAutomaton, {"states": 2}, "greater than or equal to 3"),
        (UpDownCounter, {"states": 5}, "states = 5 is odd, and has no lower half"),
        (UpDownCounter, {"p": 0.9, "states": 1000}, r"states = 1000 at p = 0\.9 .*at most 546"),
        (UpDownEstimate, {"states": 10**6}, "too large for sampler 'tosses' .at most 50000"),
        (Quantiser, {"S": 0}, "greater than or equal to 1"),
    ],
)
def test_what_is_refused(toy, parameters, message):
    with pytest.raises(ValidationError, match=message):
        toy(**parameters)
