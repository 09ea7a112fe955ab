"""The table of claims: what sources assert, what is true, and what simulations show."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from importlib.metadata import version
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

import symbolic
from sims.errors import unknown
from sims.numbers import with_error
from sims.tables.row import Row
from sims.tables.witnesses import WITNESSES
from symbolic.claim import Status

FORMATS = ("text", "markdown", "json")
STATUSES = get_args(Status)
WIDTH = 96


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Seen(_Record):
    """The exponent of one sweep of the toy that witnesses a claim."""

    toy: str
    axis: str
    parameters: str
    sampler: str | None
    exponent: float
    standard_error: float | None
    verdict: str


class JudgedClaim(_Record):
    """One claim, its verdict, and what has been observed."""

    source: str
    place: str
    statement: str
    value: str | None
    status: str
    correction: str
    derivation: str
    part: str
    also: list[str]
    derived: str | None
    toy: str
    observed: list[Seen]


class ClaimsRecord(_Record):
    """The JSON of the table of claims."""

    schema_: Literal[1] = 1
    toylaws: str
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

    Raises
    ------
    BadInput
        If a source, a status or a toy is unknown.
    """
    witnesses = sorted(set(WITNESSES.values()))
    for what, given, allowed in (
        ("source", source, sorted({claim.source for claim in symbolic.CLAIMS})),
        ("status", status, STATUSES),
        ("toy that witnesses a claim", toy, witnesses),
    ):
        if given is not None and given not in allowed:
            raise unknown(what, given, allowed)
    chosen = [
        claim
        for claim in symbolic.CLAIMS
        if source in (None, claim.source)
        and status in (None, claim.status)
        and (toy is None or toy in _witnesses(claim))
    ]
    return ClaimsRecord(
        toylaws=version("toylaws"), claims=[_judged(claim, rows) for claim in chosen]
    )


def _witness(claim: symbolic.Claim) -> str:
    """Name of the toy that witnesses the deciding derivation; empty while there is none."""
    return WITNESSES.get(claim.derivation, "")


def _witnesses(claim: symbolic.Claim) -> set[str]:
    """Names of the toys that witness the deciding derivation, or one it is seen with."""
    return {WITNESSES.get(name, "") for name in (claim.derivation, *claim.also)}


def _judged(claim: symbolic.Claim, rows: Sequence[Row]) -> JudgedClaim:
    of_exponent = claim.part == "exponent"
    exponent = symbolic.get(claim.derivation).law.exponent if of_exponent else None
    return JudgedClaim(
        source=claim.source,
        place=claim.place,
        statement=claim.statement,
        value=claim.value,
        status=claim.status,
        correction=claim.correction,
        derivation=claim.derivation,
        part=claim.part,
        also=list(claim.also),
        derived=None if exponent is None else str(exponent).replace("**", "^"),
        toy=_witness(claim),
        observed=[
            Seen(
                toy=row.toy,
                axis=row.axis,
                parameters=", ".join(f"{key}={value}" for key, value in row.parameters.items()),
                sampler=row.sampler,
                exponent=row.observed.exponent,
                standard_error=row.observed.standard_error,
                verdict=row.verdict,
            )
            for row in rows
            if claim.part != "argument"
            and row.derived is not None
            and row.derived.derivation in (claim.derivation, *claim.also)
        ],
    )


def rendered(record: ClaimsRecord, form: str) -> str:
    """The claims as text, markdown or json."""
    if form == "json":
        return record.model_dump_json(indent=2)
    if form == "markdown":
        return _markdown(record.claims)
    sources = "\n".join(
        f"{key}: {source.author}, {source.title}"
        + (f"\n  {source.address}" if source.address else "")
        for key, source in symbolic.SOURCES.items()
        if any(claim.source == key for claim in record.claims)
    )
    claims = "\n\n".join(_text(claim) for claim in record.claims)
    return f"{sources}\n\n{claims}\n\n{_count(record.claims)}"


def _text(claim: JudgedClaim) -> str:
    """A claim as a paragraph: what is said, where, and what became of it."""
    lines = [f"{claim.status.upper()}  {claim.source}, {claim.place}"]
    said = claim.statement if claim.value is None else f"{claim.statement} [{claim.value}]"
    lines += textwrap.wrap(said, WIDTH, initial_indent="  says  ", subsequent_indent="        ")
    if claim.correction:
        lead = "  but   " if claim.status in ("wrong", "conditional") else "  note  "
        lines += textwrap.wrap(
            claim.correction, WIDTH, initial_indent=lead, subsequent_indent="        "
        )
    part = claim.part if claim.part != "exponent" else f"exponent: {claim.derived or 'none'}"
    also = f"; see also {', '.join(claim.also)}" if claim.also else ""
    lines += textwrap.wrap(
        f"{claim.derivation} ({part}){also}", WIDTH,
        initial_indent="  by    ", subsequent_indent="        ",
    )  # fmt: skip
    if claim.toy:
        lines.append(f"  toy   {claim.toy}")
    for seen in claim.observed:
        value = with_error(seen.exponent, seen.standard_error)
        sampler = f", {seen.sampler}" if seen.sampler else ""
        setting = f"{seen.toy}: {seen.parameters}{sampler}"
        lines.append(f"  seen  {value} in {seen.axis}, {seen.verdict} ({setting})")
    return "\n".join(lines)


def _count(claims: Sequence[JudgedClaim]) -> str:
    numbers = [(status, sum(claim.status == status for claim in claims)) for status in STATUSES]
    counted = ", ".join(f"{number} {status}" for status, number in numbers if number)
    return f"claims: {len(claims)}" + (f" ({counted})" if counted else "")


def _markdown(claims: Sequence[JudgedClaim]) -> str:
    lines = ["| claim | claimed | status | what is true | decided by |", "|---|---|---|---|---|"]
    for claim in claims:
        by = f"`{claim.derivation}`" + (f", toy `{claim.toy}`" if claim.toy else "")
        cells = (
            f"{claim.source}, {claim.place}: {claim.statement}",
            claim.value or "",
            f"*{claim.status}*",
            claim.correction,
            by + (f", observed {_observed(claim)}" if claim.observed else ""),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _observed(claim: JudgedClaim) -> str:
    """What was observed, by toy and axis: exponents, or that there is none."""
    seen: dict[str, list[str]] = {}
    for one in claim.observed:
        value = with_error(one.exponent, one.standard_error)
        word = "no power law" if one.verdict == "not a power law" else value
        seen.setdefault(f"`{one.toy}` in {one.axis}", []).append(word)
    return "; ".join(f"{toy}: {', '.join(dict.fromkeys(words))}" for toy, words in seen.items())
