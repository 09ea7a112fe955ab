"""The conformance suite passes on our toys, and fails on wrong copies of the coin, each by name."""

import numpy as np
import pytest

from sims.check import check_toy
from toys import Bernoulli, classes
from toys.heads import divergences


@pytest.mark.parametrize("name", list(classes()))
def test_our_toys_pass(name):
    results = list(check_toy(classes()[name]))
    assert [r for r in results if r.status == "FAIL"] == []
    assert len(results) == 11
    status = {result.name: result.status for result in results}
    assert status["simulation against exact"] == "ok"
    assert status["links resolve"] == "ok"


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


@pytest.mark.parametrize(
    ("toy", "rule"),
    [
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


def test_an_unchanged_copy_passes():
    class Copy(Bernoulli):
        """The coin."""

    assert [result for result in check_toy(Copy) if result.status == "FAIL"] == []
