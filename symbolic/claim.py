"""The record of what a published source asserts, and of what is true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from symbolic.sources import SOURCES

Status = Literal["holds", "conditional", "wrong", "empirical"]


@dataclass(frozen=True)
class Claim:
    """One assertion of a published source.

    Attributes
    ----------
    source : str
        Author-year key in `symbolic.sources`.
    place : str
        Where in the source.
    statement : str
        What it says, in our words.
    value : str or None
        The exponent it claims, as an exact number, where it claims one.
    status : str
        "holds", "conditional", "wrong" or "empirical".
    correction : str
        The condition, or what is true instead; empty for a claim that holds.
    derivation : str
        Name of the derivation that decides it.
    part : str
        What it speaks of: "exponent", "prefactor", "law" or "argument".
    also : tuple of str
        Names of further derivations that bear on it.
    """

    source: str
    place: str
    statement: str
    value: str | None
    status: Status
    correction: str
    derivation: str
    part: Literal["exponent", "prefactor", "law", "argument"]
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.source not in SOURCES:
            raise ValueError(f"unknown source {self.source!r}; known: {', '.join(SOURCES)}")
        if self.status not in get_args(Status):
            raise ValueError(f"unknown status {self.status!r}; known: {get_args(Status)}")
        if self.status in ("wrong", "conditional") and not self.correction:
            raise ValueError(f"a {self.status} claim needs its correction: {self.statement}")
