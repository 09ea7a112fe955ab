"""Registry of the toys: those in the families' folders, installed plug-ins, and `module:Class`."""

from __future__ import annotations

import importlib
import inspect
import sys
import warnings
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType

from toys.folders import Entry, describe, entries, homes
from toys.toy import Toy

ENTRY_POINTS = "toylaws.toys"


@cache
def _plug_ins() -> tuple[dict[str, type[Toy]], dict[str, str]]:
    """The toys of other packages by name; and for each broken plug-in, the reason."""
    found: dict[str, type[Toy]] = {}
    problems: dict[str, str] = {}
    taken, _ = entries()
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        try:
            toy = _checked(point.load(), point.value)
            if toy.name in taken or toy.name in found:
                home = taken[toy.name].module if toy.name in taken else found[toy.name].__module__
                raise ValueError(f"the name {toy.name!r} is taken by {home}")
            describe(toy)  # fails if something that a list shows is missing
            found[toy.name] = toy
        except (
            Exception,
            SystemExit,
        ) as error:  # the import of another package may fail in any way
            problems[point.value] = f"{type(error).__name__}: {error}"
    return found, problems


def _checked(value: object, origin: str) -> type[Toy]:
    if not (isinstance(value, type) and issubclass(value, Toy)):
        raise TypeError(f"{origin} is not a toy: it must be a subclass of toys.Toy")
    if inspect.isabstract(value):
        missing = ", ".join(sorted(value.__abstractmethods__))
        raise TypeError(f"{origin} is not a complete toy: it lacks {missing}")
    return value


def catalogue() -> dict[str, Entry]:
    """The list entries of all toys by name, in alphabetical order; imports only plug-ins."""
    ours, _ = entries()
    theirs, _ = _plug_ins()
    return dict(sorted({**ours, **{name: describe(toy) for name, toy in theirs.items()}}.items()))


def names() -> list[str]:
    """The names of the registered toys, in alphabetical order."""
    return list(catalogue())


def get(name: str) -> type[Toy]:
    """The registered toy with this name; imports only its file.

    Parameters
    ----------
    name : str
        The registered name, such as `nearest_neighbor`.

    Returns
    -------
    type of Toy

    Raises
    ------
    KeyError
        If no toy has this name.
    ImportError, TypeError
        If its file cannot be imported, or the class lacks a method that a toy must have.
    """
    ours, _ = entries()
    if name in ours:
        entry = ours[name]
        module = importlib.import_module(entry.module)
        return _checked(getattr(module, entry.class_name), f"{entry.module}:{entry.class_name}")
    return _plug_ins()[0][name]


@cache
def _loaded() -> dict[str, type[Toy]]:
    found: dict[str, type[Toy]] = {}
    for name, entry in catalogue().items():
        try:
            found[name] = get(name)
        except Exception as error:  # one broken file must not hide the others
            reason = f"{entry.module} could not be loaded: {type(error).__name__}: {error}"
            warnings.warn(reason, stacklevel=3)
    return found


def classes() -> dict[str, type[Toy]]:
    """All registered toy classes by name, in alphabetical order; imports all of them.

    A file that cannot be imported is left out, with a warning.
    """
    return dict(_loaded())


def broken() -> dict[str, str]:
    """The reasons why files cannot be read or plug-ins cannot be loaded, by module."""
    return {**entries()[1], **_plug_ins()[1]}


def class_named(class_name: str) -> type[Toy] | None:
    """The toy with this class name, or None; imports only its file."""
    for known, module in homes():
        if known == class_name:
            found: ModuleType = importlib.import_module(module)
            value = getattr(found, class_name)
            if isinstance(value, type) and issubclass(value, Toy):
                return value
    for toy in _plug_ins()[0].values():
        if toy.__name__ == class_name:
            return toy
    return None


def resolve(reference: str) -> type[Toy]:
    """A toy by its registered name, or by `package.module:Class` from the user's own code.

    The current folder is searched too, as by `python -m`.

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
        If no toy with this name is registered.
    ImportError
        If the module cannot be imported or has no such class.
    TypeError
        If the class is not a toy.
    """
    module_name, colon, class_name = reference.partition(":")
    if not colon:
        return get(reference)
    if "" not in sys.path:
        sys.path.insert(0, "")
    module = importlib.import_module(module_name)
    if not hasattr(module, class_name):
        raise ImportError(f"module {module_name!r} has no class {class_name!r}")
    return _checked(getattr(module, class_name), reference)
