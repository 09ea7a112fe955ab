"""The records of an exponent table, as they stand in its JSON."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from sims.assumptions import Floor
from sims.fitting.flags import DOES_NOT_FIT

Verdict = Literal[
    "not a power law", "inconclusive", "agrees", "agrees in window", "disagrees", "underived"
]


class Record(BaseModel):
    """What all records of tables are: frozen, and strict about their fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class CorrectionTerm(Record):
    """b (N/N₁)^-w, N₁ the smallest size of the window."""

    exponent: float
    coefficient: float


class Observed(Record):
    """The fit to the simulation, and what it assumed: exponents of corrections, and the floor.

    `assumed_corrections` is null where corrections were averaged over; `form` says the same in
    words. Where the data reject the power law, errors were multiplied by `inflation` before it was
    fitted, and `standard_error` and `interval` are larger by about as much. `places` is given where
    there is no error bar: to so many decimal places the exponent is the same on every machine.
    """

    exponent: float
    standard_error: float | None
    inflation: float
    interval: tuple[float, float] | None
    prefactor: float
    floor: float
    correction: list[CorrectionTerm]
    form: str
    assumed_corrections: list[float] | None
    assumed_floor: Floor
    chi2: float | None
    dof: int
    p_value: float | None
    window: tuple[int | float, int | float]
    places: int | None
    flags: list[str]


class ExactInWindow(Record):
    """The same fit (sizes, weights, form) to the exact finite-size curve."""

    exponent: float


class Derived(Record):
    """What the derivation says of these parameters; null numbers where it is no power law.

    `kind` says what the law is: power, exponential, logarithmic, ...
    """

    kind: str
    exponent: str | None
    value: float | None
    prefactor: str | None
    prefactor_value: float | None
    derivation: str


class Claimed(Record):
    """What a source says; `reference` is its author and title."""

    source: str
    reference: str
    value: str | None
    status: str


class Row(Record):
    """One row of an exponent table.

    `given` names the parameters that differ from the toy's defaults.
    """

    toy: str
    parameters: dict[str, Any]
    given: list[str]
    sampler: str | None
    axis: str
    unit: str
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

    @property
    def rejected(self) -> bool:
        """Whether the data reject the power law, so that its exponent means nothing."""
        return DOES_NOT_FIT in self.observed.flags or self.verdict == "not a power law"


class TableRecord(Record):
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
