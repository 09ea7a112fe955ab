"""Suites: the rows of an exponent table, written down in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sims.assumptions import AssumedFloor
from sims.engine.sizes import parse_grid
from sims.engine.sweep import Sweep
from sims.errors import BadInput, invalid_record, invalid_toy, unknown
from toys import Toy, classes


class Entry(BaseModel):
    """One row: a toy, its parameters, the sizes to sweep over, and how to fit them.

    `family` is a heading under which documents put the row.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    family: str = ""
    toy: str
    parameters: dict[str, Any] = Field(default_factory=dict)
    sampler: str | None = None
    over: str
    replicates: int | None = Field(default=None, ge=1)
    blocks: int | None = Field(default=None, ge=1)
    floor: AssumedFloor = "theory"
    correction: (
        Literal["theory", "none", "unknown"]
        | list[Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]]
    ) = "theory"


class Suite(BaseModel):
    """The rows of one table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    row: list[Entry] = Field(min_length=1)

    def sweeps(
        self,
        seed: int = 0,
        own: Mapping[str, type[Toy]] | None = None,
        note: Callable[[str], None] | None = None,
    ) -> list[Sweep]:
        """One sweep a row.

        Parameters
        ----------
        seed : int
            Seed of all of them.
        own : mapping of str to type of Toy, optional
            Toys by name, besides the registered ones: a suite never says what code to load.
        note : callable, optional
            Told what was done to sizes that the user should know.

        Raises
        ------
        BadInput
            If a toy, parameter, sampler or size is not allowed; the message names the row.
        """
        known = {**classes(), **(own or {})}
        sweeps = []
        for i, entry in enumerate(self.row, start=1):
            try:
                sweeps.append(_sweep(entry, seed, known, note))
            except BadInput as error:
                raise BadInput(f"suite {self.name}, row {i}: {error}") from None
        return sweeps


def _sweep(
    entry: Entry,
    seed: int,
    known: Mapping[str, type[Toy]],
    note: Callable[[str], None] | None,
) -> Sweep:
    if entry.toy not in known:
        raise unknown("toy", entry.toy, [*known, "or your own, given by --toy module:Class"])
    cls = known[entry.toy]
    parameters = dict(entry.parameters)
    if entry.sampler is not None:
        parameters["sampler"] = entry.sampler
    grid = parse_grid(entry.over, cls)
    if grid.note and note:
        note(grid.note)
    toy = toy_of(cls, {**parameters, grid.axis: grid.sizes[0]})
    return Sweep(
        toy, {grid.axis: grid.sizes}, entry.replicates, entry.blocks, seed,  # type: ignore[arg-type]
        entry.correction, entry.floor,
    )  # fmt: skip


def toy_of(cls: type[Toy], parameters: dict[str, Any]) -> Toy:
    """The toy with these parameters.

    Raises
    ------
    BadInput
        If one of them is unknown or not allowed.
    """
    try:
        return cls(**parameters)
    except ValidationError as error:
        raise invalid_toy(cls, error) from None


def suite_names() -> list[str]:
    """The suites that come with toylaws."""
    folder = files("sims") / "suites"
    return sorted(item.name[:-5] for item in folder.iterdir() if item.name.endswith(".toml"))


def load_suite(name: str) -> Suite:
    """A suite by its name, or the user's own from a path that ends in `.toml`.

    Raises
    ------
    BadInput
        If there is none of that name, or the file is no suite.
    """
    if name.endswith(".toml"):
        path = Path(name)
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(f"cannot read the suite {name}: {error}") from None
        title = path.stem
    elif name in suite_names():
        text = (files("sims") / "suites" / f"{name}.toml").read_text(encoding="utf-8")
        title = name
    else:
        raise unknown("suite", name, [*suite_names(), "or a path to your own .toml"])
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a TOMLDecodeError is a ValueError
        raise BadInput(f"{name} is not TOML: {error}") from None
    strange = sorted(set(content) - {"row"})
    if strange:
        raise BadInput(f"suite {name}: {strange[0]}: there is no such key (a suite has [[row]]s)")
    if "row" not in content:
        raise BadInput(f"suite {name} has no [[row]]")
    try:
        return Suite(name=title, row=content["row"])
    except ValidationError as error:
        raise invalid_record(f"suite {name}", error) from None
