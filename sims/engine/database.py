"""The run database: one SQLite file with every finished block, and where it came from."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from sims.engine.cell import Block, Cell, PathCell
from sims.engine.plan import Plan
from sims.engine.source_hash import source_hash
from sims.errors import BadInput
from toys import Moments, Toy
from toys.moments import PathMoments

APPLICATION_ID = 0x746F796C  # "toyl"
SCHEMA = 2
"""1 knew no paths."""

_TABLES = (
    "CREATE TABLE provenance (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE toy (name TEXT PRIMARY KEY, source_sha256 TEXT NOT NULL)",
    "CREATE TABLE sweep (spec TEXT PRIMARY KEY)",
    "CREATE TABLE block (label TEXT NOT NULL, replicates INTEGER NOT NULL, count INTEGER NOT NULL,"
    " mean REAL NOT NULL, m2 REAL NOT NULL, PRIMARY KEY (label, replicates)) WITHOUT ROWID",
    "CREATE TABLE path (label TEXT NOT NULL, replicates INTEGER NOT NULL, count INTEGER NOT NULL,"
    " means TEXT NOT NULL, comoments TEXT NOT NULL, PRIMARY KEY (label, replicates)) WITHOUT ROWID",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {SCHEMA}",
)


def _provenance() -> dict[str, str]:
    packages = ("toylaws", "numpy", "numba", "scipy", "pydantic")
    found = {name: version(name) for name in packages}
    root = Path(__file__).parents[2]
    if (root / ".git").exists():
        with suppress(OSError):  # there may be no git
            head = subprocess.run(
                ["git", "-C", str(root), "rev-parse", "HEAD"],
                capture_output=True,
                text=True,
                check=False,
            )
            found["commit"] = head.stdout.strip()
    return {**found, "python": platform.python_version(), "platform": platform.platform()}


Finished = dict[tuple[str, int], Block]
"""Blocks that are done, by label and replicates."""


class Store:
    """A run database that is open. Only the process that opened it writes."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, path: str | PathLike[str], *, write: bool = True) -> Store:
        """Open a run database, or make a new one if there is none.

        Raises
        ------
        BadInput
            If the file is not a run database, is damaged, has another schema, or cannot be
            read or, if that is asked for, written.
        """
        path = Path(path)
        try:
            if not write and not path.is_file():
                raise BadInput(f"no such run database: {path}")
            if path.is_dir():
                raise BadInput(f"{path} is a folder, not a run database")
            if write and path.exists() and not os.stat(path).st_mode & 0o222:
                raise BadInput(
                    f"the run database {path} is read-only; copy it, or name another file"
                )
        except OSError as error:
            raise BadInput(f"cannot use {path} as a run database: {error.strerror}") from None
        with _explained(path):
            if write:
                connection = sqlite3.connect(path.absolute(), isolation_level=None)
            else:
                uri = f"{path.absolute().as_uri()}?mode=ro"
                connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        store = cls(connection, path)
        try:
            with _explained(path):
                store._check_or_create(write)
        except BaseException:
            connection.close()
            raise
        return store

    def _check_or_create(self, write: bool) -> None:
        if write:  # before looking, so that two processes do not both make the tables
            self._connection.execute("BEGIN IMMEDIATE")
        tables = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        application = self._connection.execute("PRAGMA application_id").fetchone()[0]
        schema = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if tables == 0 and application == 0 and write:
            for statement in _TABLES:
                self._connection.execute(statement)
            self._connection.executemany(
                "INSERT INTO provenance VALUES (?, ?)", _provenance().items()
            )
        elif application != APPLICATION_ID:
            raise BadInput(f"{self._path} is a database, but not a toylaws run database")
        elif schema != SCHEMA:
            raise BadInput(
                f"{self._path} has schema {schema}, but this version of toylaws reads {SCHEMA}"
            )
        if write:
            self._connection.execute("COMMIT")

    def begin(self, sweeps: Iterable[Plan]) -> Finished:
        """Note the sweeps, and return the blocks that are there, by label and replicates.

        Raises
        ------
        BadInput
            If a toy's source is not the one that made the blocks in the database.
        """
        sweeps = list(sweeps)
        with _explained(self._path):
            self._connection.execute("BEGIN IMMEDIATE")  # others may note their sources meanwhile
            try:
                for toy in {type(sweep.toy) for sweep in sweeps}:
                    self.check_source(toy)
            except BadInput:
                self._connection.execute("ROLLBACK")
                raise
            for sweep in sweeps:
                self._connection.execute(
                    "INSERT OR IGNORE INTO toy VALUES (?, ?)",
                    (sweep.toy.name, source_hash(type(sweep.toy))),
                )
                spec = json.dumps(sweep.spec(), sort_keys=True)
                self._connection.execute("INSERT OR IGNORE INTO sweep VALUES (?)", (spec,))
            self._connection.execute("COMMIT")
            return self._blocks()

    def check_source(self, toy: type[Toy]) -> None:
        """Refuse a toy whose source is not the one that made the blocks."""
        row = self._connection.execute(
            "SELECT source_sha256 FROM toy WHERE name = ?", (toy.name,)
        ).fetchone()
        if row and row[0] != source_hash(toy):
            raise BadInput(
                f"{self._path} holds blocks of {toy.name} from source {row[0][:12]}, but its "
                f"source is now {source_hash(toy)[:12]}; use another database"
            )

    def _blocks(self) -> Finished:
        rows = self._connection.execute("SELECT label, replicates, count, mean, m2 FROM block")
        blocks = {(label, n): Moments(count, mean, m2) for label, n, count, mean, m2 in rows}
        for (label, _), block in blocks.items():
            numbers = [block.count, block.mean, block.m2]
            if not all(isinstance(value, int | float) for value in numbers) or block.m2 < 0:
                raise BadInput(f"{self._path} is damaged: block {label} holds {numbers}")
        return {**blocks, **self._paths()}

    def _paths(self) -> dict[tuple[str, int], PathMoments]:
        rows = self._connection.execute(
            "SELECT label, replicates, count, means, comoments FROM path"
        ).fetchall()
        paths = {}
        for label, replicates, count, means, comoments in rows:
            sizes = label.rpartition(" ")[2]
            try:
                wanted = len(json.loads(sizes))
                mean, matrix = np.array(json.loads(means)), np.array(json.loads(comoments))
            except (ValueError, TypeError, RecursionError):
                wanted, mean, matrix = 0, np.empty(0), np.empty((0, 0))
            if not (
                count == replicates
                and mean.shape == (wanted,)
                and matrix.shape == (wanted, wanted) != (0, 0)
                and mean.dtype == matrix.dtype == np.float64
                and np.all(np.isfinite(mean))
                and np.all(np.isfinite(matrix))
                and np.array_equal(matrix, matrix.T)
                and np.all(np.diag(matrix) >= 0)
            ):
                raise BadInput(f"{self._path} is damaged: path {label} holds no moments of {sizes}")
            paths[label, replicates] = PathMoments(
                count, tuple(mean.tolist()), tuple(map(tuple, matrix.tolist()))
            )
        return paths

    def add(self, cell: Cell | PathCell, moments: Block) -> None:
        """Keep a finished block; it is on disk when this returns."""
        values: list[float | str] = []
        if isinstance(moments, PathMoments):
            table, values = "path", [json.dumps(moments.means), json.dumps(moments.comoments)]
        else:
            table, values = "block", [moments.mean, moments.m2]
        with _explained(self._path):
            self._connection.execute(
                f"INSERT OR IGNORE INTO {table} VALUES (?, ?, ?, ?, ?)",  # noqa: S608, from above
                (*cell.key, moments.count, *values),
            )

    def sweeps(self) -> list[dict[str, Any]]:
        """The specifications of all sweeps that were begun."""
        with _explained(self._path):
            rows = self._connection.execute("SELECT spec FROM sweep ORDER BY rowid").fetchall()
        try:
            return [json.loads(row[0]) for row in rows]
        except ValueError as error:
            raise BadInput(f"{self._path} is damaged: {error}") from None

    def blocks(self) -> Finished:
        """All finished blocks, by label and replicates."""
        with _explained(self._path):
            return self._blocks()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """What SQLite says of the file, as an error that names it."""
    try:
        yield
    except sqlite3.Error as error:
        raise BadInput(f"cannot use {path} as a run database: {error}") from None
