"""The records of an exponent table, as they stand in its JSON."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Verdict = Literal[
    "not a power law", "inconclusive", "agrees", "agrees in window", "disagrees", "underived"
]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class CorrectionTerm(_Record):
    """b (N/N₁)^-w, N₁ the smallest size of the window."""

    exponent: float
    coefficient: float


class Observed(_Record):
    """The fit to the simulation; `form` says what was assumed of its correction and its floor."""

    exponent: float
    standard_error: float | None
    interval: tuple[float, float] | None
    prefactor: float
    floor: float
    correction: list[CorrectionTerm]
    form: str
    chi2: float | None
    dof: int
    p_value: float | None
    window: tuple[int | float, int | float]
    flags: list[str]


class ExactInWindow(_Record):
    """The same fit (sizes, weights, form) to the exact finite-size curve."""

    exponent: float


class Derived(_Record):
    """What the derivation says of these parameters; null numbers where it is no power law."""

    exponent: str | None
    value: float | None
    prefactor: str | None
    prefactor_value: float | None
    derivation: str


class Claimed(_Record):
    """What a source says."""

    source: str
    value: str | None
    status: str


class Row(_Record):
    """One row of an exponent table."""

    toy: str
    parameters: dict[str, Any]
    sampler: str | None
    axis: str
    quantity: str
    replicates: int
    blocks: int
    sizes: list[int | float]
    means: list[float]
    standard_errors: list[float] | None
    observed: Observed
    exact: ExactInWindow | None
    derived: Derived | None
    claimed: list[Claimed]
    verdict: Verdict


class TableRecord(_Record):
    """The JSON of an exponent table."""

    schema_: Literal[1] = 1
    toylaws: str
    suite: str | None
    seed: int | None
    rows: list[Row]

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, serialize_by_alias=True,
        alias_generator=lambda name: name.rstrip("_"), validate_by_name=True,
    )  # fmt: skip
