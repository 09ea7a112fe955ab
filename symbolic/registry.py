"""Which derivations there are: decorated functions in this folder, and installed plug-ins."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points

from symbolic.derivation import Derivation

ENTRY_POINTS = "toylaws.derivations"

Builder = Callable[[], Derivation]


def derivation(build: Builder) -> Builder:
    """Register a function that builds a derivation as `<file>.<function>`, and cache its result."""
    cached = cache(build)
    cached.derivation_name = f"{build.__module__.rpartition('.')[2]}.{build.__name__}"  # type: ignore[attr-defined]
    return cached


@cache
def _scan() -> tuple[dict[str, Builder], dict[str, str]]:
    """Every builder by the name of its derivation, and why the broken ones are missing."""
    found: dict[str, Builder] = {}
    problems: dict[str, str] = {}
    package = importlib.import_module("symbolic")
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"symbolic.{info.name}")
        for value in vars(module).values():
            if hasattr(value, "derivation_name"):
                found[value.derivation_name] = value
    for point in entry_points(group=ENTRY_POINTS):
        try:
            if point.name in found:
                raise ValueError("the name is taken")
            found[point.name] = point.load()
        except Exception as error:  # a third party's import may fail in any way
            problems[point.name] = f"{type(error).__name__}: {error}"
    return dict(sorted(found.items())), problems


def names() -> list[str]:
    """The names of all derivations, in alphabetical order. Builds none of them."""
    return list(_scan()[0])


def broken() -> dict[str, str]:
    """Installed derivations that could not be loaded, and why."""
    return dict(_scan()[1])


def get(name: str) -> Derivation:
    """The derivation of that name; imports its family and builds this one only.

    Raises
    ------
    KeyError
        If there is none.
    """
    family, _, function = name.partition(".")
    if f"{family}.py" in _files():
        build = vars(importlib.import_module(f"symbolic.{family}")).get(function)
        if build is not None and hasattr(build, "derivation_name"):
            return build()
    return _scan()[0][name]()


@cache
def _files() -> frozenset[str]:
    package = importlib.import_module("symbolic")
    return frozenset(f"{info.name}.py" for info in pkgutil.iter_modules(package.__path__))


def resolve(reference: str) -> Derivation:
    """A derivation by its name, or by `package.module:function` from the user's own code.

    The current folder is searched too, as `python -m` would do.

    Raises
    ------
    KeyError
        If there is no derivation of that name.
    ImportError
        If the module cannot be imported or has no such function.
    TypeError
        If what it names is not decorated with `derivation`: nothing else is called.
    """
    module_name, colon, function = reference.partition(":")
    if not colon:
        return get(reference)
    if "" not in sys.path:
        sys.path.insert(0, "")
    build = vars(importlib.import_module(module_name)).get(function)
    if build is None:
        raise ImportError(f"module {module_name!r} has no function {function!r}")
    if not hasattr(build, "derivation_name"):
        raise TypeError(f"{reference} is not decorated with symbolic.registry.derivation")
    return build()
