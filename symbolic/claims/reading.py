"""Claims are data: a file for each source, `<key of the source>.toml`, read into records.

A file is a list of entries `[[claim]]`, whose keys are the attributes of `Claim` but for `source`.
Line breaks in a text count as spaces.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from symbolic.claim import Claim
from symbolic.sources import SOURCES

TUPLES = frozenset({"also", "tests", "argument_of"})
KEYS = tuple(field.name for field in fields(Claim) if field.name != "source")
REQUIRED = tuple(
    field.name for field in fields(Claim) if field.default is MISSING and field.name != "source"
)


def read_claims(folder: Path) -> tuple[Claim, ...]:
    """The claims of all files of a folder, in the order of `SOURCES`.

    Parameters
    ----------
    folder : Path
        Where the files are.

    Returns
    -------
    tuple of Claim

    Raises
    ------
    ValueError
        If a file is named after no source or is not valid; the message names file and entry.
    """
    files = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    for key, path in files.items():
        if key not in SOURCES:
            raise ValueError(f"{path.name}: there is no source {key!r}; add it to sources.py")
    return tuple(claim for key in SOURCES if key in files for claim in read_file(files[key]))


def read_file(path: Path) -> tuple[Claim, ...]:
    """The claims of one file.

    Parameters
    ----------
    path : Path
        A file whose name is the key of a source.

    Returns
    -------
    tuple of Claim

    Raises
    ------
    ValueError
        If it is not valid; the message names file and entry.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name}: no TOML: {error}") from None
    entries = table.get("claim")
    if set(table) != {"claim"} or not isinstance(entries, list):
        raise ValueError(f"{path.name}: must be a list of entries [[claim]], and nothing else")
    claims: list[Claim] = []
    for i, entry in enumerate(entries, start=1):
        where = f"{path.name}, claim {i}"
        if isinstance(entry, dict) and isinstance(entry.get("statement"), str):
            where += f" ({' '.join(entry['statement'].split())[:60]})"
        try:
            claim = _claim(path.stem, entry)
            if any((claim.place, claim.statement) == (c.place, c.statement) for c in claims):
                raise ValueError("the same statement at the same place stands there before")
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from None
        claims.append(claim)
    return tuple(claims)


def _claim(source: str, entry: Any) -> Claim:
    if not isinstance(entry, Mapping):
        raise ValueError("must be a table of keys and values")
    unknown = [key for key in entry if key not in KEYS]
    if unknown:
        raise ValueError(f"there is no key {unknown[0]!r}; keys: {', '.join(KEYS)}")
    missing = [key for key in REQUIRED if key not in entry]
    if missing:
        raise ValueError(f"{missing[0]} is missing")
    return Claim(source=source, **{key: _value(key, value) for key, value in entry.items()})


def _value(key: str, value: Any) -> Any:
    """A text, or a tuple of texts, with line breaks as spaces."""
    if key in TUPLES:
        if not isinstance(value, list):
            raise ValueError(f"{key} = {value!r} must be a list of texts")
        return tuple(_text(key, one) for one in value)
    return _text(key, value)


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{key} = {value!r} must be a text that is not empty")
    return " ".join(value.split())
