"""Rules about randomness: what depends on it, and what must not."""

from __future__ import annotations

import random

import numpy as np

from sims.conformance.trials import Skipped, Trials, each_sampler, require, rng_of
from sims.engine.cell import Cell
from sims.engine.plan import MIN_BLOCKS
from sims.engine.run import run_sweeps
from sims.engine.sweep import Sweep
from toys import Toy
from toys.toy import AVERAGES

FEW = 2000
"""Replicates at each size of a sweep, in all its blocks."""


def repeatable(trials: Trials) -> str | None:
    """The same cell gives the same losses, another block others."""
    seed = trials.seed
    for made in each_sampler(trials.small()):
        first, other, again = (Cell(made, block, 500, seed).run() for block in (0, 1, 0))
        require(first == again, f"the same cell of {made!r} gives {first}, then {again}")
        if not made.deterministic:
            require(first != other, f"two blocks of {made!r} have the same losses")
            rng = rng_of(made, seed)
            state = rng.bit_generator.state
            made.simulate(rng, 10)
            require(rng.bit_generator.state != state, f"{made!r} draws nothing from its generator")
    return None


def prefix(trials: Trials) -> str | None:
    """More blocks and sizes leave the earlier ones as they were."""
    seed, made = trials.seed, trials.small()
    axis, sizes = _few_sizes(made)
    blocks = _blocks(made)
    longer = {
        c.label: c.run()
        for c in Sweep(made, {axis: sizes}, FEW // blocks, blocks + 1, seed).cells()
    }
    fewer = sizes if axis in made.path_axes else sizes[:2]  # `paths` sees to the sizes of a path
    for cell in Sweep(made, {axis: fewer}, FEW // blocks, blocks, seed).cells():
        require(cell.run() == longer[cell.label], f"{cell.toy!r}: more cells move earlier ones")
    return None


def _few_sizes(made: Toy) -> tuple[str, list[float]]:
    axis = next(iter(type(made).axes()))
    start = getattr(made, axis)
    return axis, [start, start * 2, start * 3]


def _blocks(made: Toy) -> int:
    """As few blocks as a sweep may have, and two at least."""
    return 2 if made.statistic in AVERAGES else MIN_BLOCKS


def threads(trials: Trials) -> str | None:
    """Threads change no bit."""
    seed, made = trials.seed, trials.small()
    axis, sizes = _few_sizes(made)
    blocks = _blocks(made)
    sweeps = [Sweep(one, {axis: sizes}, FEW // blocks, blocks, seed) for one in each_sampler(made)]
    serial, threaded = (run_sweeps(sweeps, workers=workers) for workers in (1, 4))
    for one, other in zip(serial, threaded, strict=True):
        same = (one.moments, one.path) == (other.moments, other.path)
        require(same, f"{one.sweep.toy!r}: threads change the result")
    return None


def global_state(trials: Trials) -> str | None:
    """No global random state is touched."""
    seed = trials.seed
    before = repr(np.random.get_state()), random.getstate()  # noqa: NPY002
    for made in each_sampler(trials.small()):
        made.simulate(rng_of(made, seed), 50)
    after = repr(np.random.get_state()), random.getstate()  # noqa: NPY002
    require(before == after, "simulate changes the global random state")
    return None


def paths(trials: Trials) -> str | None:
    """One run through several sizes is, at each of them, what a run to that size is."""
    made = trials.small()
    if not made.path_axes:
        raise Skipped("no axis along which one run passes through every size")
    for one in each_sampler(made):
        for axis in made.path_axes:
            start = getattr(one, axis)
            sizes = [start * 2, start, start * 3]
            path = one.simulate_path(rng_of(one, trials.seed), 50, axis, sizes)
            require(path.shape == (50, 3), f"{one!r}: a path of 50 runs has shape {path.shape}")
            for i, size in enumerate(sizes):
                alone = one.at(**{axis: size}).simulate(rng_of(one, trials.seed), 50)
                require(
                    np.array_equal(path[:, i], alone),
                    f"{one!r}: a path through {axis} = {size} is not the run that ends there",
                )
    return ", ".join(made.path_axes)
