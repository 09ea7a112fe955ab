"""An exponent table for papers, documents and spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from tabulate import tabulate

from sims.tables import cells
from sims.tables.row import Row
from sims.tables.setting import assigned, groups, told_in_full

FORMATS = ("text", "markdown", "latex", "csv", "json")

_STYLES = {"text": "simple", "markdown": "github", "latex": "latex_booktabs"}

COMPACT = ("toy", "what varies", "axis", "observed", "exact", "derived", "claimed", "verdict")
WIDE = (
    "toy", "parameters", "sampler", "window", "correction", "observed", "p(χ²)",
    "exact in window", "derived", "claimed", "verdict",
)  # fmt: skip


def rendered(rows: Sequence[Row], form: str, *, wide: bool = False) -> str:
    """The table as text, markdown, latex or csv.

    Parameters
    ----------
    rows : sequence of Row
        The rows.
    form : str
        The format.
    wide : bool
        Whether all columns are shown, or those that matter most. Comma-separated values always
        have all; cells of an exponent that the data reject are empty.

    Returns
    -------
    str
    """
    if form == "csv":
        return _csv(rows)
    table = tabulate(
        _wide(rows, form) if wide else _compact(rows, form),
        headers=WIDE if wide else COMPACT,
        tablefmt=_STYLES[form],
        disable_numparse=True,
    )
    if form == "latex":
        table = table.replace("±", r"$\pm$").replace("p(χ²)", r"$p(\chi^2)$")
    return table


def _compact(rows: Sequence[Row], form: str) -> list[list[str]]:
    lines = []
    for group in groups(rows):
        together = [rows[i] for i in group]
        for row, varies in zip(together, told_in_full(together), strict=True):
            lines.append([
                _name(row.toy, form), varies, row.axis, cells.observed(row), cells.exact(row),
                _formula(cells.derived(row.derived), form), "; ".join(cells.claims(row.claimed)),
                row.verdict,
            ])  # fmt: skip
    return lines


def _wide(rows: Sequence[Row], form: str) -> list[list[str]]:
    return [
        [
            _name(row.toy, form),
            ", ".join(assigned(_name(key, form), value) for key, value in row.parameters.items()),
            row.sampler or "",
            cells.window(row),
            cells.corrections(row),
            cells.observed_in_full(row),
            cells.p_value(row),
            cells.exact(row),
            _formula(cells.derived(row.derived), form),
            "; ".join(cells.claims(row.claimed)),
            row.verdict,
        ]
        for row in rows
    ]


def _name(text: str, form: str) -> str:
    """A snake_case name; markdown would read its underscores as emphasis."""
    return f"`{text}`" if form == "markdown" and "_" in text else text


def _formula(text: str, form: str) -> str:
    """An exponent with a symbol in it; markdown would read its stars as emphasis."""
    return f"`{text}`" if form == "markdown" and "*" in text else text


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
        seen, law, stands = row.observed, row.derived, not row.rejected
        writer.writerow([
            row.toy, "; ".join(f"{key}={value}" for key, value in row.parameters.items()),
            row.sampler, row.axis, row.quantity, row.replicates, row.blocks, *seen.window,
            seen.form, *([seen.exponent, seen.standard_error] if stands else [None, None]),
            *((seen.interval if stands else None) or (None, None)),
            seen.prefactor if stands else None, seen.chi2, seen.dof, seen.p_value,
            row.exact.exponent if row.exact and stands else None,
            law.exponent if law else None, law.value if law else None,
            law.derivation if law else None, "; ".join(cells.claims(row.claimed)), row.verdict,
        ])  # fmt: skip
    return out.getvalue().rstrip("\n")
