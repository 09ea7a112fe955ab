"""Which files a toy is made of, and their fingerprint."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from types import ModuleType

from toys import Toy


def modules_of(toy: type[Toy]) -> list[ModuleType]:
    """The module of a toy, those of the classes it inherits from, and all that these use.

    Only `toys` and the toy's own package are followed, over any number of imports.
    """
    packages = {"toys", toy.__module__.partition(".")[0]}
    found: dict[str, ModuleType] = {}
    waiting = [base.__module__ for base in toy.__mro__]
    while waiting:
        name = waiting.pop()
        module = sys.modules.get(name)
        if module is None or name in found or name.partition(".")[0] not in packages:
            continue
        found[name] = module
        for value in vars(module).values():
            used = value.__name__ if isinstance(value, ModuleType) else _home(value)
            waiting.append(used)
    return [found[name] for name in sorted(found)]


def _home(value: object) -> str:
    """The module that a class or function comes from; empty for plain values."""
    home = getattr(value, "__module__", None)
    return home if isinstance(home, str) else ""


def source_hash(toy: type[Toy]) -> str:
    """The sha256 of the files that a toy is made of."""
    digest = hashlib.sha256(toy.__qualname__.encode())
    for module in modules_of(toy):
        file = getattr(module, "__file__", None)
        if file and Path(file).is_file():  # a class typed in by hand has no file
            digest.update(Path(file).read_bytes())
    return digest.hexdigest()
