"""The record of what a published source asserts, and of what is true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from symbolic.sources import SOURCES

Status: TypeAlias = Literal["holds", "conditional", "wrong", "empirical", "editorial"]
Part: TypeAlias = Literal["exponent", "prefactor", "law", "argument"]

STATUSES: tuple[Status, ...] = get_args(Status)
PARTS: tuple[Part, ...] = get_args(Part)

NEEDS_CORRECTION = frozenset({"conditional", "wrong", "editorial"})
"""Statuses that must say what is true, or how to read the text."""


@dataclass(frozen=True, kw_only=True)
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
    status : str
        "holds", "conditional", "wrong", "empirical", or "editorial" for a misprint, a garbled text
        or a slip in a heading or an attribution: it is no assertion, and no derivation decides it.
    correction : str
        The condition, what is true instead, or how to read the text; empty for a claim that holds.
    quote : str
        The words of the source; empty where they have not been noted down.
    value : str or None
        The exponent it claims, as an exact number, where it claims one.
    derivation : str or None
        Name of the derivation that decides it; None for an editorial one.
    part : str or None
        What it speaks of: "exponent", "prefactor", "law" or "argument"; None for an editorial one.
    also : tuple of str
        Names of further derivations that bear on it.
    tests : tuple of str
        Quantities of instances of these derivations: printed numbers that are put to the test.
    argument_of : tuple of str
        Keys of the sources whose argument it reports.
    """

    source: str
    place: str
    statement: str
    status: Status
    correction: str = ""
    quote: str = ""
    value: str | None = None
    derivation: str | None = None
    part: Part | None = None
    also: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    argument_of: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for key in (self.source, *self.argument_of):
            if key not in SOURCES:
                raise ValueError(f"unknown source {key!r}; known: {', '.join(SOURCES)}")
        if self.status not in STATUSES:
            raise ValueError(f"unknown status {self.status!r}; known: {', '.join(STATUSES)}")
        if self.part is not None and self.part not in PARTS:
            raise ValueError(f"unknown part {self.part!r}; known: {', '.join(PARTS)}")
        if self.status in NEEDS_CORRECTION and not self.correction:
            raise ValueError(f"a claim that is {self.status} needs its correction")
        if self.status == "editorial":
            if self.derivations or self.part or self.value or self.tests:
                raise ValueError(
                    "an editorial finding is no assertion: it has no derivation, also, part, value "
                    "or tests"
                )
        elif self.derivation is None or self.part is None:
            raise ValueError(f"a claim that is {self.status} needs its derivation and part")
        if len(set(self.derivations)) < len(self.derivations):
            raise ValueError("a derivation is named twice")

    @property
    def derivations(self) -> tuple[str, ...]:
        """All derivations that bear on it; the first one decides."""
        return (*((self.derivation,) if self.derivation else ()), *self.also)
