"""Which derivations there are: decorated functions in this folder, and installed plug-ins."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from symbolic.derivation import Derivation

ENTRY_POINTS = "toylaws.derivations"

Builder = Callable[[], Derivation]

_DECORATED = re.compile(r"^@derivation\n(?:@.*\n)*def (\w+)\(", re.MULTILINE)


def derivation(build: Builder) -> Builder:
    """Register a function that builds a derivation as `<file>.<function>`, and cache its result.

    Parameters
    ----------
    build : callable
        Takes nothing, and returns the derivation of that name.

    Returns
    -------
    callable
        The same, built once.
    """
    cached = cache(build)
    cached.derivation_name = f"{build.__module__.rpartition('.')[2]}.{build.__name__}"  # type: ignore[attr-defined]
    return cached


@cache
def homes() -> dict[str, str]:
    """The module of every derivation in the folders of families; files are read, not run.

    Raises
    ------
    ImportError
        If two files that hold derivations have one name: `<file>.<function>` would be ambiguous.
    """
    return homes_in(Path(__file__).parent)


def homes_in(root: Path) -> dict[str, str]:
    """The same for the folders below another room of that name."""
    found: dict[str, str] = {}
    files: dict[str, Path] = {}
    for path in sorted(root.glob("[!_]*/[!_]*.py")):
        functions = _DECORATED.findall(path.read_text(encoding="utf-8"))
        if not functions:
            continue
        if path.stem in files:
            both = f"{files[path.stem]} and {path}"
            raise ImportError(f"{both} both hold derivations: the name of one of them must change")
        files[path.stem] = path
        for function in functions:
            found[f"{path.stem}.{function}"] = f"{root.name}.{path.parent.name}.{path.stem}"
    return dict(sorted(found.items()))


@cache
def _plug_ins() -> tuple[dict[str, Builder], dict[str, str]]:
    """The builders of other distributions, and why the broken ones are missing."""
    found: dict[str, Builder] = {}
    problems: dict[str, str] = {}
    for point in entry_points(group=ENTRY_POINTS):
        try:
            if point.name in homes() or point.name in found:
                raise ValueError("the name is taken")
            found[point.name] = _checked(point.load(), point.value)
        except (Exception, SystemExit) as error:  # a third party's import may fail in any way
            problems[point.name] = f"{type(error).__name__}: {error}"
    return found, problems


def _checked(build: object, origin: str) -> Builder:
    if not hasattr(build, "derivation_name"):
        raise TypeError(f"{origin} is not decorated with symbolic.registry.derivation")
    return build  # type: ignore[return-value]


def names() -> list[str]:
    """The names of all derivations, in alphabetical order. Imports and builds none of ours."""
    return sorted({**homes(), **_plug_ins()[0]})


def broken() -> dict[str, str]:
    """Installed derivations that could not be loaded, and why."""
    return dict(_plug_ins()[1])


def get(name: str) -> Derivation:
    """The derivation of that name; imports its file and builds this one only.

    Parameters
    ----------
    name : str
        `<file>.<function>`, as "bernoulli.data".

    Returns
    -------
    Derivation

    Raises
    ------
    KeyError
        If there is none.
    ImportError
        If it is an installed plug-in that could not be loaded; with the reason.
    """
    ours, (theirs, problems) = homes(), _plug_ins()
    if name in problems and name not in ours and name not in theirs:
        raise ImportError(f"{name} could not be loaded: {problems[name]}")
    if name in ours:
        module = importlib.import_module(ours[name])
        return _checked(getattr(module, name.partition(".")[2]), name)()
    return theirs[name]()


def resolve(reference: str) -> Derivation:
    """A derivation by its name, or by `package.module:function` from the user's own code.

    The current folder is searched too, as `python -m` would do.

    Parameters
    ----------
    reference : str
        A name, or `package.module:function`.

    Returns
    -------
    Derivation

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
    return _checked(build, reference)()
