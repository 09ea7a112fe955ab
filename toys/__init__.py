"""Toy models of scaling laws, simulated.

Each family of toys is a folder, and adding a toy means adding a file. The scaling laws are derived
independently, in `symbolic`, and `sims` compares them with the simulations.

>>> from toys import Bernoulli
>>> Bernoulli(p=0.3, pseudocount=0.5, N=1000).exact()
0.00049978...
"""

from difflib import get_close_matches
from typing import Any

from toys.moments import Moments
from toys.registry import broken, catalogue, class_named, classes, get, names, resolve
from toys.toy import Size, Toy

__all__ = ["Moments", "Size", "Toy", "broken", "catalogue", "classes", "get", "names", "resolve"]


def __getattr__(name: str) -> Any:
    """Import the class of a toy from its own file when it is first used."""
    found = class_named(name) if name[:1].isupper() else None
    if found is None:
        known = [entry.class_name for entry in catalogue().values()]
        near = get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; toys: {', '.join(names())}"
        raise AttributeError(f"module 'toys' has no attribute {name!r}{hint}")
    return found


def __dir__() -> list[str]:
    return sorted([*__all__, *(entry.class_name for entry in catalogue().values())])
