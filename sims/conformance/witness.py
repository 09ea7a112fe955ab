"""Rules about witnesses: a mechanism does not know the answer, and its replicates are many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from scipy.stats import binom, chi2, norm, rankdata

from sims.conformance.trials import Skipped, Trials, each_sampler, require, rng_of
from sims.conformance.work import affordable
from toys import Toy

FEW = 200
"""Replicates that show whether a sampler varies."""

TRIVIAL = 1e-3
"""Noise of less than this share of the exact value is none: real mechanisms vary by more."""

CALLS, LENGTH = 200, 64
"""Blocks that are simulated to see whether replicates depend on one another, and their length."""

LEVEL = 1e-9
"""Level of each test of independence."""

RARE = 10.0
"""Ranks with a kurtosis above this hardly vary: they say too little of dependence."""


def ignorant(trials: Trials) -> str | None:
    """A mechanism does not ask what is exact, and is not exact itself.

    Found is every sampler that calls `exact`, whatever noise it adds, and every one that has noise
    but whose losses all lie within a thousandth of the exact value, whatever the parameters.
    """
    seed = trials.seed
    asked_nothing: set[Toy] = set()
    varied: dict[str, list[bool]] = {}

    def look(made: Toy) -> None:
        exact = made.exact()
        if exact is None or exact == 0:
            return
        for one in _mechanisms(made):
            if one in asked_nothing or affordable(one, seed) < FEW:
                continue
            with _watched(type(one)) as asked:
                losses = one.simulate(rng_of(one, seed), 1 if one.deterministic else FEW)
            require(
                not asked, f"{one!r}: the mechanism asks for exact(); it must know nothing of it"
            )
            asked_nothing.add(one)
            if not one.deterministic:
                apart = bool(np.any(np.abs(losses - exact) > TRIVIAL * abs(exact)))
                varied.setdefault(getattr(one, "sampler", "simulate"), []).append(apart)

    trials.for_all(look)
    if not asked_nothing:
        raise Skipped("no exact value, no mechanism, or too much work")
    for sampler, apart in varied.items():
        require(
            any(apart),
            f"{sampler!r} gives exact() to {TRIVIAL:g} for all of {len(apart)} toys: it is a "
            "formula, not a mechanism",
        )
    return f"{len(asked_nothing)} mechanisms"


def _mechanisms(made: Toy) -> Iterator[Toy]:
    """The toy with each sampler that is no short-cut and goes with its other parameters."""
    if "sampler" not in type(made).model_fields:
        yield made
        return
    for sampler in made.bounds_of("sampler").choices:
        if sampler not in made.shortcuts:
            with suppress(ValidationError):
                yield made.at(sampler=sampler)


@contextmanager
def _watched(toy: type[Toy]) -> Iterator[list[Toy]]:
    """Note every call of `exact`, of the class and of those that it inherits from."""
    asked: list[Toy] = []
    watched: list[tuple[type, Callable[..., Any]]] = [
        (cls, vars(cls)["exact"]) for cls in toy.__mro__ if "exact" in vars(cls)
    ]

    def watching(exact: Callable[..., Any]) -> Callable[..., Any]:
        def watch(self: Toy) -> Any:
            asked.append(self)
            return exact(self)

        return watch

    try:
        for cls, exact in watched:
            cls.exact = watching(exact)  # type: ignore[attr-defined]
        yield asked
    finally:
        for cls, exact in watched:
            cls.exact = exact  # type: ignore[attr-defined]


# ---- independence ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dependence:
    """What ranks of losses, shape (calls, replicates), say about independence.

    Attributes
    ----------
    ratio : float
        How much the means of calls vary, as a multiple of what independent replicates would: 0 for
        antithetic pairs, 2 for duplicated ones.
    ratio_level : float
        How probable so small, or so large, a ratio is.
    serial : float
        Correlation of each replicate with the next.
    serial_level : float
        How probable so large a one is, of either sign.
    repeats : int
        Losses that occur twice in one call and in no other.
    repeats_level : float
        How probable so many are.
    """

    ratio: float
    ratio_level: float
    serial: float
    serial_level: float
    repeats: int
    repeats_level: float


def dependence(losses: NDArray[np.float64]) -> Dependence | None:
    """Test whether the replicates of each call are independent, whatever their distribution.

    Independent replicates can change places: every number here is what random exchanges of all
    losses would give.

    Parameters
    ----------
    losses : ndarray of float64, shape (calls, replicates)
        Each call with a generator of its own.

    Returns
    -------
    Dependence or None
        None if the losses hardly vary.
    """
    calls, length = losses.shape
    ranks = rankdata(losses).reshape(losses.shape)
    ranks -= ranks.mean()
    variance = float(np.mean(ranks**2))
    if variance == 0 or (kurtosis := float(np.mean(ranks**4)) / variance**2) > RARE:
        return None
    ratio = float(np.var(ranks.mean(axis=1), ddof=1)) * length / variance
    freedom = 2 * (calls - 1) / (2 + (kurtosis - 3) / length)
    tails = chi2.cdf(ratio * freedom, freedom), chi2.sf(ratio * freedom, freedom)
    pairs = calls * (length - 1)
    serial = float(np.sum(ranks[:, 1:] * ranks[:, :-1])) / (pairs * variance)
    _, group, count = np.unique(losses, return_inverse=True, return_counts=True)
    members = np.unique(np.stack([group.ravel(), np.repeat(np.arange(calls), length)]), axis=1)[0]
    homes = np.bincount(members)  # in how many calls each value occurs
    repeated = count > 1
    repeats = int(np.sum(repeated & (homes == 1)))
    together = (length - 1) / (losses.size - 1)  # that two equal losses are of one call
    return Dependence(
        ratio, 2 * float(min(tails)), serial, 2 * float(norm.sf(abs(serial) * pairs**0.5)),
        repeats, float(binom.sf(repeats - 1, int(np.sum(repeated)), together)),
    )  # fmt: skip


def independent(trials: Trials) -> str | None:
    """Replicates of one call are independent: no pairs, no chains, no common part, no copies.

    Found are, in 200 calls of 64 replicates: a common part with a correlation of 0.02 (antithetic
    and duplicated pairs have 1/63), a correlation of 0.06 between neighbours, and four losses that
    occur twice where none else does.
    """
    seed = trials.seed
    examined = 0
    for made in each_sampler(trials.small()):
        if made.deterministic or affordable(made, seed) < CALLS * LENGTH:
            continue
        seen = dependence(
            np.array([made.simulate(rng_of(made, seed, call), LENGTH) for call in range(CALLS)])
        )
        if seen is None:
            continue
        require(
            seen.ratio_level > LEVEL,
            f"{made!r}: means of {LENGTH} replicates vary {seen.ratio:.2g} times as much as "
            f"independent ones do, p = {seen.ratio_level:.2g}",
        )
        require(
            seen.serial_level > LEVEL,
            f"{made!r}: each replicate has the correlation {seen.serial:+.2g} with the next, "
            f"p = {seen.serial_level:.2g}",
        )
        require(
            seen.repeats_level > LEVEL,
            f"{made!r}: {seen.repeats} losses occur twice in one call, and never in another",
        )
        examined += 1
    if not examined:
        raise Skipped("no noise, losses that hardly vary, or too much work")
    return f"{CALLS * LENGTH} replicates of {examined} samplers"
