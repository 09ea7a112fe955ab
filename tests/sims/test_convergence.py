"""Where curves go beyond the window: what tends to the derived exponent, and what does not."""

import numpy as np
import pytest

from sims import Sweep
from sims.convergence import beyond, converges, follows, tends_to
from sims.table import observed_fit
from sims.theory import theory_of
from toys import Bernoulli, GaussianMean


def limit_is(toy, axis, largest, exponent, error):
    """Whether the exact curve beyond `largest` is there and tends to the exponent."""
    curve = beyond(toy, axis, largest)
    return bool(curve) and tends_to(curve, exponent, error)


def test_the_limit_of_the_exact_curve():
    coin = Bernoulli(p=0.1, pseudocount=1)
    assert limit_is(coin, "N", 1000, 1.0, 1e-4)
    assert not limit_is(coin, "N", 1000, 0.99, 1e-4)
    assert not limit_is(coin, "N", 1000, 1.01, 1e-4)
    assert limit_is(GaussianMean(), "N", 10, 1.0, 0.0)
    assert not limit_is(GaussianMean(), "N", 10, 1.1, 1e-3)
    assert not limit_is(GaussianMean(), "N", 10**15, 1.0, 1e-3)  # the axis ends there


@pytest.mark.parametrize("slip", [0.99, 0.999, 1.001, 1.01])
def test_a_slip_smaller_than_the_correction_is_noticed(slip):
    """From N = 64 the slope of this coin is still 0.2 away from its limit."""
    coin = Bernoulli(p=0.05, pseudocount=3)
    assert limit_is(coin, "N", 64, 1.0, 1e-4)
    assert not limit_is(coin, "N", 64, slip, 1e-4)


def test_a_slope_that_runs_away_is_noticed():
    """N^-1 exp(-0.02 N^0.1): slopes -1.006, -1.011, -1.023 leave 1 for ever."""

    class Stretched(GaussianMean):
        """A stretched exponential in disguise."""

        def exact(self):
            return np.exp(-0.02 * self.N**0.1) / self.N

    assert not limit_is(Stretched(), "N", 100, 1.0, 1e-4)


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
    assert converges(seen, theory_of(seen.sweep.toy, "N"), observed_fit(seen)) is does


def test_too_short_a_trajectory_shows_nothing():
    seen = Sweep(Shrinking(), {"N": [10, 100, 1000]}, 2, 1).run()
    assert not converges(seen, theory_of(seen.sweep.toy, "N"), observed_fit(seen))


@pytest.mark.parametrize(("power", "does"), [(0.0, True), (0.05, False), (-0.05, False)])
def test_a_law_with_a_logarithm_is_followed(power, does):
    """Slopes of 1/(N ln N) are still 0.05 away from 1 at 1e9; a slip of 0.05 hides there."""
    sizes = [1e3, 1e5, 1e7, 1e9]
    law = [(n, 1 / (n * np.log(n))) for n in sizes]
    curve = [(n, loss * n**power * (1 + 1 / np.log(n) ** 3)) for n, loss in law]
    assert follows(curve, law) is does
