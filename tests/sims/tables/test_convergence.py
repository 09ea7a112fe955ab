"""Where curves go beyond the window: what tends to the derived exponent, and what does not."""

import math

import numpy as np
import pytest

from sims import Sweep
from sims.tables.convergence import beyond, converges, follows, obeys, tends_to
from sims.tables.judged import judge
from sims.tables.theory import theory_of
from toys import Bernoulli, GaussianMean, Hinge, Nesterov, Newton, SubsetSum


def limit_is(toy, axis, largest, exponent):
    """Whether the exact curve beyond `largest` is there and tends to the exponent."""
    curve = beyond(toy, axis, largest)
    return bool(curve) and tends_to(curve, exponent)


def test_the_limit_of_the_exact_curve():
    coin = Bernoulli(p=0.1, pseudocount=1)
    assert limit_is(coin, "N", 1000, 1.0)
    assert not limit_is(coin, "N", 1000, 0.99)
    assert not limit_is(coin, "N", 1000, 1.01)
    assert limit_is(GaussianMean(), "N", 10, 1.0)
    assert not limit_is(GaussianMean(), "N", 10, 1.1)
    assert not limit_is(GaussianMean(), "N", 10**15, 1.0)  # the axis ends there


@pytest.mark.parametrize("slip", [0.99, 0.999, 1.001, 1.01])
def test_a_slip_smaller_than_the_correction_is_noticed(slip):
    """From N = 64 the slope of this coin is still 0.2 away from its limit."""
    coin = Bernoulli(p=0.05, pseudocount=3)
    assert limit_is(coin, "N", 64, 1.0)
    assert not limit_is(coin, "N", 64, slip)


def test_a_slope_that_runs_away_is_noticed():
    """N^-1 exp(-0.02 N^0.1): slopes -1.006, -1.011, -1.023 leave 1 for ever."""

    class Stretched(GaussianMean):
        """A stretched exponential in disguise."""

        def exact(self):
            return np.exp(-0.02 * self.N**0.1) / self.N

    assert not limit_is(Stretched(), "N", 100, 1.0)


class Shrinking(GaussianMean):
    """A trajectory without noise and without an exact curve; its law is that of the mean."""

    power: float = 1.0

    @property
    def deterministic(self):
        return True

    def simulate(self, rng, replicates):
        N = self.N
        return np.full(replicates, N**-self.power * (1 + 3 / N))

    def exact(self):
        return None


@pytest.mark.parametrize(("power", "does"), [(1.0, True), (0.999, False), (1.001, False)])
def test_a_trajectory_without_noise_shows_its_own_limit(power, does):
    seen = Sweep(Shrinking(power=power), {"N": [10, 30, 100, 300, 1000, 3000, 10000]}, 2, 1).run()
    assert converges(seen, theory_of(seen.sweep.toy, "N"), judge(seen).fit) is does


def test_too_short_a_trajectory_shows_nothing():
    seen = Sweep(Shrinking(), {"N": [10, 100, 1000]}, 2, 1).run()
    assert not converges(seen, theory_of(seen.sweep.toy, "N"), judge(seen).fit)


@pytest.mark.parametrize(("power", "does"), [(0.0, True), (0.05, False), (-0.05, False)])
def test_a_law_with_a_logarithm_is_followed(power, does):
    """Slopes of 1/(N ln N) are still 0.05 away from 1 at 1e9; a slip of 0.05 hides there."""
    sizes = [1e3, 1e5, 1e7, 1e9]
    law = [(n, 1 / (n * np.log(n))) for n in sizes]
    curve = [(n, loss * n**power * (1 + 1 / np.log(n) ** 3)) for n, loss in law]
    assert follows(curve, law) is does


def test_a_law_that_a_curve_leaves_again_is_not_followed():
    """Every slope is within 0.01 of that of the law, but they drift away from it."""
    sizes = [1e3, 1e5, 1e7, 1e9]
    law = [(n, 1 / (n * np.log(n))) for n in sizes]

    def curve(gaps):
        drift = np.cumsum([0.0, *(gap * math.log(100) for gap in gaps)])
        return [(n, loss * math.exp(d)) for (n, loss), d in zip(law, drift, strict=True)]

    assert follows(curve([0.009, 0.004, 0.001]), law)
    assert not follows(curve([0.001, 0.004, 0.009]), law)


class Floored(Bernoulli):
    """Falls as 1/N towards 2."""

    def exact(self):
        return 2 + 1 / self.N


def test_what_lies_beyond_is_the_loss_above_the_floor():
    sizes, losses = zip(*beyond(Floored(), "N", 1000, 2.0), strict=True)
    assert sizes == (1e3, 1e4, 1e5, 1e6)
    assert losses == pytest.approx([1 / n for n in sizes], rel=1e-9, abs=0)


@pytest.mark.parametrize(("limit", "does"), [(0.5, True), (0.51, False), (0.52, False)])
def test_a_limit_that_is_merely_nearer_is_noticed(limit, does):
    """Slopes 0.31, 0.16 and 0.085 above their limit: the last of them is far from it."""
    curve = [(1.0, 1.0)]
    for above in (0.3, 0.15, 0.075):
        size, loss = curve[-1]
        curve.append((10 * size, loss * 10 ** -(limit + above)))
    assert tends_to(curve, 0.5) is does


@pytest.mark.parametrize("largest", [1e5, 3e5, 1e6])
@pytest.mark.parametrize("count", [7, 8, 9, 10])
def test_deviations_that_oscillate_are_no_drift(largest, count):
    """Nesterov's method comes to its exponent in waves of ln t."""
    sizes = [round(size) for size in np.geomspace(100, largest, count)]
    assert judge(Sweep(Nesterov(), {"t": sizes}).run()).row.verdict == "agrees in window"


def test_slopes_that_pass_through_the_exponent_do_not_tend_to_it():
    curve = [(1.0, 1.0)]
    for slope in (0.48, 0.49, 0.5):
        size, loss = curve[-1]
        curve.append((10 * size, loss * 10**-slope))
    assert not tends_to(curve, 0.49)
    assert not tends_to(curve, 0.5 + 2e-4)


class Disguised(Newton):
    """Claims Newton's law, but falls as a power of the steps; so does its exact curve."""

    def simulate(self, rng, replicates):
        return np.full(replicates, self.exact())

    def exact(self):
        return (1 + 0.3 / self.t) / self.t


class Inexact(Newton):
    """Newton's steps, beside an exact curve that is none."""

    def exact(self):
        return 5 / self.t


@pytest.mark.parametrize(
    ("toy", "word"),
    [(Newton, "not a power law"), (Disguised, "disagrees"), (Inexact, "disagrees")],
)
def test_no_power_law_must_be_the_one_that_is_derived(toy, word):
    assert judge(Sweep(toy(), {"t": [2, 4, 6, 8, 12, 16, 24]}, 2, 1).run()).row.verdict == word


@pytest.mark.parametrize(("slip", "does"), [(1.0, True), (0.7, False)])
def test_a_law_that_is_no_power_law_is_obeyed(slip, does):
    """Subset sums of n weights, and what would pass for them if they had 0.7 n."""

    class Slipped(SubsetSum):
        """Has fewer weights than it says."""

        def simulate(self, rng, replicates):
            return SubsetSum(n=round(slip * self.n)).simulate(rng, replicates)

    seen = Sweep(Slipped(), {"n": [8, 10, 12, 14, 16, 20]}, 200, 20).run()
    assert obeys(seen, theory_of(seen.sweep.toy, "n")) is does


def test_the_error_of_a_loss_is_allowed_for():
    seen = Sweep(Hinge(p=0.3), {"N": [12, 16, 24, 32, 40, 48]}, 20_000, 4).run()
    assert obeys(seen, theory_of(seen.sweep.toy, "N"))
