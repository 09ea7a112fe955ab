"""The one kind of error that is the caller's to mend, and how it is put into one line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from pydantic import ValidationError

from toys.bounds import bounds
from toys.toy import Toy

FAULT_OF = "a fault of the toy"
"""Begins the note on an error that a toy's own code raised; the name of the toy follows."""


class BadInput(ValueError):
    """What was given cannot be used; the message names the value and what is allowed."""


def unknown(what: str, given: str, allowed: Iterable[str]) -> BadInput:
    """An error for a name that is not one of those allowed, with the nearest that is."""
    options = list(allowed)
    near = difflib.get_close_matches(given, options, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return BadInput(f"unknown {what} {given!r}{hint} (there are: {', '.join(options)})")


def invalid_toy(toy: type[Toy], error: ValidationError) -> BadInput:
    """The first problem of a toy's parameters, in one line."""
    problem = error.errors()[0]
    if not problem["loc"]:  # a rule about several parameters explains itself
        return BadInput(f"{toy.name}: {problem['msg']}")
    name = str(problem["loc"][0])
    if problem["type"] == "extra_forbidden":
        return unknown(f"parameter of {toy.name}", name, toy.model_fields)
    if problem["type"] == "missing":
        return BadInput(f"{toy.name} needs a value for {name} ({_allowed(toy, name)})")
    value = problem["input"]
    choices = toy.bounds_of(name).choices
    if choices and isinstance(value, str):
        return unknown(f"{name} of {toy.name}", value, choices)
    return BadInput(f"{toy.name}: {name} = {value!r} is not allowed ({_allowed(toy, name)})")


def _allowed(toy: type[Toy], name: str) -> str:
    return f"allowed: {bounds(toy.model_fields[name]).text(name)}"


def invalid_record(where: str, error: ValidationError) -> BadInput:
    """The first problem of a suite's entry, in one line."""
    problem = error.errors()[0]
    parts = [f"{part + 1}" if isinstance(part, int) else str(part) for part in problem["loc"]]
    name = " ".join(parts[:2]) + "".join(f", {part}" for part in parts[2:])
    if problem["type"] == "extra_forbidden":
        return BadInput(f"{where}: {name} = {problem['input']!r}: there is no such key")
    return BadInput(f"{where}: {name} = {problem['input']!r}: {problem['msg']}")
