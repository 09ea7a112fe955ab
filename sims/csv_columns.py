"""Columns of positive numbers from a CSV file of the user's."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import TYPE_CHECKING

from sims.arrays import LARGEST, SMALLEST
from sims.errors import BadInput, unknown

if TYPE_CHECKING:
    from _csv import Reader


def read_columns(path: str, columns: list[str]) -> list[list[float]]:
    """The named columns as positive numbers, row by row.

    Raises
    ------
    BadInput
        If the file cannot be read, a column is missing, or a value is not a positive number; the
        message names the line.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadInput(f"no such file: {path}") from None
    except UnicodeDecodeError:
        raise BadInput(f"cannot read {path}: it is not text in UTF-8") from None
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror or error}") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return _table(path, reader, columns)
    except csv.Error as error:
        raise BadInput(f"{path}, line {reader.line_num}: {error}") from None


def _table(path: str, reader: Reader, columns: list[str]) -> list[list[float]]:
    filled = (values for values in reader if any(value.strip() for value in values))
    header = [name.strip() for name in next(filled, [])]
    if not header:
        raise BadInput(f"{path} is empty: a header line and rows of numbers are needed")
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        raise BadInput(f"{path}: its columns are not separated by commas ({header[0][:60]!r})")
    for column in columns:
        if column not in header:
            raise unknown(f"column of {path}", column, header)
        if header.count(column) > 1:
            raise BadInput(f"{path}: column {column!r} occurs twice")
    places = [header.index(column) for column in columns]
    rows = []
    for values in filled:
        where = f"{path}, line {reader.line_num}"
        if len(values) != len(header):
            raise BadInput(f"{where}: {len(values)} values for {len(header)} columns")
        rows.append([_positive(values[i], f"{where}: {header[i]}") for i in places])
    if not rows:
        raise BadInput(f"{path} has a header but no rows of numbers")
    return rows


def _positive(text: str, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise BadInput(f"{what} = {text.strip()!r} is not a number") from None
    if not (math.isfinite(value) and value > 0):
        raise BadInput(f"{what} = {text.strip()} is not allowed (positive and finite)")
    if not SMALLEST <= value <= LARGEST:
        raise BadInput(
            f"{what} = {text.strip()} is not allowed (from {SMALLEST:g} to {LARGEST:g}); change "
            "its unit"
        )
    return value
