"""The conformance suite passes on our toys, and fails on wrong copies of the coin, each by name."""

from typing import ClassVar

import numpy as np
import pytest
from running_mean import RunningMean
from scipy.special import digamma
from scipy.stats import chi2

from sims.conformance.check import check_toy
from sims.conformance.rules import RULES
from toys import Bernoulli, GaussianMean, HingeDescent, classes
from toys._kernels.heads import divergences


@pytest.mark.parametrize("name", list(classes()))
def test_our_toys_pass(name):
    results = list(check_toy(classes()[name]))
    assert [r for r in results if r.status == "FAIL"] == []
    status = {result.name: result.status for result in results}
    assert list(status) == list(RULES)
    assert status["links resolve"] == "ok"
    assert status["every number bounded"] == "ok"
    if classes()[name]().exact() is not None:
        assert status["simulation against exact"] == "ok"
        assert status["mechanism ignorant of exact"] == "ok"
    if not classes()[name]().deterministic:
        assert status["replicates independent"] == "ok"


class WrongPseudocount(Bernoulli):
    """Counts the pseudocount twice."""

    def simulate(self, rng, replicates):
        return divergences(self._toss(rng, replicates), self.N, self.p, 2 * self.pseudocount)


class OneTossMore(Bernoulli):
    """Tosses N + 1 times."""

    def _toss_any(self, rng, tosses, replicates):
        return np.minimum(super()._toss_any(rng, tosses + 1, replicates), tosses)


class OneTossFewer(Bernoulli):
    """Tosses N - 1 times, where it tosses really."""

    def _toss_any(self, rng, tosses, replicates):
        fewer = tosses - (self.sampler == "tosses" and tosses > 1)
        return super()._toss_any(rng, fewer, replicates)


SHARED = np.random.Generator(np.random.PCG64DXSM(1))


class SharedGenerator(Bernoulli):
    """Draws from one generator in every block."""

    def _toss_any(self, rng, tosses, replicates):
        return super()._toss_any(SHARED, tosses, replicates)


class Reseeded(Bernoulli):
    """Begins anew in every block."""

    def _toss_any(self, rng, tosses, replicates):
        return super()._toss_any(np.random.default_rng(7), tosses, replicates)


class TooFew(Bernoulli):
    """Returns a tenth of the replicates."""

    def simulate(self, rng, replicates):
        return super().simulate(rng, max(1, replicates // 10))


class WrongExact(Bernoulli):
    """Says that the loss is 3 % larger."""

    def exact(self):
        return 1.03 * super().exact()


class Restarting(RunningMean):
    """Draws for one size after the other: every size sees numbers of its own."""

    def simulate_path(self, rng, replicates, axis, sizes):
        alone = [super(Restarting, self).simulate_path(rng, replicates, axis, [N]) for N in sizes]
        return np.hstack(alone)


class Typical(GaussianMean):
    """The median of the squared error."""

    off: ClassVar[float] = 1.0

    @property
    def statistic(self):
        return "median"

    def exact(self):
        return self.off * chi2(self.d).median() / self.d * super().exact()


class Geometric(Typical):
    """Its geometric mean."""

    @property
    def statistic(self):
        return "geometric mean"

    def exact(self):
        return self.off * 2 / self.d * np.exp(digamma(self.d / 2)) * GaussianMean.exact(self)


class NeverZero(HingeDescent):
    """Keeps a loss for ever."""

    def exact(self):
        return super().exact() or 0.37


class WrongMedian(Typical):
    """Says that the median is 3 % larger."""

    off: ClassVar[float] = 1.03


class WrongGeometric(Geometric):
    """Says that the geometric mean is 3 % larger."""

    off: ClassVar[float] = 1.03


@pytest.mark.parametrize("toy", [Typical, Geometric])
def test_other_statistics_are_set_against_exact(toy):
    status = {result.name: result.status for result in check_toy(toy)}
    assert status["simulation against exact"] == "ok"


@pytest.mark.parametrize(
    ("toy", "rule"),
    [
        (Restarting, "a longer path begins with the shorter"),
        (NeverZero, "exact against derivation"),
        (WrongMedian, "simulation against exact"),
        (WrongGeometric, "simulation against exact"),
        (WrongPseudocount, "simulation against exact"),
        (OneTossMore, "simulation against exact"),
        (OneTossFewer, "simulation against exact"),
        (SharedGenerator, "the same cell twice, another block"),
        (Reseeded, "the same cell twice, another block"),
        (TooFew, "record"),
        (WrongExact, "exact against derivation"),
        (WrongExact, "simulation against exact"),
    ],
)
def test_wrong_copies_fail_by_name(toy, rule):
    failed = {result.name for result in check_toy(toy) if result.status == "FAIL"}
    assert rule in failed


class Undeclared(Bernoulli):
    """Links to a law that it does not list."""

    derivations = ("bernoulli.boundary",)


class Misspelt(Bernoulli):
    """Lists a law that there is not."""

    derivations = ("bernoulli.data", "bernoulli.boundary", "bernoulli.dta")


@pytest.mark.parametrize(
    ("toy", "problem"),
    [
        (Undeclared, "links to 'bernoulli.data', not in derivations"),
        (Misspelt, "derivations lists 'bernoulli.dta', no known derivation"),
    ],
)
def test_links_are_declared_and_exist(toy, problem):
    (found,) = (r for r in check_toy(toy) if r.name == "links resolve")
    assert found.status == "FAIL"
    assert problem in found.detail


def test_an_unchanged_copy_passes():
    class Copy(Bernoulli):
        """The coin."""

    assert [result for result in check_toy(Copy) if result.status == "FAIL"] == []
