"""Two pieces of code side by side: verified equal, then timed in turns."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from toys.moments import Moments

PRECISION = 0.1
"""Standard error of a difference at most, over the mean: a larger one shows nothing."""

LOG_PRECISION = 0.2
"""The same of a mean logarithm, absolute."""


@dataclass(frozen=True)
class Race:
    """Ours against a peer's.

    Attributes
    ----------
    name, peer : str
        What is measured, and what it is measured against.
    ours, theirs : callable
        The code; what they return is given to `verify`.
    verify : callable
        Takes both results, and raises AssertionError unless they agree.
    ours_per, theirs_per : float
        Work done by one call, where it differs between the two.
    """

    name: str
    peer: str
    ours: Callable[[], Any]
    theirs: Callable[[], Any]
    verify: Callable[[Any, Any], None]
    ours_per: float = 1.0
    theirs_per: float = 1.0


def new_rng() -> np.random.Generator:
    """A generator with the seed of all races."""
    return np.random.Generator(np.random.PCG64DXSM(20260101))


def same_mean(ours: Moments, theirs: Moments) -> None:
    """Two independent estimates of one mean, within 5 standard errors of at most 10 %."""
    _agree(ours, theirs, PRECISION * abs(theirs.mean))


def same_mean_log(ours: Moments, theirs: Moments) -> None:
    """Two independent estimates of one mean logarithm, which may be near 0."""
    _agree(ours, theirs, LOG_PRECISION)


def _agree(ours: Moments, theirs: Moments, precision: float) -> None:
    error = math.hypot(ours.standard_error, theirs.standard_error)
    assert error < precision, (ours, theirs)
    assert abs(ours.mean - theirs.mean) <= 5 * error, (ours, theirs)


def run_race(race: Race, repeats: int = 7) -> dict[str, Any]:
    """Verify, which also compiles; then time in turns.

    Returns
    -------
    dict
        `ratio` is the median of the peer's time over ours, per unit of work; `low` and `high` its
        range over the repeats; `ours_seconds` and `peer_seconds` the shortest times.
    """
    race.verify(race.ours(), race.theirs())
    ours, theirs = [], []
    for _ in range(repeats):
        ours.append(_seconds(race.ours) / race.ours_per)
        theirs.append(_seconds(race.theirs) / race.theirs_per)
    ratios = [their / our for our, their in zip(ours, theirs, strict=True)]
    return {
        "name": race.name,
        "peer": race.peer,
        "ratio": median(ratios),
        "low": min(ratios),
        "high": max(ratios),
        "ours_seconds": min(ours) * race.ours_per,
        "peer_seconds": min(theirs) * race.theirs_per,
    }


def _seconds(function: Callable[[], Any]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start
