"""Rules about a toy's record, its links and its kernels."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import get_args

import numpy as np
from numba.core.dispatcher import Dispatcher

import symbolic
from sims.conformance.trials import Skipped, Trials, Violation, each_sampler, require, rng_of
from sims.engine.source_hash import modules_of
from sims.tables.theory import parameters_of
from toys import Toy


def record(trials: Trials) -> str | None:
    """The record is whole, survives JSON, and its simulations have the right shape."""
    toy, seed = trials.toy, trials.seed
    sample = trials.sample()
    require(toy.axes(), "no field is marked as a size axis, as in Annotated[int, Size('tosses')]")
    require(sample.quantity.strip(), "quantity is empty")
    require(sample.source.strip(), "source is empty")
    require((toy.__doc__ or "").strip(), "the class has no docstring, which is its definition")
    again = toy.model_validate_json(sample.model_dump_json())
    require(again == sample, "the record changes on its way through JSON")
    for made in each_sampler(trials.small()):
        losses = made.simulate(rng_of(made, seed), 100)
        require(
            isinstance(losses, np.ndarray)
            and losses.shape == (100,)
            and losses.dtype == np.float64,
            f"simulate(rng, 100) of {made!r} must return 100 losses of float64",
        )
        require(np.all(np.isfinite(losses)), f"{made!r} has losses that are not finite")
    for shortcut in toy.shortcuts:
        require(
            "sampler" in toy.model_fields and shortcut in toy.bounds_of("sampler").choices,
            f"short-cut {shortcut!r} is no value of the field sampler",
        )
    return None


def bounded(trials: Trials) -> str | None:
    """Every number has a lower and an upper bound, within which all is promised to work."""
    toy = trials.toy
    numbers = 0
    for field, info in toy.model_fields.items():
        kinds = {info.annotation, *get_args(info.annotation)}
        if not kinds & {int, float}:  # of a choice these are its values
            continue
        allowed = toy.bounds_of(field)
        ends = {"lower": allowed.lower, "upper": allowed.upper}
        missing = [end for end, at in ends.items() if at is None or not math.isfinite(at)]
        require(
            not missing,
            f"{field} has no {' and no '.join(missing)} bound, as in Field(ge=0, le=1)",
        )
        numbers += 1
    return f"{numbers} numbers"


def name(trials: Trials) -> str | None:
    """The name is in snake case."""
    toy = trials.toy
    require(re.fullmatch(r"[a-z][a-z0-9_]*", toy.name), f"{toy.name!r} is no snake_case name")
    return toy.name


def links(trials: Trials) -> str | None:
    """Every derivation that is linked to is declared, exists, and covers the parameters."""
    toy = trials.toy
    links: set[str] = set()
    for name in toy.derivations:
        require(name in symbolic.names(), f"derivations lists {name!r}, no known derivation")

    def holds(made: Toy) -> None:
        for axis in toy.axes():
            name = made.derivation(axis)
            if name is None:
                continue
            require(name in symbolic.names(), f"{made!r} links to {name!r}, no known derivation")
            require(name in toy.derivations, f"{made!r} links to {name!r}, not in derivations")
            found = symbolic.get(name)
            require(found.size.symbol.name == axis, f"the size of {name} is not {axis}")
            try:
                values = parameters_of(made, found)
            except AttributeError as error:
                raise Violation(
                    f"a parameter of {name} is neither a field nor a property: {error}"
                ) from None
            outside = found.outside(values)
            require(outside is None, f"{made!r} links to {name}, but {outside}")
            links.add(name)

    trials.for_all(holds)
    if not links:
        raise Skipped("no derivation is linked")
    return ", ".join(sorted(links))


def kernels(trials: Trials) -> str | None:
    """Compiled kernels give what their Python functions give."""
    toy, seed = trials.toy, trials.seed
    modules = modules_of(toy)
    kernels = [
        n for module in modules for n, v in vars(module).items() if isinstance(v, Dispatcher)
    ]
    if not kernels:
        raise Skipped("no compiled kernels in its file")
    for made in each_sampler(trials.small()):
        compiled = made.simulate(rng_of(made, seed), 20)
        with _plain_python(modules):
            plain = made.simulate(rng_of(made, seed), 20)
        close = np.abs(compiled - plain) <= 4 * np.spacing(np.abs(plain))
        require(np.all(close), f"{made!r}: compiled kernels and plain Python differ")
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
