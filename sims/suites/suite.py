"""Suites: the rows of an exponent table, written down in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sims.assumptions import AssumedFloor
from sims.engine.sizes import parse_grid
from sims.engine.sweep import Sweep
from sims.errors import BadInput, invalid_record, invalid_toy, unknown
from toys import Toy, get, names

HOME = files("sims") / "suites"


class SuiteRow(BaseModel):
    """One row: a toy, its parameters, the sizes to sweep over, and how to fit them.

    `family` is a remark of the writer's: nothing reads it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    family: str = ""
    toy: str
    parameters: dict[str, Any] = Field(default_factory=dict)
    sampler: str | None = None
    over: str
    replicates: int | None = Field(default=None, ge=1, strict=True)
    blocks: int | None = Field(default=None, ge=1, strict=True)
    floor: AssumedFloor = "theory"
    correction: (
        Literal["theory", "none", "unknown"]
        | list[Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]]
    ) = "theory"


class Suite(BaseModel):
    """The rows of one table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    row: list[SuiteRow] = Field(min_length=1)

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
        sweeps = []
        for i, entry in enumerate(self.row, start=1):
            try:
                sweeps.append(_sweep(entry, seed, own or {}, note))
            except BadInput as error:
                raise BadInput(f"suite {self.name}, row {i}: {error}") from None
        return sweeps


def _sweep(
    entry: SuiteRow,
    seed: int,
    own: Mapping[str, type[Toy]],
    note: Callable[[str], None] | None,
) -> Sweep:
    try:
        cls = own[entry.toy] if entry.toy in own else get(entry.toy)
    except KeyError:
        known = [*names(), *own, "or your own, given by --toy module:Class"]
        raise unknown("toy", entry.toy, known) from None
    parameters = dict(entry.parameters)
    if entry.sampler is not None:
        parameters["sampler"] = entry.sampler
    grid = parse_grid(entry.over, cls)
    if grid.axis in parameters:
        raise BadInput(f"parameters has {grid.axis}, but over sweeps {grid.axis}; leave one out")
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
    """The suites that come with toylaws: files, and folders with a file for each family."""
    return sorted(
        item.name.removesuffix(".toml")
        for item in HOME.iterdir()
        if item.name.endswith(".toml") or (item.is_dir() and any(_parts(item)))
    )


def _parts(folder: Traversable) -> list[Traversable]:
    found = (item for item in folder.iterdir() if item.name.endswith(".toml"))
    return sorted(found, key=lambda item: item.name)


def load_suite(name: str) -> Suite:
    """A suite by its name, or the user's own from a path that ends in `.toml`.

    Parameters
    ----------
    name : str
        "core", "sources", ..., or a path.

    Returns
    -------
    Suite

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
        return _suite(path.stem, _rows(name, text))
    if name not in suite_names():
        raise unknown("suite", name, [*suite_names(), "or a path to your own .toml"])
    folder = HOME / name
    files = _parts(folder) if folder.is_dir() else [HOME / f"{name}.toml"]
    rows = [row for file in files for row in _rows(file.name, file.read_text(encoding="utf-8"))]
    return _suite(name, rows)


def _rows(name: str, text: str) -> list[Any]:
    """The rows that a file holds."""
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a TOMLDecodeError is a ValueError
        raise BadInput(f"{name} is not TOML: {error}") from None
    strange = sorted(set(content) - {"row"})
    if strange:
        raise BadInput(f"suite {name}: {strange[0]}: there is no such key (a suite has [[row]]s)")
    if "row" not in content:
        raise BadInput(f"suite {name} has no [[row]]")
    rows = content["row"]
    return rows if isinstance(rows, list) else [rows]


def _suite(title: str, rows: list[Any]) -> Suite:
    try:
        return Suite(name=title, row=rows)
    except ValidationError as error:
        raise invalid_record(f"suite {title}", error) from None
