"""An exponent table for readers, for papers and for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from tabulate import tabulate

import symbolic
from sims.numbers import with_error
from sims.tables.row import Row

FORMATS = ("text", "markdown", "latex", "csv", "json")

_STYLES = {"text": "simple", "markdown": "github", "latex": "latex_booktabs"}


def rendered(rows: Sequence[Row], form: str) -> str:
    """The table as text, markdown, latex or csv."""
    if form == "csv":
        return _csv(rows)
    headers = ["toy", "parameters", "sampler", "window", "correction", "observed", "p(χ²)",
               "exact in window", "derived", "claimed", "verdict"]  # fmt: skip
    table = tabulate(
        [_cells(row, form) for row in rows],
        headers=headers,
        tablefmt=_STYLES[form],
        disable_numparse=True,
    )
    if form == "latex":
        table = table.replace("±", r"$\pm$").replace("p(χ²)", r"$p(\chi^2)$")
    return table


def _cells(row: Row, form: str) -> list[str]:
    error = row.observed.standard_error
    observed = with_error(row.observed.exponent, error)
    if row.standard_errors is None:
        observed += " (no noise)"
    places = len(observed.partition(" ")[0].partition(".")[2])
    exact = "" if row.exact is None else f"{row.exact.exponent:.{places}f}"
    low, high = row.observed.window
    return [
        _name(row.toy, form),
        ", ".join(f"{_name(key, form)}={_value(value)}" for key, value in row.parameters.items()),
        row.sampler or "",
        f"{row.axis} {low:g} to {high:g}",
        row.observed.form.partition("; ")[2].removesuffix("; floor zero"),
        observed,
        "" if row.observed.p_value is None else f"{row.observed.p_value:.2g}",
        exact,
        _derived(row),
        "; ".join(_claims(row)),
        row.verdict,
    ]


def _derived(row: Row) -> str:
    """The exponent, or what the law is instead."""
    if row.derived is None:
        return ""
    return row.derived.exponent or symbolic.get(row.derived.derivation).law.kind


def _claims(row: Row) -> list[str]:
    """The exponents that sources claim, as `1: Cho2020 (wrong)`."""
    named = [f"{c.value}: {c.source} ({c.status})" for c in row.claimed if c.value is not None]
    return list(dict.fromkeys(named))


def _name(text: str, form: str) -> str:
    """A snake_case name; markdown would read its underscores as emphasis."""
    return f"`{text}`" if form == "markdown" and "_" in text else text


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _csv(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([
        "toy", "parameters", "sampler", "axis", "quantity", "replicates", "blocks", "window_low",
        "window_high", "form", "observed", "standard_error", "interval_low", "interval_high",
        "prefactor", "chi2", "dof", "p_value", "exact_in_window", "derived", "derived_value",
        "derivation", "claimed", "verdict",
    ])  # fmt: skip
    for row in rows:
        seen, law = row.observed, row.derived
        writer.writerow([
            row.toy, "; ".join(f"{key}={value}" for key, value in row.parameters.items()),
            row.sampler, row.axis, row.quantity, row.replicates, row.blocks, *seen.window,
            seen.form, seen.exponent, seen.standard_error, *(seen.interval or (None, None)),
            seen.prefactor, seen.chi2, seen.dof, seen.p_value,
            row.exact.exponent if row.exact else None,
            law.exponent if law else None, law.value if law else None,
            law.derivation if law else None, "; ".join(_claims(row)), row.verdict,
        ])  # fmt: skip
    return out.getvalue().rstrip("\n")
