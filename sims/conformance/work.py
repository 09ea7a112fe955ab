"""How much work a simulation is: counted, not timed, so that a busy machine changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from sims.conformance.trials import rng_of
from toys import Toy

MULTIPLIER = 0xDA942042E4DD58B5
"""Of the recurrence of PCG64DXSM, state ← MULTIPLIER · state + increment modulo 2¹²⁸."""

WORK = 10**9
"""Random words that one example may draw: some seconds, on any machine that is not busy."""

BATCH = 64
"""Replicates that are simulated to see how many words one takes: bulk draws serve so many."""

_MASK = 2**128 - 1


def words_between(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> int:
    """How many random words of 64 bits were drawn between two states of a PCG64DXSM generator.

    The state is that of a linear recurrence of full period, whose steps can be counted bit by bit:
    the last k bits repeat after 2^k steps (Brown 1994, 'Random number generation with arbitrary
    strides').

    Parameters
    ----------
    earlier, later : mapping
        What `bit_generator.state` was before and after.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If they are of another kind of generator, or of two generators.
    """
    state, wanted = earlier["state"], later["state"]
    kinds = {earlier["bit_generator"], later["bit_generator"]}
    if kinds != {"PCG64DXSM"} or state["inc"] != wanted["inc"]:
        raise ValueError("words are counted between two states of one PCG64DXSM generator")
    current, target = state["state"], wanted["state"]
    multiplier, increment = MULTIPLIER, state["inc"]
    words, bit = 0, 1
    while current != target:
        if (current ^ target) & bit:
            current = (multiplier * current + increment) & _MASK
            words |= bit
        bit <<= 1
        increment = (multiplier + 1) * increment & _MASK
        multiplier = multiplier * multiplier & _MASK
    return words


def words_drawn(toy: Toy, rng: np.random.Generator, replicates: int) -> int:
    """How many random words so many replicates draw together; they are simulated.

    Parameters
    ----------
    toy : Toy
        The toy at one size.
    rng : numpy.random.Generator
        Of the kind that cells have.
    replicates : int
        How many.

    Returns
    -------
    int
    """
    before = rng.bit_generator.state
    toy.simulate(rng, replicates)
    return words_between(before, rng.bit_generator.state)


@lru_cache(maxsize=4096)
def affordable(toy: Toy, seed: int) -> int:
    """How many replicates of the toy draw `WORK` random words; few are simulated to know it.

    Parameters
    ----------
    toy : Toy
        The toy at one size.
    seed : int
        Of the few: what a replicate draws may be random.

    Returns
    -------
    int
        Zero where a single replicate draws too many words for a small batch to be tried.
    """
    rng = rng_of(toy, seed)
    if words_drawn(toy, rng, 1) * BATCH > WORK:
        return 0
    return WORK * BATCH // max(1, words_drawn(toy, rng, BATCH))
