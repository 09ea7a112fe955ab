"""toylaws: toy models of neural scaling laws, simulated, derived, and compared.

One name for the three rooms: `toylaws.toys` simulates, `toylaws.symbolic` derives, `toylaws.sims`
fits and compares. Their public names are here too, each imported when it is asked for.

>>> import toylaws
>>> coin = toylaws.Bernoulli(p=0.3, pseudocount=0.5)
>>> seen = toylaws.Sweep(coin, sizes={"N": [16, 64, 256, 1024, 4096, 16384]}).run()
>>> toylaws.fit(seen.sizes["N"], seen.means, seen.standard_errors, corrections=[1]).exponent
"""

from importlib import import_module
from importlib.metadata import version
from typing import Any

from toylaws.shadows import ROOMS, check_rooms

check_rooms()

OF_SYMBOLIC = ("CLAIMS", "SOURCES", "Claim", "Derivation", "Law", "Report", "Source", "claims_on")
"""Public names of `symbolic` that are not also those of `toys`, as `names` and `get` are."""

OF_TOYS = ("Moments", "Size", "Toy")
"""Public names of `toys`, besides the toys themselves."""


def __getattr__(name: str) -> Any:
    """A room, or a public name of one of them, imported when it is asked for."""
    if name == "__version__":
        return version("toylaws")
    if name in ROOMS:
        return import_module(name)
    if name in OF_SYMBOLIC:
        return getattr(import_module("symbolic"), name)
    sims = import_module("sims")
    if name in sims.__all__:
        return getattr(sims, name)
    if name[:1].isupper():
        return getattr(import_module("toys"), name)
    raise AttributeError(f"module 'toylaws' has no attribute {name!r}")


def __dir__() -> list[str]:
    sims, toys = import_module("sims"), import_module("toys")
    names = {entry.class_name for entry in toys.catalogue().values()}
    return sorted({"__version__", *ROOMS, *OF_SYMBOLIC, *OF_TOYS, *sims.__all__, *names})
