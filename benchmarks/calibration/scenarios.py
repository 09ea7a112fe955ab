"""Losses of which the exponent is known: made-up curves, exact toys, simulated toys.

Groups: *published* are the five of the project's calibration table; *log law* have a logarithm
where a power law has none; *development* are curves that were looked at while the estimator's
priors were chosen, so that numbers on them are no proof; *held out* were written afterwards,
without looking at the estimator; *adversarial* break an assumption that it states. None is to be
tuned to.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from benchmarks.calibration.noisy import (
    NOISES,
    STANDARD,
    Curve,
    Data,
    Floats,
    Sizes,
    Source,
    curve,
    exact,
    geometric,
    irregular,
    one_two_five,
    power,
    simulated,
    squares,
    triangles,
)
from sims.engine.seeds import generator
from toys import (
    Bernoulli,
    BernoulliImprovement,
    Capacity,
    FrozenImprovement,
    GaussianMean,
    NearestNeighbor,
)

Group = Literal["published", "held out", "development", "adversarial", "log law"]

GROUPS: tuple[Group, ...] = ("published", "held out", "development", "adversarial", "log law")
COUNTS = (5, 7, 9, 11)
"""Numbers of sizes."""


class Form(NamedTuple):
    """A curve that is exactly c N^-a (1 + Σ b N^-w) + E: its w, and whether there is an E."""

    corrections: tuple[float, ...] = ()
    floor: bool = False


@dataclass(frozen=True)
class Scenario:
    """A source of noisy losses.

    Attributes
    ----------
    name : str
        Its seeds depend on it.
    group : str
        One of GROUPS.
    exponent : float
        The exponent as N goes to infinity.
    source : callable
        Data from a generator, a number of sizes and a noise.
    form : Form or None
        The right model, where the curve is of that form.
    floor : {"zero", "maybe", "free"}
        What the estimator is told of the irreducible loss.
    """

    name: str
    group: Group
    exponent: float
    source: Source
    form: Form | None = None
    floor: Literal["zero", "maybe", "free"] = "zero"

    @property
    def theory(self) -> tuple[float, ...] | None:
        """The correction that theory would supply; that of a pure power law is 1, and vanishes."""
        if self.form is None or self.form.floor or len(self.form.corrections) > 1:
            return None
        return self.form.corrections or (1.0,)

    def draw(self, noise: str, n: int, repetition: int) -> Data:
        """One data set; the same arguments give the same numbers.

        Parameters
        ----------
        noise : str
            One of NOISES.
        n : int
            Number of sizes.
        repetition : int
            Which of the independent repetitions.
        """
        label = {"scenario": self.name, "noise": noise, "n": n, "repetition": repetition}
        rng = generator("calibration v1" + json.dumps(label, sort_keys=True))
        return self.source(rng, n, NOISES[noise])


def _log_periodic(n: Floats) -> Floats:
    """Discrete scale invariance: 5 % up and down, once a factor of 8."""
    return np.asarray(n**-0.5 * (1 + 0.05 * np.cos(2 * np.pi * np.log(n) / np.log(8))))


_WHOLE = geometric(8, 8192, whole=True)
_LATER = geometric(16, 16384, whole=True)
_UNWRAPPED = geometric(32, 32768, whole=True)


def _published() -> list[Scenario]:
    def scenario(name: str, *terms: tuple[float, float]) -> Scenario:
        form = Form(tuple(w for _, w in terms))
        return Scenario(name, "published", 0.5, curve(power(0.5, *terms)), form)

    return [
        scenario("pure"),
        scenario("b=2, w=1", (2, 1)),
        scenario("b=-2, w=1", (-2, 1)),
        scenario("b=1, w=1/2", (1, 0.5)),
        Scenario(
            "floor E=.003", "published", 0.5, curve(power(0.5, floor=0.003)), Form((), True),
            floor="maybe",
        ),
    ]  # fmt: skip


def _development() -> list[Scenario]:
    """Looked at while the priors were chosen: numbers on these are no proof."""

    def made(name: str, a: float, *terms: tuple[float, float], sizes: Sizes = STANDARD) -> Scenario:
        form = Form(tuple(w for _, w in terms))
        return Scenario(name, "development", a, curve(power(a, *terms), sizes), form)

    def other(name: str, a: float, source: Source) -> Scenario:
        return Scenario(name, "development", a, source)

    coin, bent = Bernoulli(p=0.3, pseudocount=0.5), Bernoulli(p=0.1, pseudocount=1)
    counted = coin.at(sampler="counts")
    unsmoothed = Bernoulli(p=0.3, pseudocount=0)
    memory = Capacity(growth="power", c=0.5)
    torus = NearestNeighbor(d=3)
    sphere = NearestNeighbor(d=5, manifold="sphere", loss="absolute")
    interval = NearestNeighbor(d=1, manifold="cube", sampler="points")
    return [
        other("exact Bernoulli, p=.3, k=1/2", 1.0, curve(exact(coin, "N"), _WHOLE)),
        other("exact Bernoulli, p=.1, k=1", 1.0, curve(exact(bent, "N"), _LATER)),
        other("exact Bernoulli, p=.3, k=0", 1.0, curve(exact(unsmoothed, "N"), _LATER)),
        other("exact improvement", 2.0, curve(exact(BernoulliImprovement(), "N"), _WHOLE)),
        other("exact capacity, c=1/2", 0.5, curve(exact(memory, "theta"), squares)),
        other("exact interval", 2.0, curve(exact(interval, "D"), _WHOLE)),
        other("exact sphere, d=5", 0.2, curve(exact(sphere, "D"), _WHOLE)),
        other("simulated Bernoulli", 1.0, simulated(counted, "N", _WHOLE)),
        other("simulated torus, d=3", 2 / 3, simulated(torus, "D", _UNWRAPPED)),
        other("simulated sphere, d=5", 0.2, simulated(sphere, "D", _WHOLE)),
        other("simulated Gaussian, 30 replicates", 1.0,
              simulated(GaussianMean(d=4, loss="nll"), "N", _WHOLE, 30)),
        other("simulated Bernoulli, 100 replicates", 1.0, simulated(bent, "N", _LATER, 100)),
        made("two corrections", 0.5, (0.8, 0.5), (-1.5, 1)),
        other("shifted (N+5)^-1/2", 0.5, curve(lambda n: (n + 5) ** -0.5)),
        made("a=.1, b=1, w=1/2", 0.1, (1, 0.5)),
        made("a=1, b=-1.5, w=1", 1.0, (-1.5, 1)),
        made("a=2, b=3, w=1", 2.0, (3, 1)),
        made("a=1/3, b=.7, w=2/3", 1 / 3, (0.7, 2 / 3)),
        made("b=1.5, w=.8", 0.5, (1.5, 0.8)),
        made("b=200, w=3", 0.5, (200, 3)),
        made("steps of 2, then 10", 0.5, (1, 1), sizes=irregular),
        made("one decade", 0.5, (1, 1), sizes=geometric(8, 80)),
        Scenario("one size five times worse", "development", 0.5,
                 curve(power(0.5, (2, 1)), worst=5), Form((1,))),
        Scenario("Student noise", "development", 0.5,
                 curve(power(0.5, (2, 1)), heavy_tails=True), Form((1,))),
        Scenario("a=.3, floor E=.2", "development", 0.3, curve(power(0.3, floor=0.2)),
                 Form((), True), floor="free"),
    ]  # fmt: skip


def _held_out() -> list[Scenario]:
    """Not looked at. At the smallest size corrections are at most half of the leading term."""

    def scenario(name: str, a: float, source: Source) -> Scenario:
        return Scenario(name, "held out", a, source)

    rare = Bernoulli(p=0.05, pseudocount=0.5, sampler="counts")
    torus = NearestNeighbor(d=6, loss="absolute")
    cube = NearestNeighbor(d=3, manifold="cube", sampler="points", queries=16)
    sphere = NearestNeighbor(d=8, manifold="sphere", loss="absolute")
    memory = Capacity(growth="shared", unit="states", p=0.4)
    frozen = FrozenImprovement(p=0.3, alpha=0.6, delta=20)
    return [
        # A power series in the distance r, and E r^n is proportional to D^(-n/6) (1 + O(1/D)).
        scenario("exact torus, d=6", 1 / 6,
                 curve(exact(torus, "D"), geometric(200, 204_800, whole=True))),
        # Excess risk of least squares with 20 Gaussian features: E tr (X'X)^-1 of a Wishart matrix.
        scenario("exact regression, 20 features", 1.0,
                 curve(lambda n: 20 / (n - 21), geometric(64, 16_384, whole=True))),
        scenario("simulated Bernoulli, p=.05", 1.0,
                 simulated(rare, "N", geometric(20, 20_480, whole=True))),
        # A share of the queries of order D^-1/3 is so near to a face that the distance is longer;
        # by a bounded factor, since an eighth of a small ball around any point is in the cube.
        scenario("simulated cube, d=3, 200 replicates", 2 / 3,
                 simulated(cube, "D", geometric(16, 1024, whole=True), 200)),
        scenario("simulated sphere, d=8, 1000 replicates", 1 / 8,
                 simulated(sphere, "D", _WHOLE, 1000)),
        # 1/(2 N_max) to leading order, and N_max = sqrt(2 theta) - 3/2 + o(1).
        scenario("simulated shared memory", 0.5, simulated(memory, "theta", triangles)),
        # The frequency moves by something over N + 20, and KL has a slope there, as alpha is not p.
        scenario("simulated frozen improvement", 1.0,
                 simulated(frozen, "N", geometric(40, 40_960, whole=True))),
        Scenario("two corrections of one sign, sizes 1-2-5", "held out", 0.7,
                 curve(power(0.7, (1, 0.6), (1.5, 0.9)), one_two_five), Form((0.6, 0.9))),
        scenario("1 / (N^.6 + 1.5)", 0.6, curve(lambda n: 1 / (n**0.6 + 1.5))),
        scenario("(N+2)^-1.5, correlated", 1.5,
                 curve(lambda n: (n + 2) ** -1.5, correlated="stated")),
        scenario("(N+12)^-.07", 0.07, curve(lambda n: (n + 12) ** -0.07)),
        # N^-0.4 sqrt(1 + 9 N^-1.2): the faster of the two dies out.
        scenario("root of N^-.8 + 9 N^-2", 0.4, curve(lambda n: np.sqrt(n**-0.8 + 9 * n**-2.0))),
        Scenario("400 N^-.34 + 1.7, N to 1e10", "held out", 0.34,
                 curve(lambda n: 400 * n**-0.34 + 1.7, geometric(1e7, 1e10)),
                 Form((), True), floor="free"),
        Scenario("a=.7, floor E=.001", "held out", 0.7, curve(power(0.7, floor=0.001)),
                 Form((), True), floor="maybe"),
    ]  # fmt: skip


def _adversarial() -> list[Scenario]:
    def scenario(name: str, a: float, losses: Curve) -> Scenario:
        return Scenario(name, "adversarial", a, curve(losses))

    return [
        scenario("slow logarithm", 0.5, lambda n: n**-0.5 * (1 + 1 / np.log(n))),
        scenario("log-periodic", 0.5, _log_periodic),
        scenario("crossover at 4000", 1.5, lambda n: n**-0.5 / (1 + n / 4000)),
        scenario("omitted floor E=.003", 0.5, power(0.5, floor=0.003)),
        scenario("1 / (N^.2 + 1)", 0.2, lambda n: 1 / (n**0.2 + 1)),
        Scenario("correlation not stated", "adversarial", 0.5,
                 curve(power(0.5, (2, 1)), correlated="hidden")),
    ]  # fmt: skip


def _log_laws() -> list[Scenario]:
    return [
        Scenario("log N / N", "log law", 1.0, curve(lambda n: np.log(n) / n)),
        Scenario(
            "N^-1/2 (1 + .3 log N)",
            "log law",
            0.5,
            curve(lambda n: n**-0.5 * (1 + 0.3 * np.log(n))),
        ),
    ]


SCENARIOS = {
    s.name: s
    for group in (_published, _held_out, _development, _adversarial, _log_laws)
    for s in group()
}
"""Every scenario, by name."""
