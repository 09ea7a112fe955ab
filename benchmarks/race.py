"""Two pieces of code side by side: verified equal, then timed in turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any


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
