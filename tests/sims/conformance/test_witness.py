"""Missing bounds, mechanisms that know the answer and dependent replicates fail, each by name."""

from typing import Annotated, Literal

import numpy as np
import pytest
from pydantic import Field
from scipy.signal import lfilter
from scipy.stats import norm

from sims.conformance.check import check_toy
from toys import HingeDescent, Moments, Size, Toy


class Waiting(Toy):
    """The time until the first of N events: exponential, with mean 1/N."""

    N: Annotated[int, Size("events"), Field(ge=1, le=10**6)] = 10

    @property
    def quantity(self):
        return "waiting time"

    @property
    def source(self):
        return "nobody, nowhere"

    def uniforms(self, rng, replicates):
        return rng.random(replicates)

    def simulate(self, rng, replicates):
        return -np.log1p(-self.uniforms(rng, replicates)) / self.N

    def exact(self):
        return 1 / self.N


class NoUpperBound(Waiting):
    """Any scale is allowed."""

    scale: Annotated[float, Field(gt=0)] = 1.0


class NoLowerBound(Waiting):
    """Any shift is allowed, and none."""

    shift: Annotated[int | None, Field(le=3)] = 0


class BoundAtInfinity(Waiting):
    """The bounds say nothing."""

    scale: Annotated[float, Field(ge=0, le=np.inf)] = 1.0


class ExactItself(Waiting):
    """Returns what should be found."""

    def simulate(self, rng, replicates):
        rng.random(replicates)
        return np.full(replicates, self.exact())


class ExactWithNoise(Waiting):
    """Returns it with so much noise that nobody sees it."""

    def simulate(self, rng, replicates):
        return self.exact() * rng.exponential(size=replicates)


class ExactUnderAnotherName(Waiting):
    """Does not ask for it, but computes the same, with noise in the last digits."""

    def simulate(self, rng, replicates):
        return 1 / self.N * (1 + 1e-12 * rng.standard_normal(replicates))


class OneSamplerIsExact(Waiting):
    """One of its mechanisms is none; and some of its parameters leave no noise."""

    sampler: Annotated[Literal["honest", "formula"], Field()] = "honest"
    still: Literal["yes", "no"] = "no"

    @property
    def deterministic(self):
        return self.still == "yes"

    def simulate(self, rng, replicates):
        if self.still == "yes":
            return np.full(replicates, 1 / self.N)
        waited = super().simulate(rng, replicates)
        return waited if self.sampler == "honest" else (1 + 1e-9 * waited) / self.N


class ClosedForm(HingeDescent):
    """Has no noise, and returns what should be found."""

    def simulate_path(self, rng, replicates, axis, sizes):
        return np.array([[self.at(**{axis: size}).exact() for size in sizes]] * replicates)


class Antithetic(Waiting):
    """Each replicate has its mirror image beside it."""

    def uniforms(self, rng, replicates):
        half = rng.random((replicates + 1) // 2)
        return np.stack([half, 1 - half], axis=1).ravel()[:replicates]


class AntitheticHalves(Waiting):
    """The second half are the mirror images of the first."""

    def uniforms(self, rng, replicates):
        half = rng.random((replicates + 1) // 2)
        return np.concatenate([half, 1 - half])[:replicates]


class Stratified(Waiting):
    """One replicate in each stratum, in any order."""

    def uniforms(self, rng, replicates):
        return (rng.permutation(replicates) + rng.random(replicates)) / replicates


class TooSure(Waiting):
    """Averages without keeping its replicates, and halves its errors."""

    def simulate_moments(self, rng, replicates):
        seen = super().simulate_moments(rng, replicates)
        return Moments(seen.count, seen.mean, seen.m2 / 4)


class Copied(Waiting):
    """Every replicate twice."""

    def uniforms(self, rng, replicates):
        return rng.permutation(np.resize(rng.random((replicates + 1) // 2), replicates))


class CopiedOnce(Waiting):
    """The last of a block is the first again."""

    def uniforms(self, rng, replicates):
        out = rng.random(replicates)
        out[-1] = out[0]
        return out


class Chained(Waiting):
    """Each replicate keeps something of the one before."""

    def uniforms(self, rng, replicates):
        noise = rng.standard_normal(replicates) * np.sqrt(1 - 0.1**2)
        return norm.cdf(lfilter([1], [1, -0.1], noise))


class Shared(Waiting):
    """All replicates of a block have a part in common."""

    def uniforms(self, rng, replicates):
        common = np.sqrt(0.03) * rng.standard_normal()
        return norm.cdf(common + np.sqrt(0.97) * rng.standard_normal(replicates))


def test_the_toy_whose_copies_are_wrong_passes():
    status = {result.name: result.status for result in check_toy(Waiting)}
    assert "FAIL" not in status.values()
    for rule in ("every number bounded", "mechanism ignorant of exact", "replicates independent"):
        assert status[rule] == "ok"


@pytest.mark.parametrize(
    ("toy", "rule"),
    [
        (NoUpperBound, "every number bounded"),
        (NoLowerBound, "every number bounded"),
        (BoundAtInfinity, "every number bounded"),
        (ExactItself, "mechanism ignorant of exact"),
        (ExactWithNoise, "mechanism ignorant of exact"),
        (ExactUnderAnotherName, "mechanism ignorant of exact"),
        (OneSamplerIsExact, "mechanism ignorant of exact"),
        (ClosedForm, "mechanism ignorant of exact"),
        (Antithetic, "replicates independent"),
        (Stratified, "simulation against exact"),
        (AntitheticHalves, "replicates independent"),
        (Stratified, "replicates independent"),
        (TooSure, "simulation against exact"),
        (Copied, "replicates independent"),
        (CopiedOnce, "replicates independent"),
        (Chained, "replicates independent"),
        (Shared, "replicates independent"),
    ],
)
def test_wrong_copies_fail_by_name(toy, rule):
    failed = {result.name for result in check_toy(toy) if result.status == "FAIL"}
    assert rule in failed
