"""Noisy thresholds: walks outwards equal their twin, and learn what the whole sample teaches."""

import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import learnability as naive
from pydantic import ValidationError
from scipy.stats import ks_2samp

from toys.learnability import noisy_threshold
from toys.learnability._chernoff import _expected_maximum, mean_drift
from toys.learnability.noisy_threshold import MassartThreshold, TsybakovThreshold, massart_prefactor


@pytest.mark.parametrize(("k", "clear"), [(0.0, 0.6), (0.0, 1.0), (1.0, 1.0), (2.5, 1.0)])
@pytest.mark.parametrize("n", [0, 1, 9, 300])
def test_walks_equal_the_naive_twin(k, clear, n):
    """On the same draws: depth and ties are equal, places to rounding."""
    rng, other, found = fresh(), fresh(), np.empty(4)
    for _ in range(40):
        noisy_threshold._walk(rng, n, k, clear, found)
        depth, ties, place, first = naive.walk_outwards(other, n, k, clear)
        assert (found[0], found[1]) == (depth, ties)
        assert found[2:] == pytest.approx([place, first], rel=1e-13, abs=0)


@pytest.mark.parametrize(("k", "clear", "N"), [(0, 0.4, 8), (0, 0.8, 60), (1, 1, 5), (2.5, 1, 60)])
def test_walks_learn_what_the_whole_sample_teaches(k, clear, N):
    """Against the fewest errors among all N + 1 gaps, and a control: twice the samples."""
    twin = naive.fewest_errors(fresh(2), N, k, clear, 3000)
    toy = TsybakovThreshold(k=k, N=N) if k else MassartThreshold(q=(1 - clear) / 2, N=N)
    assert ks_2samp(toy.simulate(fresh(), 100_000), twin).pvalue > 1e-4
    control = toy.at(N=2 * N).simulate(fresh(), 100_000)
    assert ks_2samp(control, twin).pvalue < 1e-4


@given(st.floats(0.01, 0.2), st.sampled_from([4000, 10**6, 10**12, 10**15]))
@settings(max_examples=30)
def test_flips_against_exact(q, N):
    assert agrees_with_exact(MassartThreshold(q=q, N=N))


@given(st.integers(1, 60))
@settings(max_examples=10)
def test_without_flips_it_is_the_midpoint(N):
    assert agrees_with_exact(MassartThreshold(q=0, N=N))


def test_printed_prefactors_of_flips():
    printed = {0: 0.5, 0.05: 0.652, 0.1: 0.812, 0.2: 1.199, 0.3: 1.861, 0.4: 3.744}
    for q, prefactor in printed.items():
        assert massart_prefactor(q) == pytest.approx(prefactor, rel=0, abs=1.1e-3)
    assert massart_prefactor(0.45) * 0.1 == pytest.approx(0.75, rel=1e-3, abs=0)


def test_no_exact_value_where_the_ends_matter():
    """And where there is one, it is not off by what the ends do at a fifth of that size."""
    assert MassartThreshold(q=0.3, N=500).exact() is None
    assert MassartThreshold(q=0.3, N=5000).exact() is not None
    sizes = [N for N in range(10, 5000, 10) if MassartThreshold(q=0.3, N=N).exact()]
    least = MassartThreshold(q=0.3, N=sizes[0])
    assert agrees_with_exact(least)
    small = least.at(N=sizes[0] // 40)
    seen = small.simulate_moments(fresh(), 200_000)
    assert abs(seen.mean * (small.N + 1) - massart_prefactor(0.3)) > 8 * seen.standard_error * (
        small.N + 1
    )


def test_the_argmax_of_a_brownian_motion_with_drift():
    """Chernoff's distribution has the variance 0.26355964132470 (Groeneboom and Wellner 2001)."""
    assert mean_drift(1.0) == pytest.approx(0.26355964132470, rel=1e-8, abs=0)


@pytest.mark.parametrize("k", [0.25, 8.0])
def test_finer_grids_agree(k):
    """Two grids twice as fine, at the ends of the range; the control: without extrapolation."""
    coarse, fine = (_expected_maximum(k, steps) / (2 * k + 1) for steps in (500, 1000))
    extrapolated = fine + (fine - coarse) / 3
    assert mean_drift(k) == pytest.approx(extrapolated, rel=1e-8, abs=0)
    assert coarse != pytest.approx(extrapolated, rel=1e-8, abs=0)


@pytest.mark.parametrize("k", [0.25, 0.5, 1.0, 3.0, 8.0])
def test_prefactors_of_tsybakov_noise(k):
    """The loss at a large size, times N^((k+1)/(2k+1)): within 5 standard errors.

    The control: the prefactor of a c that is 10 % off lies outside.
    """
    N = {0.25: 10**6, 0.5: 10**5, 1.0: 10**5, 3.0: 10**4, 8.0: 10**4}[k]
    toy = TsybakovThreshold(k=k, N=N)
    scale = N ** ((k + 1) / (2 * k + 1))
    seen = toy.simulate_moments(fresh(), 10_000 if k < 1 else 4000)
    prefactor = 2**k * toy.c ** (k + 1) / (k + 1)
    error = seen.standard_error * scale
    assert abs(seen.mean * scale - prefactor) < 5 * error
    assert abs(seen.mean * scale - prefactor * 1.1 ** (k + 1)) > 5 * error


def test_a_brownian_path_agrees():
    """E max(W - D) of discretised paths, whose maxima lack 0.5826 √step (Chernoff 1965)."""
    k, step, reach, paths = 1.0, 2e-3, 3.0, 4000
    s = step * np.arange(1, round(reach / step) + 1)
    drift = 2**k * s ** (k + 1) / (k + 1)
    rng = fresh()
    best = np.zeros(paths)
    for _ in range(2):
        noise = rng.standard_normal((paths, s.size)) * step**0.5
        best = np.maximum(best, (np.cumsum(noise, axis=1) - drift).max(axis=1))
    error = best.std() / paths**0.5
    assert abs(best.mean() + 0.5826 * step**0.5 - 3 * mean_drift(k)) < 5 * error
    assert abs(best.mean() + 0.5826 * step**0.5 - 3.3 * mean_drift(k)) > 5 * error


def test_refusals_and_links():
    with pytest.raises(ValidationError, match="q"):
        MassartThreshold(q=0.5)
    with pytest.raises(ValidationError, match="k"):
        TsybakovThreshold(k=0)
    assert TsybakovThreshold().derivation("N") == "pac.tsybakov"
    assert MassartThreshold(q=0.1).derivation("N") == "massart.flips"
    assert MassartThreshold(q=0).derivation("N") == "threshold.midpoint"
    assert MassartThreshold(q=0).t == 0.5


def test_one_signature():
    TsybakovThreshold(k=2).simulate(fresh(), 3)
    MassartThreshold(q=0).simulate(fresh(), 3)
    noisy_threshold._walk(fresh(), 3, 1.0, 1.0, np.empty(4))
    for kernel in (noisy_threshold._walk, noisy_threshold._learn):
        assert len(kernel.signatures) == 1
