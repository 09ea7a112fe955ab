"""Morris counters: their twin, exact values, and what they refuse."""

import mpmath as mp
import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import memory as naive
from pydantic import ValidationError

from toys import MorrisCounter, MorrisLevels
from toys.memory import _morris_law as morris_law

BIAS = st.floats(0.05, 0.95)


@pytest.mark.parametrize("a", [1.7, 6.0])
def test_levels_equal_their_twin(a):
    counts = fresh(2).integers(0, 500, size=200)
    levels = morris_law.levels_reached(fresh(), a, counts)
    assert levels.tolist() == naive.climb(fresh(), a, counts).tolist()


def test_levels_beyond_the_table(monkeypatch):
    counts = fresh(2).integers(0, 500, size=200)
    monkeypatch.setattr(morris_law, "MAX_TABLE", 5)
    levels = morris_law.levels_reached(fresh(), 6.0, counts)
    assert levels.tolist() == naive.climb(fresh(), 6.0, counts).tolist()


def test_waiting_is_deciding_at_every_count():
    from scipy.stats import chi2_contingency

    def p_value(a):
        fast = morris_law.levels_reached(fresh(), a, np.full(40_000, 60))
        slow = naive.climb_count_by_count(fresh(2), 3, 60, 40_000)
        both = np.array([np.bincount(levels, minlength=40) for levels in (fast, slow)])
        return chi2_contingency(both[:, both.min(axis=0) > 10]).pvalue

    assert p_value(3) > 1e-4
    assert p_value(3.1) < 1e-6


def test_the_law_of_the_level():
    levels, laws = morris_law.levels_after(2.5, 3, 40)
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
            morris_law.levels_after(a, counts, counts) for counts in (heads, tosses - heads)
        )
        b = np.log1p(1 / a)
        shift = np.log(np.expm1(b * up)[:, None] / np.expm1(b * down)) - np.log(p / (1 - p))
        losses = morris_law.divergences(shift.ravel(), p)
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


def test_one_signature():
    for toy in (MorrisCounter(a=3), MorrisLevels(K=16)):
        toy.simulate(fresh(), 3)
        toy.exact()
    for kernel in (
        morris_law._climb,
        morris_law._level_distribution,
    ):
        assert len(kernel.signatures) == 1


@pytest.mark.parametrize(
    ("toy", "parameters", "message"),
    [
        (MorrisCounter, {"a": 10**9}, r"climb 3\.22e\+10 levels .*use 'levels'"),
        (MorrisCounter, {"a": 1}, "greater than or equal to 2"),
        (MorrisLevels, {"p": 0.5}, "greater than 0.5"),
    ],
)
def test_what_is_refused(toy, parameters, message):
    with pytest.raises(ValidationError, match=message):
        toy(**parameters)
