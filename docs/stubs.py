"""Write what type checkers read of names that are imported when asked for; `make stubs` runs it."""

from pathlib import Path

import sims
import toylaws
from toys.folders import entries

ROOT = Path(__file__).parent.parent

HEADER = "# Written by `make stubs`: do not edit.\n"


def toys_stub() -> str:
    """The stub of `toys`: its frame, and every toy that its folders hold."""
    lines = [
        HEADER,
        "from toys.moments import Moments as Moments",
        "from toys.registry import broken as broken",
        "from toys.registry import catalogue as catalogue",
        "from toys.registry import classes as classes",
        "from toys.registry import get as get",
        "from toys.registry import names as names",
        "from toys.registry import resolve as resolve",
        "from toys.toy import Size as Size",
        "from toys.toy import Toy as Toy",
        "",
    ]
    toys = sorted(entries()[0].values(), key=lambda entry: (entry.module, entry.class_name))
    lines += [f"from {toy.module} import {toy.class_name} as {toy.class_name}" for toy in toys]
    return "\n".join(lines) + "\n"


def sims_stub() -> str:
    """The stub of `sims`, from its table of public names."""
    lines = [HEADER]
    for module, names in sims.PUBLIC.items():
        lines += [f"from {module} import {name} as {name}" for name in names]
    names = "".join(f'    "{name}",\n' for name in sims.__all__)
    return "\n".join(lines) + f"\n\nPUBLIC: dict[str, tuple[str, ...]]\n\n__all__ = [\n{names}]\n"


def toylaws_stub() -> str:
    """The stub of `toylaws`: the public names of the rooms, under one roof."""
    classes = sorted(entry.class_name for entry in entries()[0].values())
    taken = (("sims", sims.__all__), ("symbolic", toylaws.OF_SYMBOLIC),
             ("toys", [*toylaws.OF_TOYS, *classes]))  # fmt: skip
    lines = [HEADER, "import sims as sims", "import symbolic as symbolic", "import toys as toys"]
    lines += [f"from {room} import {name} as {name}" for room, names in taken for name in names]
    of = "OF_SYMBOLIC: tuple[str, ...]\nOF_TOYS: tuple[str, ...]\n"
    return "\n".join(lines) + f"\n\n__version__: str\n{of}"


STUBS = {"toys/__init__.pyi": toys_stub, "sims/__init__.pyi": sims_stub,
         "toylaws/__init__.pyi": toylaws_stub}  # fmt: skip


def main() -> None:
    """Write every stub."""
    for path, text in STUBS.items():
        (ROOT / path).write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
