"""The table of claims: what sources assert, what is true, and what simulations show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Literal

from pydantic import ConfigDict

import symbolic
from sims.errors import unknown
from sims.tables.row import Record, Row
from sims.tables.witnesses import witnesses
from symbolic.claim import STATUSES, Part, Status
from symbolic.claims.trials import trials
from symbolic.instance import Instance


class Seen(Record):
    """The exponent of one sweep of a toy that witnesses a claim; null where the data reject it."""

    toy: str
    axis: str
    derivation: str
    parameters: str
    sampler: str | None
    exponent: float | None
    standard_error: float | None
    places: int | None
    verdict: str


class Tested(Record):
    """A printed number beside the one that is derived from other printed numbers.

    `consistent` says whether rounding explains the difference, `impossible` whether the derived
    number is one that the derivation excludes; `verdict` says all of it in a line.
    """

    quantity: str
    derived: float
    printed: str | None
    consistent: bool | None
    impossible: bool
    verdict: str


class JudgedClaim(Record):
    """One claim, its verdict, and what has been observed.

    `derivation` decides it, or its correction rests on it, and `part` is what of it does; `also`
    are the other derivations that bear on it. `toys` witness any of these. `derived` is the
    exponent of `derivation`, where that is what the claim is about.
    """

    source: str
    place: str
    statement: str
    quote: str
    value: str | None
    status: Status
    correction: str
    derivation: str | None
    part: Part | None
    also: tuple[str, ...]
    derived: str | None
    tests: tuple[Tested, ...]
    argument_of: tuple[str, ...]
    toys: tuple[str, ...]
    observed: list[Seen]


class Count(Record):
    """How many claims of a source have each status; `claims` counts all but the editorial ones."""

    source: str
    holds: int
    conditional: int
    wrong: int
    empirical: int
    claims: int
    editorial: int


class ClaimsRecord(Record):
    """The JSON of the table of claims: a line for each source, then the claims."""

    schema_: Literal[2] = 2
    toylaws: str
    summary: list[Count]
    claims: list[JudgedClaim]

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, serialize_by_alias=True,
        alias_generator=lambda name: name.rstrip("_"), validate_by_name=True,
    )  # fmt: skip


def judged(
    rows: Sequence[Row] = (),
    *,
    source: str | None = None,
    status: str | None = None,
    toy: str | None = None,
) -> ClaimsRecord:
    """The claims that pass the filters, with what the rows of an exponent table observed.

    Parameters
    ----------
    rows : sequence of Row
        Rows of exponent tables.
    source, status : str, optional
        Only claims of that source, or of that status.
    toy : str, optional
        Only claims that this toy witnesses.

    Returns
    -------
    ClaimsRecord

    Raises
    ------
    BadInput
        If a source, a status or a toy is unknown.
    """
    witnessed = witnesses()
    known = {name for claim in symbolic.CLAIMS for name in _toys(claim, witnessed)}
    for what, given, allowed in (
        ("source", source, sorted({claim.source for claim in symbolic.CLAIMS})),
        ("status", status, STATUSES),
        ("toy that witnesses a claim", toy, sorted(known)),
    ):
        if given is not None and given not in allowed:
            raise unknown(what, given, allowed)
    chosen = [
        claim
        for claim in symbolic.CLAIMS
        if source in (None, claim.source)
        and status in (None, claim.status)
        and (toy is None or toy in _toys(claim, witnessed))
    ]
    return ClaimsRecord(
        toylaws=version("toylaws"),
        summary=summary(chosen),
        claims=[_judged(claim, rows, _toys(claim, witnessed)) for claim in chosen],
    )


def summary(claims: Sequence[symbolic.Claim]) -> list[Count]:
    """How many claims of each source have each status; sources in the order of their claims."""
    return [
        Count(
            source=source,
            claims=sum(c.source == source and c.status != "editorial" for c in claims),
            **{
                status: sum((claim.source, claim.status) == (source, status) for claim in claims)
                for status in STATUSES
            },
        )
        for source in dict.fromkeys(claim.source for claim in claims)
    ]


def _toys(claim: symbolic.Claim, witnessed: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Names of all toys that witness a derivation that bears on a claim."""
    return tuple(sorted({toy for name in claim.derivations for toy in witnessed.get(name, ())}))


def _judged(claim: symbolic.Claim, rows: Sequence[Row], toys: tuple[str, ...]) -> JudgedClaim:
    of_exponent = claim.part == "exponent" and claim.derivation is not None
    exponent = symbolic.get(str(claim.derivation)).law.exponent if of_exponent else None
    return JudgedClaim(
        source=claim.source,
        place=claim.place,
        statement=claim.statement,
        quote=claim.quote,
        value=claim.value,
        status=claim.status,
        correction=claim.correction,
        derivation=claim.derivation,
        part=claim.part,
        also=claim.also,
        derived=None if exponent is None else str(exponent).replace("**", "^"),
        tests=tuple(map(_tested, trials(claim))),
        argument_of=claim.argument_of,
        toys=toys,
        observed=[
            Seen(
                toy=row.toy,
                axis=row.axis,
                derivation=row.derived.derivation,
                parameters=", ".join(f"{key}={value}" for key, value in row.parameters.items()),
                sampler=row.sampler,
                exponent=None if row.rejected else row.observed.exponent,
                standard_error=row.observed.standard_error,
                places=row.observed.places,
                verdict=row.verdict,
            )
            for row in rows
            if claim.part != "argument"
            and row.derived is not None
            and row.derived.derivation in claim.derivations
        ],
    )


def _tested(instance: Instance) -> Tested:
    return Tested(
        quantity=instance.quantity,
        derived=float(instance.derived),
        printed=instance.printed and instance.printed.printed,
        consistent=instance.consistent,
        impossible=instance.impossible,
        verdict=instance.verdict,
    )
