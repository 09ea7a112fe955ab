"""The exponent table: observed beside exact in window, derived and claimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from sims.data_frames import data_frames
from sims.engine.observations import Observations
from sims.errors import unknown
from sims.tables import render, screen
from sims.tables.judged import judge
from sims.tables.row import Row, TableRecord, Verdict


@dataclass(frozen=True)
class ExponentTable:
    """Rows of observed, exact, derived and claimed exponents.

    Attributes
    ----------
    rows : sequence of Row
        One a sweep.
    suite : str or None
        The suite they come from.
    seed : int or None
        The seed of their sweeps.
    """

    rows: Sequence[Row]
    suite: str | None = None
    seed: int | None = None

    @property
    def record(self) -> TableRecord:
        """The table as its JSON has it."""
        return TableRecord(
            toylaws=version("toylaws"), suite=self.suite, seed=self.seed, rows=list(self.rows)
        )

    def to_frame(self) -> Any:
        """The table as a pandas data frame, a row each, nested names joined by dots.

        Returns
        -------
        pandas.DataFrame

        Raises
        ------
        ImportError
            If pandas is not installed; it says how to install it.
        """
        return data_frames().json_normalize([row.model_dump() for row in self.rows])

    @property
    def verdicts(self) -> list[Verdict]:
        """The verdict of each row."""
        return [row.verdict for row in self.rows]

    def render(self, form: str = "text", *, wide: bool = False, columns: int | None = None) -> str:
        """The table as text, markdown, latex, csv or json.

        Parameters
        ----------
        form : str
            The format.
        wide : bool
            Whether text, markdown and latex have all columns, or those that matter most.
        columns : int, optional
            Width of text that is not `wide`; by default that of the terminal.

        Returns
        -------
        str

        Raises
        ------
        BadInput
            If the format is none of these.
        """
        if form == "json":
            return self.record.model_dump_json(indent=2)
        if form not in render.FORMATS:
            raise unknown("format", form, render.FORMATS)
        if form == "text" and not wide:
            return screen.text(self.rows, columns)
        return render.rendered(self.rows, form, wide=wide)


def table_of(observations: Sequence[Observations], *, suite: str | None = None) -> ExponentTable:
    """The table of several sweeps, one row each.

    Parameters
    ----------
    observations : sequence of Observations
        All of one seed.
    suite : str, optional
        Name of the suite they come from.

    Returns
    -------
    ExponentTable

    Raises
    ------
    BadInput
        If one of them has two axes, too few sizes, or a loss that is not positive.
    """
    seeds = {seen.sweep.seed for seen in observations}
    seed = seeds.pop() if len(seeds) == 1 else None
    return ExponentTable([judge(seen).row for seen in observations], suite, seed)
