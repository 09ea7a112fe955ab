"""What is known of a row before anything is simulated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sims.engine.plan import Plan
from sims.tables import cells
from sims.tables.row import Claimed, Derived
from sims.tables.theory import Theory


class Described(Protocol):
    """What a setting and a row both say."""

    @property
    def toy(self) -> str: ...
    @property
    def parameters(self) -> dict[str, Any]: ...
    @property
    def given(self) -> list[str]: ...
    @property
    def sampler(self) -> str | None: ...
    @property
    def axis(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def quantity(self) -> str: ...
    @property
    def derived(self) -> Derived | None: ...
    @property
    def claimed(self) -> list[Claimed]: ...


@dataclass(frozen=True)
class Setting:
    """A toy, its parameters, the axis, what is measured, and what theory and sources say of it."""

    toy: str
    parameters: dict[str, Any]
    given: list[str]
    sampler: str | None
    axis: str
    unit: str
    quantity: str
    derived: Derived | None
    claimed: list[Claimed]


def setting_of(sweep: Plan, axis: str, theory: Theory | None) -> Setting:
    """What is known of the row of a sweep over an axis."""
    toy = sweep.toy
    parameters = toy.model_dump(exclude={axis, "sampler"})
    fields = type(toy).model_fields
    return Setting(
        toy=toy.name,
        parameters=parameters,
        given=[name for name, value in parameters.items() if value != fields[name].default],
        sampler=getattr(toy, "sampler", None),
        axis=axis,
        unit=toy.axes()[axis].unit,
        quantity=toy.quantity,
        derived=theory.record if theory else None,
        claimed=theory.claims if theory else [],
    )


def groups(settings: Sequence[Described]) -> list[list[int]]:
    """Places of neighbouring rows of one toy on one axis."""
    found: list[list[int]] = []
    for i, setting in enumerate(settings):
        last = settings[found[-1][0]] if found else None
        if last is not None and (last.toy, last.axis) == (setting.toy, setting.axis):
            found[-1].append(i)
        else:
            found.append([i])
    return found


@dataclass(frozen=True)
class Told:
    """What tells the rows of a group apart.

    Attributes
    ----------
    rows : list of str
        For each row its parameters, as `p=0.3`, and its sampler.
    common : str
        Parameters of every row that differ from the toy's defaults.
    unless_said : str
        Parameters that most rows share: told only of the rows that have another value.
    """

    rows: list[str]
    common: str
    unless_said: str


def told_apart(group: Sequence[Described]) -> Told:
    """What to say of each row of a group, and what to say once for all of them.

    Parameters
    ----------
    group : sequence of Setting or Row
        Neighbouring rows of one toy on one axis. A row that is alone tells what differs from the
        toy's defaults.

    Returns
    -------
    Told
    """
    first, usual, common = group[0], dict[str, Any](), dict[str, Any]()
    shown = set(first.given)
    if len(group) > 1:
        values = {name: [row.parameters.get(name) for row in group] for name in first.parameters}
        varied = _varied(group)
        common = {name: first.parameters[name] for name in first.given if name not in varied}
        shown = varied
        for name in varied:
            value, count = Counter(map(str, values[name])).most_common(1)[0]
            if 2 * count > len(group):
                usual[name] = next(one for one in values[name] if str(one) == value)
    rows = []
    for row in group:
        said = {
            name: value
            for name, value in row.parameters.items()
            if name in shown and not (name in usual and str(value) == str(usual[name]))
        }
        rows.append(", ".join(filter(None, [_assigned(said), row.sampler])) or "as it is")
    in_order = {name: usual[name] for name in first.parameters if name in usual}
    return Told(rows, _assigned(common), _assigned(in_order))


def claims_of(group: Sequence[Described]) -> list[str]:
    """The claims about the rows of a group, each with the rows that it is about, if not all.

    Parameters
    ----------
    group : sequence of Setting or Row
        Neighbouring rows of one toy on one axis.

    Returns
    -------
    list of str
        As `2/d: Shah2021 (conditional) where loss=squared`.
    """
    by_row = [cells.claims(row.claimed) for row in group]
    said = dict.fromkeys(claim for claims in by_row for claim in claims)
    return [f"{claim}{_where(group, [claim in claims for claims in by_row])}" for claim in said]


def _where(group: Sequence[Described], chosen: Sequence[bool]) -> str:
    """Which rows are chosen, in the values of one parameter if that tells."""
    if all(chosen):
        return ""
    for name in sorted(_varied(group)):
        values = [str(row.parameters[name]) for row in group]
        inside = dict.fromkeys(v for v, one in zip(values, chosen, strict=True) if one)
        outside = {v for v, one in zip(values, chosen, strict=True) if not one}
        if not outside & set(inside):
            return f" where {name}={' or '.join(inside)}"
    return " for some of the rows"


def told_in_full(group: Sequence[Described]) -> list[str]:
    """For each row of a group what tells it apart by itself, for tables without headings.

    Parameters
    ----------
    group : sequence of Setting or Row
        Neighbouring rows of one toy on one axis.

    Returns
    -------
    list of str
        The parameters that differ between rows, or from the toy's defaults, and the sampler.
    """
    shown = _varied(group).union(*(row.given for row in group))
    return [
        ", ".join(
            filter(
                None,
                [_assigned({k: v for k, v in row.parameters.items() if k in shown}), row.sampler],
            )
        )
        for row in group
    ]


def _varied(group: Sequence[Described]) -> set[str]:
    names = group[0].parameters
    return {name for name in names if len({str(row.parameters.get(name)) for row in group}) > 1}


def _assigned(parameters: Mapping[str, Any]) -> str:
    return ", ".join(assigned(name, value) for name, value in parameters.items())


def assigned(name: str, value: object) -> str:
    """`name=value`, a number without needless digits."""
    return f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"
