"""Which toys there are: the files of this folder, installed plug-ins, and `module:Class`."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType

from toys.toy import Toy

ENTRY_POINTS = "toylaws.toys"


def _toys_in(module: ModuleType) -> list[type[Toy]]:
    """The concrete toys that a module defines itself."""
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Toy)
        and not inspect.isabstract(value)
        and value.__module__ == module.__name__
    ]


@cache
def _scan() -> tuple[dict[str, type[Toy]], dict[str, str]]:
    """Every toy by name, and why the broken ones are not among them."""
    found: dict[str, type[Toy]] = {}
    problems: dict[str, str] = {}

    def add(toy: type[Toy], origin: str) -> None:
        if toy.name in found:
            problems[origin] = f"the name {toy.name!r} is taken by {found[toy.name].__module__}"
        else:
            found[toy.name] = toy

    package = importlib.import_module("toys")
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        module_name = f"toys.{info.name}"
        try:
            for toy in _toys_in(importlib.import_module(module_name)):
                add(toy, module_name)
        except Exception as error:  # one broken file must not take the others down
            problems[module_name] = f"{type(error).__name__}: {error}"
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        try:
            add(_checked(point.load(), point.value), point.value)
        except Exception as error:  # a third party's import may fail in any way
            problems[point.value] = f"{type(error).__name__}: {error}"
    return found, problems


def _checked(value: object, origin: str) -> type[Toy]:
    if not (isinstance(value, type) and issubclass(value, Toy)):
        raise TypeError(f"{origin} is not a toy: it must be a subclass of toys.Toy")
    if inspect.isabstract(value):
        missing = ", ".join(sorted(value.__abstractmethods__))
        raise TypeError(f"{origin} is not a whole toy: it lacks {missing}")
    return value


def classes() -> dict[str, type[Toy]]:
    """Every registered toy class by its name, in alphabetical order."""
    found, _ = _scan()
    return dict(sorted(found.items()))


def names() -> list[str]:
    """The names of the registered toys, in alphabetical order."""
    return list(classes())


def broken() -> dict[str, str]:
    """Toys that could not be loaded: where they come from, and why."""
    _, problems = _scan()
    return dict(problems)


def get(name: str) -> type[Toy]:
    """The registered toy of that name.

    Raises
    ------
    KeyError
        If there is none.
    """
    return classes()[name]


def resolve(reference: str) -> type[Toy]:
    """A toy by its registered name, or by `package.module:Class` from the user's own code.

    The current folder is searched too, as `python -m` would do.

    Raises
    ------
    KeyError
        If no toy of that name is registered.
    ImportError
        If the module cannot be imported or has no such class.
    TypeError
        If what it names is not a toy.
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
