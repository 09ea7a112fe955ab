"""Whether Python finds our rooms, or packages of others that have their names."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

ROOMS = ("toys", "symbolic", "sims")


def check_rooms() -> None:
    """Refuse to go on where another package called `toys`, `symbolic` or `sims` hides ours.

    Raises
    ------
    ImportError
        It names the package, where it was found, and where ours is.
    """
    home = Path(__file__).resolve().parent.parent
    for room in ROOMS:
        ours, found = home / room, _folder_of(room)
        if found != ours:
            where = f"the one in {found}" if found else "none"
            raise ImportError(
                f"toylaws needs its own package {room!r}, which is in {ours}, but Python finds "
                f"{where}: rename or remove the other one, or give toylaws an environment of its "
                "own"
            )


def _folder_of(room: str) -> Path | None:
    """The folder of the package of that name that `import` would take."""
    loaded = sys.modules.get(room)
    if loaded is not None:
        file = getattr(loaded, "__file__", None)
    else:
        spec = find_spec(room)
        file = spec.origin if spec else None
        if spec and not file:  # a folder without __init__.py is a package too
            return Path(next(iter(spec.submodule_search_locations or ()))).resolve()
    return Path(file).resolve().parent if file else None
