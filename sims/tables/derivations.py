"""Derivations examined, several at a time, and what was found put into one document."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from multiprocessing import get_context
from typing import Any

import sympy as sp

import symbolic
from sims.errors import BadInput, unknown
from sims.numbers import plain_number
from sims.terminal import width
from symbolic import pages

FORMATS = ("text", "markdown", "latex", "json")

LONG_SUM = 2 * 10**4
"""Beyond this size an exact loss that is a sum is not added up."""


@dataclass(frozen=True)
class Examined:
    """One derivation on paper, or as a record, and how many of its steps hold."""

    name: str
    page: str | dict[str, Any]
    standing: str
    proved: int
    checked: int
    failed: int

    @property
    def passed(self) -> bool:
        """Whether every step and the law hold."""
        return self.failed == 0


def find_derivation(reference: str) -> symbolic.Derivation:
    """A derivation by name or by `module:function`, or one clear error."""
    try:
        found = symbolic.resolve(reference)
        if not isinstance(found, symbolic.Derivation):
            raise TypeError(f"it returns {found!r}, which is no Derivation")
        return found
    except KeyError as error:
        if ":" in reference:  # raised by the user's own module
            raise BadInput(f"cannot use {reference!r} as a derivation: KeyError: {error}") from None
        allowed = [*symbolic.names(), "or module:function"]
        raise unknown("derivation", reference, allowed) from None
    except (Exception, SystemExit) as error:  # the user's own module may fail in any way
        if ":" not in reference and not isinstance(error, ImportError):
            raise
        raise BadInput(f"cannot use {reference!r} as a derivation: {error}") from None


def examine(
    names: Sequence[str], form: str, seed: int = 0, workers: int | None = None
) -> Iterator[Examined]:
    """Check derivations in as many processes as `workers`, in the order of their names.

    Raises
    ------
    BadInput
        If a name is unknown, or `workers` is not positive.
    """
    if workers is not None and workers < 1:
        raise BadInput(f"workers = {workers} is not allowed (at least 1)")
    workers = min(workers or os.cpu_count() or 1, len(names))
    one = partial(_examine, form=form, seed=seed, columns=width())
    if workers == 1:
        yield from map(one, names)
        return
    # sympy holds the interpreter's lock: processes, not threads; Ctrl-C ends them from here
    with get_context("spawn").Pool(workers, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:
        yield from pool.imap(one, names)


def _examine(name: str, form: str, seed: int, columns: int) -> Examined:
    derivation = find_derivation(name)
    report = derivation.check(seed)
    page: str | dict[str, Any]
    if form == "json":
        page = pages.record_of(derivation, report)
    else:
        written: dict[str, Callable[[pages.Page], str]] = {
            "text": partial(pages.text_of, width=columns),
            "markdown": pages.markdown_of,
            "latex": pages.latex_of,
        }
        page = written[form](pages.page_of(derivation, report))
    return Examined(
        name=name,
        page=page,
        standing=pages.standing(report),
        proved=sum(outcome.proved for outcome in report.outcomes),
        checked=sum(outcome.failure is None for outcome in report.outcomes),
        failed=sum(not outcome.passed for outcome in report.outcomes)
        + (report.law_problem is not None),
    )


def as_document(found: Sequence[Examined], form: str, closing: Sequence[str] = ()) -> str:
    """What was found, as one text, one LaTeX document or one JSON record."""
    if form == "json":
        record = {
            "schema": 1,
            "toylaws": version("toylaws"),
            "derivations": [one.page for one in found],
        }
        return json.dumps(record, indent=1, allow_nan=False) + "\n"
    body = "\n\n".join(str(one.page) for one in found)
    if form == "latex":
        lines = "".join(f"\n\n{pages.prose(line)}" for line in closing)
        return pages.document(body + lines)
    return body + "".join(f"\n{line}\n" for line in closing)


def summary(found: Sequence[Examined]) -> list[str]:
    """How many derivations and steps are proved, and which were only checked in numbers."""
    proved = [one for one in found if one.standing == "proved"]
    others = [f"{one.name} ({one.standing})" for one in found if one.standing != "proved"]
    lines = [
        f"derivations: {len(found)}, of which {len(proved)} proved "
        f"({100 * len(proved) // len(found)} %)"
    ]
    if others:
        lines.append("not proved throughout: " + ", ".join(others))
    return [
        *lines,
        f"steps: {sum(one.proved for one in found)} proved, "
        f"{sum(one.checked for one in found)} checked in numbers, "
        f"{sum(one.failed for one in found)} failed",
    ]


def evaluated(name: str, values: str) -> str:
    """The law of a derivation at values given as `N=1000,p=0.3`, beside the exact loss.

    Raises
    ------
    BadInput
        If a name is unknown, a value is no number or outside its domain, or one is missing.
    """
    derivation = find_derivation(name)
    given: dict[str, int | float] = {}
    known = [v.symbol.name for v in (derivation.size, *derivation.parameters)]
    for part in values.split(","):
        key, equals, text = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise BadInput(f"--at {part!r} is not of the form name=value")
        if key not in known:
            raise unknown(f"symbol of {name}", key, known)
        if key in given:
            raise BadInput(f"--at gives {key} twice")
        given[key] = plain_number(text, key)
    law = derivation.law
    missing = [symbol.name for symbol in law.expression.free_symbols if symbol.name not in given]
    if missing:
        raise BadInput(f"--at needs a value for {', '.join(sorted(missing))}")
    try:
        loss = derivation.value(law.expression, given)
        lines = [f"at {values}: the law gives {float(loss):.10g}"]
        if law.exponent is not None and law.prefactor is not None:
            leading = derivation.value(law.leading, given)
            beyond = loss - derivation.value(law.floor, given) - leading
            lines.append(f"exponent {float(derivation.value(law.exponent, given)):.10g}")
            lines.append(f"prefactor {float(derivation.value(law.prefactor, given)):.10g}")
            if law.correction is not None:
                lines.append(f"the next terms are {float(beyond / leading):.2g} of the leading one")
        exact = _exact(derivation, given)
    except (ValueError, ArithmeticError) as error:
        raise BadInput(f"{name} cannot be evaluated there: {error}") from None
    return "; ".join([*lines, *exact])


def _exact(derivation: symbolic.Derivation, given: dict[str, int | float]) -> list[str]:
    """The exact loss, where there is one for these values that is not too long to sum."""
    finite, size = derivation.finite, given.get(derivation.size.symbol.name, 0)
    if finite is None or any(symbol.name not in given for symbol in finite.free_symbols):
        return []
    if finite.has(sp.Sum) and size > LONG_SUM:
        return []
    try:
        value = derivation.finite_at(given)
    except (ValueError, ArithmeticError):
        return []
    return (
        [] if value is None or value < 0 else [f"the {derivation.finite_of} is {float(value):.10g}"]
    )
