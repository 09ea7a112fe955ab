"""Rules about numbers: simulation, exact values and derivations against each other."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, ks_2samp

import symbolic
from sims.conformance.trials import Skipped, Trials, require, rng_of
from sims.conformance.work import affordable
from sims.tables.theory import OF_THE_LOSS, parameters_of
from toys import Moments, Toy

SIGMAS = 5.0

TINY = 1e-20
"""Below this a finite expression that is computed to 30 digits may vanish in their rounding."""

RELATIVE_ERROR = 0.005
FEWEST, MOST = 20_000, 2_000_000
"""Replicates of one example. One that cannot afford the fewest is passed over, by its work."""

EVENTS = 100
"""Losses, of the fewest replicates, that must make the variance: one that a few rare events make is
not known, and events that have not been seen at all are not in it."""

SLIPS = (0.95, 1.05)
"""Exact values that are wrong by these factors must not pass."""

SIMILAR = 1e-6
"""Level of the two-sample test between short-cut and mechanism, and of distances from exact."""

SEVERAL = 8
"""Toys whose distances from exact tell errors that are wrong: of 20, by a factor of 2 or 1/3."""

ROUNDING = 1e-12
"""A relative standard error below this is rounding: the losses do not vary."""

CONTAMINATION = 0.04
"""Share of losses made the largest of all, which the two-sample test must notice."""

TWO_SAMPLE = 50_000
"""Replicates of each: any gap of 0.02 between the distribution functions is found."""


def exact_against_derivation(trials: Trials) -> str | None:
    """The exact value is what the finite expression of the derivation gives."""
    toy = trials.toy
    compared = 0

    def holds(made: Toy) -> None:
        nonlocal compared
        value = made.exact()
        links = {made.derivation(axis) for axis in toy.axes()}
        for name in set(symbolic.names()) & links:
            found = symbolic.get(name)
            if value is None or found.finite_of != OF_THE_LOSS:
                continue
            try:
                derived = found.finite_at(parameters_of(made, found))
            except ZeroDivisionError:  # outside the case that the finite expression covers
                continue
            if derived is None:
                continue
            same = abs(value) < TINY if derived == 0 else abs(value / float(derived) - 1) < 1e-10
            require(same, f"{made!r}: exact() = {value!r}, but {name} says {float(derived)!r}")
            compared += 1

    trials.for_all(holds)
    if not compared:
        raise Skipped("no exact value, or no finite expression in its derivation")
    return f"{compared} comparisons to 1e-10"


def monte_carlo(trials: Trials) -> str | None:
    """Simulation is within 5 standard errors of exact, which slips of 5 % are not.

    Nor is it closer, over all toys, or further off, than chance allows: noise that cancels comes
    closer, and error bars that are too small leave it further off.
    """
    seed = trials.seed
    tested = rejected = equal = 0
    off: dict[Toy, float] = {}

    def holds(made: Toy) -> None:
        nonlocal tested, rejected, equal
        exact = made.exact()
        if exact is None:
            return
        if made.deterministic:
            mean = made.simulate_moments(rng_of(made, seed), 10).mean
            require(
                abs(mean - exact) <= 1e-9 * abs(exact), f"{made!r}: {mean!r} is not exact {exact!r}"
            )
            equal += 1
            return
        found = _away(made, exact, seed)
        if found is None:
            return
        seen, (sigmas, *slips) = found
        require(
            abs(sigmas) <= SIGMAS,
            f"{made!r}: simulated {seen:.6g} is {sigmas:+.1f} standard errors from exact "
            f"{exact:.6g}",
        )
        off[made] = sigmas
        tested += 1
        rejected += min(map(abs, slips)) > SIGMAS

    trials.for_all(holds)
    if not tested and not equal:
        raise Skipped(f"no exact value that a standard error of {RELATIVE_ERROR:.1%} can be set by")
    require(rejected == tested, "an exact value that is 5 % off is not noticed")
    if len(off) >= SEVERAL:
        _require_usual_distances(list(off.values()))
    words = [f"{tested} toys within {SIGMAS:g} standard errors, which a slip of 5 % is not"]
    return " and ".join(
        words * bool(tested) + [f"{equal} without noise equal to 1e-9"] * bool(equal)
    )


def _require_usual_distances(sigmas: list[float]) -> None:
    """Distances from exact, in standard errors, are neither too small nor too large together."""
    squares = sum(one**2 for one in sigmas)
    levels = {
        "closer to": chi2.cdf(squares, len(sigmas)),
        "further from": chi2.sf(squares, len(sigmas)),
    }
    for where, level in levels.items():
        require(
            level > SIMILAR,
            f"together {len(sigmas)} toys are {where} exact than independent replicates come by "
            f"chance: p = {level:.2g}",
        )


def _away(made: Toy, exact: float, seed: int) -> tuple[float, list[float]] | None:
    """What was simulated, and by how many standard errors it is off exact and each slip of it.

    None where that takes too much work.
    """
    most = min(MOST, affordable(made, seed))
    if most < FEWEST:
        return None
    rng = rng_of(made, seed)
    supposed = [slip * exact for slip in (1.0, *SLIPS)]
    if made.statistic == "median":
        return _median_away(made, supposed, rng, most)
    geometric = made.statistic == "geometric mean"
    seen = _precise(made, rng, most, logarithms=geometric)
    if seen is None:
        return None
    if geometric:
        away = [(seen.mean - math.log(value)) / seen.standard_error for value in supposed]
        return math.exp(seen.mean), away
    return seen.mean, [(seen.mean - value) / seen.standard_error for value in supposed]


def _precise(made: Toy, rng: np.random.Generator, most: int, *, logarithms: bool) -> Moments | None:
    """Moments of losses with a small relative error, or of their logarithms with a small one."""

    def more(replicates: int) -> Moments:
        if not logarithms:
            return made.simulate_moments(rng, replicates)
        return Moments.of(np.log(made.simulate(rng, replicates)))

    if not logarithms and _events(made.simulate(rng, FEWEST)) < EVENTS:
        return None
    seen = more(FEWEST)
    while True:
        require(np.isfinite(seen.mean), f"{made!r} has losses that are not finite")
        scale = 1.0 if logarithms else abs(seen.mean)
        if seen.standard_error <= ROUNDING * scale:
            return None
        relative = seen.standard_error / scale if scale else math.inf
        if relative <= RELATIVE_ERROR:
            return seen
        needed = 1.2 * seen.count * (relative / RELATIVE_ERROR) ** 2
        if needed > most:
            return None
        seen = seen.merge(more(int(needed) - seen.count))


def _events(losses: NDArray[np.float64]) -> float:
    """Of how many losses the variance is made: of all, or of the few that differ from the rest."""
    squares = (losses - losses.mean()) ** 2
    fourth = float(np.sum(squares**2))
    return float(np.sum(squares)) ** 2 / fourth if fourth else math.inf


def _median_away(
    made: Toy, supposed: list[float], rng: np.random.Generator, most: int
) -> tuple[float, list[float]] | None:
    """The sign test: of as many losses as notice a slip, half lie below the median."""
    losses = np.empty(0)
    while (wanted := max(FEWEST, losses.size)) <= most - losses.size:
        losses = np.append(losses, made.simulate(rng, wanted))
        error = 0.5 / math.sqrt(losses.size)
        away = [float(0.5 - np.mean(losses <= value)) / error for value in supposed]
        if min(map(abs, away[1:])) > SIGMAS + 1:
            return float(np.median(losses)), away
    return None


def shortcuts(trials: Trials) -> str | None:
    """A short-cut has the distribution of the mechanism."""
    toy, seed = trials.toy, trials.seed
    if not toy.shortcuts:
        raise Skipped("no short-cuts")
    mechanisms = [s for s in toy.bounds_of("sampler").choices if s not in toy.shortcuts]
    require(mechanisms, "every sampler is a short-cut: no witness is left")
    made = trials.small()
    for shortcut in toy.shortcuts:
        for mechanism in mechanisms:
            one, other = (made.at(sampler=sampler) for sampler in (shortcut, mechanism))
            fast = one.simulate(rng_of(one, seed), TWO_SAMPLE)
            real = other.simulate(rng_of(other, seed), TWO_SAMPLE)
            p_value = ks_2samp(fast, real, method="asymp").pvalue
            require(p_value > SIMILAR, f"{shortcut!r} and {mechanism!r} differ: p = {p_value:.2g}")
            strange = rng_of(one, seed, 1).random(fast.size) < CONTAMINATION
            mixed = np.where(strange, real.max(), fast)
            control = ks_2samp(mixed, real, method="asymp").pvalue
            require(
                control < SIMILAR,
                f"{CONTAMINATION:.0%} of losses too large are not noticed: p = {control:.2g}",
            )
    return f"{', '.join(toy.shortcuts)} against {', '.join(mechanisms)}"
