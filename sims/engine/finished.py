"""From a run database back to observations."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any, NamedTuple

from pydantic import ValidationError

from sims.engine.database import Store
from sims.engine.observations import Observations
from sims.engine.run import gather
from sims.engine.sweep import Sweep
from sims.errors import BadInput, invalid_toy
from toys import Toy, get, names

SPEC = {"toy", "parameters", "sizes", "replicates", "blocks", "seed"}
"""What the specification of a sweep holds."""


class Revived(NamedTuple):
    """The finished sweeps of a database, and why others are missing."""

    observations: list[Observations]
    left_out: list[str]


def finished_sweeps(
    db: str | PathLike[str], toys: Mapping[str, type[Toy]] | None = None
) -> Revived:
    """Read every finished sweep of a run database, without writing to it.

    Parameters
    ----------
    db : path
        The run database.
    toys : mapping of str to type of Toy, optional
        Toys by name, besides the registered ones: a database never says what code to load.

    Raises
    ------
    BadInput
        If the file is no run database, or a toy's source has changed since.
    """
    own = toys or {}
    store = Store.open(db, write=False)
    try:
        specs, blocks = store.sweeps(), store.blocks()
        for spec in specs:
            if not isinstance(spec, dict) or SPEC - set(spec):
                raise BadInput(f"{db} is damaged: {spec} is no sweep")
        used = {spec["toy"] for spec in specs}
        known = {**{name: get(name) for name in used & set(names())}, **own}
        for name in used & set(known):
            store.check_source(known[name])
    finally:
        store.close()
    observations, left_out = [], []
    for spec in specs:
        given = ", ".join(f"{name}={value}" for name, value in spec["parameters"].items())
        title = f"{spec['toy']} ({given}, seed {spec['seed']}) over {', '.join(spec['sizes'])}"
        if spec["toy"] not in known:
            left_out.append(
                f"{title} is left out: no toy of that name is registered; say where it is by "
                "--toy module:Class"
            )
            continue
        sweep = _sweep(known[spec["toy"]], spec)
        missing = [cell for cell in sweep.cells() if cell.key not in blocks]
        if missing:
            left_out.append(
                f"{title} is left out: {len(missing)} of {len(sweep.cells())} blocks are missing"
            )
            continue
        observations.append(gather(sweep, blocks))
    return Revived(observations, left_out)


def _sweep(toy: type[Toy], spec: Mapping[str, Any]) -> Sweep:
    first = {axis: sizes[0] for axis, sizes in spec["sizes"].items()}
    try:
        template = toy(**spec["parameters"], **first)
    except ValidationError as error:
        raise BadInput(f"the database does not fit: {invalid_toy(toy, error)}") from None
    return Sweep(
        template, spec["sizes"], spec["replicates"], spec["blocks"], spec["seed"],
        spec.get("correction", "theory"), spec.get("floor", "theory"),
    )  # fmt: skip
