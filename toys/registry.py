"""Which toys there are: the files of the families, installed plug-ins, and `module:Class`."""

from __future__ import annotations

import importlib
import inspect
import sys
import warnings
from contextlib import suppress
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType
from typing import NamedTuple

from pydantic import ValidationError

from toys.folders import Entry, describe, entries, homes
from toys.toy import Toy, snake_case

ENTRY_POINTS = "toylaws.toys"


class _PlugIns(NamedTuple):
    """The toys of other distributions by name, and what is wrong with those that are not there.

    `problems` are by where a plug-in is said to be, `origins` are those places by the names under
    which somebody may ask for it: what it is announced as, and what it would be called.
    """

    toys: dict[str, type[Toy]]
    problems: dict[str, str]
    origins: dict[str, str]


@cache
def _plug_ins() -> _PlugIns:
    found: dict[str, type[Toy]] = {}
    problems: dict[str, str] = {}
    origins: dict[str, str] = {}
    taken, _ = entries()
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        try:
            toy = _checked(point.load(), point.value)
            if toy.name in taken or toy.name in found:
                home = taken[toy.name].module if toy.name in taken else found[toy.name].__module__
                raise ValueError(f"the name {toy.name!r} is taken by {home}")
            describe(toy)  # what a list shows must be there
            _build_default(toy)
            found[toy.name] = toy
        except (Exception, SystemExit) as error:  # a third party's import may fail in any way
            problems[point.value] = f"{type(error).__name__}: {_one_line(error)}"
            origins[point.name] = origins[snake_case(point.attr)] = point.value
    return _PlugIns(found, problems, origins)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


def _build_default(toy: type[Toy]) -> None:
    """Build the toy with its defaults: a validator of somebody else's may fail in any way.

    Raises
    ------
    ValueError
        If it refuses its own defaults.
    Exception
        Whatever else its validators raise.
    """
    try:
        toy()
    except ValidationError as error:
        problems = [one for one in error.errors() if one["type"] != "missing"]
        if problems:  # a parameter without a default is nothing wrong
            raise ValueError(f"it refuses its own defaults: {problems[0]['msg']}") from None


def _checked(value: object, origin: str) -> type[Toy]:
    if not (isinstance(value, type) and issubclass(value, Toy)):
        raise TypeError(f"{origin} is not a toy: it must be a subclass of toys.Toy")
    if inspect.isabstract(value):
        missing = ", ".join(sorted(value.__abstractmethods__))
        raise TypeError(f"{origin} is not a whole toy: it lacks {missing}")
    return value


def catalogue() -> dict[str, Entry]:
    """What a list shows of every toy, by name, in alphabetical order; imports plug-ins only."""
    ours, _ = entries()
    theirs = {name: describe(toy) for name, toy in _plug_ins().toys.items()}
    return dict(sorted({**ours, **theirs}.items()))


def names() -> list[str]:
    """The names of the registered toys, in alphabetical order."""
    return list(catalogue())


def get(name: str) -> type[Toy]:
    """The registered toy of that name; imports its file only.

    Parameters
    ----------
    name : str
        Its registered name, as `nearest_neighbor`.

    Returns
    -------
    type of Toy

    Raises
    ------
    KeyError
        If there is none.
    ImportError, TypeError
        If its file cannot be imported, or the class lacks a part of a toy; of an installed plug-in,
        with the reason that `broken` gives.
    """
    ours, _ = entries()
    if name in ours:
        entry = ours[name]
        module = importlib.import_module(entry.module)
        return _checked(getattr(module, entry.class_name), f"{entry.module}:{entry.class_name}")
    theirs = _plug_ins()
    if name not in theirs.toys and name in theirs.origins:
        origin = theirs.origins[name]
        raise ImportError(f"{origin} could not be loaded: {theirs.problems[origin]}")
    return theirs.toys[name]


def no_cache_folder(error: BaseException) -> bool:
    """Whether numba found no folder in which it could keep what it compiles.

    Parameters
    ----------
    error : BaseException
        What the import of a file with kernels has raised.

    Returns
    -------
    bool
    """
    return isinstance(error, RuntimeError) and "no locator available" in str(error)


@cache
def _loaded() -> dict[str, type[Toy]]:
    found: dict[str, type[Toy]] = {}
    for name, entry in catalogue().items():
        try:
            found[name] = get(name)
        except Exception as error:  # one broken file must not take the others down
            if no_cache_folder(error):  # none is broken, and all would be left out
                raise
            reason = f"{entry.module} could not be loaded: {type(error).__name__}: {error}"
            warnings.warn(reason, stacklevel=3)
    return found


def classes() -> dict[str, type[Toy]]:
    """Every registered toy class by its name, in alphabetical order; imports all of them.

    A file that cannot be imported is left out, with a warning.

    Raises
    ------
    RuntimeError
        If there is no folder in which compiled kernels could be kept.
    """
    return dict(_loaded())


def broken() -> dict[str, str]:
    """Files that cannot be read and plug-ins that cannot be loaded: where they are, and why."""
    return {**entries()[1], **_plug_ins().problems}


def class_named(class_name: str) -> type[Toy] | None:
    """The toy with that class name, or None; imports its file only."""
    for known, module in homes():
        if known == class_name:
            found: ModuleType = importlib.import_module(module)
            value = getattr(found, class_name)
            if isinstance(value, type) and issubclass(value, Toy):
                return value
    for toy in _plug_ins().toys.values():
        if toy.__name__ == class_name:
            return toy
    return None


def resolve(reference: str) -> type[Toy]:
    """A toy by its registered name, or by `package.module:Class` from the user's own code.

    The current folder is searched too, as `python -m` would do.

    Parameters
    ----------
    reference : str
        A name, or `package.module:Class`.

    Returns
    -------
    type of Toy

    Raises
    ------
    KeyError
        If no toy of that name is registered.
    ImportError
        If the module cannot be imported or has no such class.
    TypeError
        If what it names is not a toy.
    Exception
        Whatever a validator of it raises, other than a refusal, when its defaults are built.
    """
    module_name, colon, class_name = reference.partition(":")
    if not colon:
        return get(reference)
    if "" not in sys.path:
        sys.path.insert(0, "")
    module = importlib.import_module(module_name)
    if not hasattr(module, class_name):
        raise ImportError(f"module {module_name!r} has no class {class_name!r}")
    toy = _checked(getattr(module, class_name), reference)
    with suppress(ValidationError):  # what it is given may be what it needs
        toy()
    return toy
