"""The rules that every toy keeps, each as a function that says what it found."""

from __future__ import annotations

import math
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Protocol

import numpy as np
from numba.core.dispatcher import Dispatcher
from scipy.stats import ks_2samp

import symbolic
from sims.origin import modules_of
from sims.run import run_sweeps
from sims.seeds import generator
from sims.sweep import Cell, Sweep
from toys import Moments, Toy
from toys.toy import AVERAGES

SIGMAS = 5.0
RELATIVE_ERROR = 0.005
FEWEST, MOST = 20_000, 2_000_000
SLOW = 5.0
"""Toys that take longer than so many seconds for the fewest replicates are passed over."""

SLIPS = (0.95, 1.05)
"""Exact values that are wrong by these factors must not pass."""

SIMILAR = 1e-6
"""Level of the two-sample test between short-cut and mechanism."""

ROUNDING = 1e-12
"""A relative standard error below this is rounding: the losses do not vary."""

CONTAMINATION = 0.04
"""Share of losses made the largest of all, which the two-sample test must notice."""

TWO_SAMPLE = 50_000
"""Replicates of each: any gap of 0.02 between the distribution functions is found."""


class Violation(Exception):
    """A rule is broken; the message says how."""


class Skipped(Exception):
    """A rule does not apply; the message says why."""


class Trials(Protocol):
    """A toy class under examination, and examples of it."""

    @property
    def toy(self) -> type[Toy]:
        """The class."""

    @property
    def seed(self) -> int:
        """Seed of the examples and of every simulation."""

    def sample(self) -> Toy:
        """One toy: the default, or, where there is none, the first that is valid."""

    def small(self) -> Toy:
        """A toy of a size at which plain Python is fast enough."""

    def for_all(self, holds: Callable[[Toy], None]) -> None:
        """Try a rule on many toys; a violation is shrunk to a simple one."""


def each_sampler(toy: Toy) -> list[Toy]:
    """The toy with every sampler it has."""
    if "sampler" not in type(toy).model_fields:
        return [toy]
    return [toy.at(sampler=sampler) for sampler in toy.bounds_of("sampler").choices]


def _require(condition: object, message: str) -> None:
    if not condition:
        raise Violation(message)


def _rng(toy: Toy, seed: int, block: int = 0) -> np.random.Generator:
    return generator(Cell(toy, block, 1, seed).label)


def _record(trials: Trials) -> str | None:
    toy, seed = trials.toy, trials.seed
    sample = trials.sample()
    _require(toy.axes(), "no field is marked as a size axis, as in Annotated[int, Size('tosses')]")
    _require(sample.quantity.strip(), "quantity is empty")
    _require(sample.source.strip(), "source is empty")
    _require((toy.__doc__ or "").strip(), "the class has no docstring, which is its definition")
    again = toy.model_validate_json(sample.model_dump_json())
    _require(again == sample, "the record changes on its way through JSON")
    for made in each_sampler(trials.small()):
        losses = made.simulate(_rng(made, seed), 100)
        _require(
            isinstance(losses, np.ndarray)
            and losses.shape == (100,)
            and losses.dtype == np.float64,
            f"simulate(rng, 100) of {made!r} must return 100 losses of float64",
        )
        _require(np.all(np.isfinite(losses)), f"{made!r} has losses that are not finite")
    for shortcut in toy.shortcuts:
        _require(
            "sampler" in toy.model_fields and shortcut in toy.bounds_of("sampler").choices,
            f"short-cut {shortcut!r} is no value of the field sampler",
        )
    return None


def _name(trials: Trials) -> str | None:
    toy = trials.toy
    _require(re.fullmatch(r"[a-z][a-z0-9_]*", toy.name), f"{toy.name!r} is no snake_case name")
    return toy.name


def _links(trials: Trials) -> str | None:
    toy = trials.toy
    links: set[str] = set()

    def holds(made: Toy) -> None:
        for axis in toy.axes():
            name = made.derivation(axis)
            if name is None:
                continue
            _require(name in symbolic.names(), f"{made!r} links to {name!r}, no known derivation")
            found = symbolic.get(name)
            _require(found.size.symbol.name == axis, f"the size of {name} is not {axis}")
            fields = set(toy.model_fields)
            strange = {variable.symbol.name for variable in found.parameters} - fields
            _require(not strange, f"parameters {sorted(strange)} of {name} are no fields")
            outside = found.outside(made.model_dump())
            _require(outside is None, f"{made!r} links to {name}, but {outside}")
            links.add(name)

    trials.for_all(holds)
    if not links:
        raise Skipped("no derivation is linked")
    return ", ".join(sorted(links))


def _kernels(trials: Trials) -> str | None:
    toy, seed = trials.toy, trials.seed
    modules = modules_of(toy)
    kernels = [
        n for module in modules for n, v in vars(module).items() if isinstance(v, Dispatcher)
    ]
    if not kernels:
        raise Skipped("no compiled kernels in its file")
    for made in each_sampler(trials.small()):
        compiled = made.simulate(_rng(made, seed), 20)
        with _plain_python(modules):
            plain = made.simulate(_rng(made, seed), 20)
        close = np.abs(compiled - plain) <= 4 * np.spacing(np.abs(plain))
        _require(np.all(close), f"{made!r}: compiled kernels and plain Python differ")
    return ", ".join(kernels)


@contextmanager
def _plain_python(modules: list[ModuleType]) -> Iterator[None]:
    """Put each kernel's Python function in its place."""
    compiled = [
        (vars(module), name, value)
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, Dispatcher)
    ]
    for namespace, name, kernel in compiled:
        namespace[name] = kernel.py_func
    try:
        yield
    finally:
        for namespace, name, kernel in compiled:
            namespace[name] = kernel


def _repeatable(trials: Trials) -> str | None:
    seed = trials.seed
    for made in each_sampler(trials.small()):
        first, other, again = (Cell(made, block, 500, seed).run() for block in (0, 1, 0))
        _require(first == again, f"the same cell of {made!r} gives {first}, then {again}")
        if not made.deterministic:
            _require(first != other, f"two blocks of {made!r} have the same losses")
            rng = _rng(made, seed)
            state = rng.bit_generator.state
            made.simulate(rng, 10)
            _require(rng.bit_generator.state != state, f"{made!r} draws nothing from its generator")
    return None


def _prefix(trials: Trials) -> str | None:
    seed, made = trials.seed, trials.small()
    axis, sizes = _few_sizes(made)
    longer = {c.label: c.run() for c in Sweep(made, {axis: sizes}, 500, 3, seed).cells()}
    for cell in Sweep(made, {axis: sizes[:2]}, 500, 2, seed).cells():
        _require(cell.run() == longer[cell.label], f"{cell.toy!r}: more blocks move earlier ones")
    return None


def _few_sizes(made: Toy) -> tuple[str, list[float]]:
    axis = next(iter(type(made).axes()))
    start = getattr(made, axis)
    return axis, [start, start * 2, start * 3]


def _threads(trials: Trials) -> str | None:
    seed, made = trials.seed, trials.small()
    axis, sizes = _few_sizes(made)
    sweeps = [Sweep(one, {axis: sizes}, 2000, 4, seed) for one in each_sampler(made)]
    serial, threaded = (run_sweeps(sweeps, workers=workers) for workers in (1, 4))
    for one, other in zip(serial, threaded, strict=True):
        _require(one.moments == other.moments, f"{one.sweep.toy!r}: threads change the result")
    return None


def _global_state(trials: Trials) -> str | None:
    seed = trials.seed
    before = repr(np.random.get_state()), random.getstate()  # noqa: NPY002
    for made in each_sampler(trials.small()):
        made.simulate(_rng(made, seed), 50)
    after = repr(np.random.get_state()), random.getstate()  # noqa: NPY002
    _require(before == after, "simulate changes the global random state")
    return None


def _exact_against_derivation(trials: Trials) -> str | None:
    toy = trials.toy
    compared = 0

    def holds(made: Toy) -> None:
        nonlocal compared
        name = made.derivation(next(iter(toy.axes())))
        value = made.exact()
        if name is None or value is None or name not in symbolic.names():
            return
        try:
            derived = symbolic.get(name).finite_at(made.model_dump())
        except ZeroDivisionError:  # outside the case that the finite expression covers
            return
        if derived is None or derived == 0:
            return
        error = abs(value / float(derived) - 1)
        _require(
            error < 1e-10, f"{made!r}: exact() = {value!r}, but {name} says {float(derived)!r}"
        )
        compared += 1

    trials.for_all(holds)
    if not compared:
        raise Skipped("no exact value, or no finite expression in its derivation")
    return f"{compared} comparisons to 1e-10"


def _monte_carlo(trials: Trials) -> str | None:
    seed = trials.seed
    tested = rejected = 0

    def holds(made: Toy) -> None:
        nonlocal tested, rejected
        exact = made.exact()
        if exact is None or made.statistic not in AVERAGES:
            return
        if made.deterministic:
            mean = made.simulate_moments(_rng(made, seed), 10).mean
            _require(
                abs(mean - exact) <= 1e-9 * abs(exact), f"{made!r}: {mean!r} is not exact {exact!r}"
            )
            return
        seen = _precise(made, seed)
        if seen is None:
            return
        error = seen.standard_error
        sigmas = (seen.mean - exact) / error
        _require(
            abs(sigmas) <= SIGMAS,
            f"{made!r}: simulated {seen.mean:.6g} ± {error:.2g} is {sigmas:+.1f} standard errors "
            f"from exact {exact:.6g}",
        )
        tested += 1
        slips = (abs(seen.mean - slip * exact) for slip in SLIPS)
        rejected += min(slips) > SIGMAS * error

    trials.for_all(holds)
    if not tested:
        raise Skipped(f"no exact mean that a standard error of {RELATIVE_ERROR:.1%} can be set by")
    _require(rejected == tested, "an exact value that is 5 % off is not noticed")
    return f"{tested} toys within {SIGMAS:g} standard errors, which a slip of 5 % is not"


def _precise(made: Toy, seed: int) -> Moments | None:
    """Moments with a small relative error, or None where that takes too long."""
    rng = _rng(made, seed)
    start = time.perf_counter()
    made.simulate(rng, 1)
    if (time.perf_counter() - start) * FEWEST > SLOW:
        return None
    seen = made.simulate_moments(rng, FEWEST)
    while True:
        _require(np.isfinite(seen.mean), f"{made!r} has losses that are not finite")
        if seen.standard_error <= ROUNDING * abs(seen.mean):
            return None
        relative = seen.standard_error / abs(seen.mean) if seen.mean else math.inf
        if relative <= RELATIVE_ERROR:
            return seen
        needed = 1.2 * seen.count * (relative / RELATIVE_ERROR) ** 2
        if needed > MOST:
            return None
        seen = seen.merge(made.simulate_moments(rng, int(needed) - seen.count))


def _shortcuts(trials: Trials) -> str | None:
    toy, seed = trials.toy, trials.seed
    if not toy.shortcuts:
        raise Skipped("no short-cuts")
    mechanisms = [s for s in toy.bounds_of("sampler").choices if s not in toy.shortcuts]
    _require(mechanisms, "every sampler is a short-cut: no witness is left")
    made = trials.small()
    for shortcut in toy.shortcuts:
        for mechanism in mechanisms:
            one, other = (made.at(sampler=sampler) for sampler in (shortcut, mechanism))
            fast = one.simulate(_rng(one, seed), TWO_SAMPLE)
            real = other.simulate(_rng(other, seed), TWO_SAMPLE)
            p_value = ks_2samp(fast, real, method="asymp").pvalue
            _require(p_value > SIMILAR, f"{shortcut!r} and {mechanism!r} differ: p = {p_value:.2g}")
            strange = _rng(one, seed, 1).random(fast.size) < CONTAMINATION
            mixed = np.where(strange, real.max(), fast)
            control = ks_2samp(mixed, real, method="asymp").pvalue
            _require(
                control < SIMILAR,
                f"{CONTAMINATION:.0%} of losses too large are not noticed: p = {control:.2g}",
            )
    return f"{', '.join(toy.shortcuts)} against {', '.join(mechanisms)}"


RULES: dict[str, Callable[[Trials], str | None]] = {
    "record": _record,
    "name": _name,
    "links resolve": _links,
    "kernels equal plain Python": _kernels,
    "the same cell twice, another block": _repeatable,
    "a longer run begins with the shorter": _prefix,
    "threads equal serial": _threads,
    "global random state untouched": _global_state,
    "exact against derivation": _exact_against_derivation,
    "simulation against exact": _monte_carlo,
    "short-cut against mechanism": _shortcuts,
}
