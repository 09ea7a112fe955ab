"""Estimators set to the same noisy data, many times over, and how often they are right.

A refusal counts as an interval that misses.
"""

from __future__ import annotations

import math
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from benchmarks.calibration.noisy import Data
from benchmarks.calibration.peers import PEERS, Estimate, least_squares
from benchmarks.calibration.scenarios import SCENARIOS, Form, Scenario
from sims import BadInput, Fit, fit
from sims.progress import progress_bar

OURS, THEORY, RIGHT = "ours", "ours, w known", "right model"


class Task(NamedTuple):
    """Some repetitions of one scenario at one noise and number of sizes."""

    scenario: str
    noise: str
    n: int
    repetitions: range
    estimators: tuple[str, ...]


class Key(NamedTuple):
    """What the repetitions of a cell share."""

    scenario: str
    noise: str
    n: int
    estimator: str


Row = tuple[float, float, float, bool, bool]
"""Exponent and ends of the interval, all less the truth and NaN if refused; flags, log flags."""


@dataclass(frozen=True)
class Tally:
    """What one estimator did in some repetitions.

    Attributes
    ----------
    rows : ndarray, shape (repetitions, 5)
        A Row for each.
    """

    rows: NDArray[np.float64]

    @property
    def repetitions(self) -> int:
        """How many there were."""
        return len(self.rows)

    @property
    def covered(self) -> int:
        """Intervals that hold the truth."""
        return int(np.sum((self.rows[:, 1] <= 0) & (self.rows[:, 2] >= 0)))

    @property
    def coverage(self) -> float:
        """Their share of all repetitions."""
        return self.covered / self.repetitions

    @property
    def between(self) -> tuple[float, float]:
        """95 % interval of the coverage (Clopper and Pearson 1934)."""
        seen = binomtest(self.covered, self.repetitions).proportion_ci(0.95, "exact")
        return float(seen.low), float(seen.high)

    @property
    def refused(self) -> int:
        """Repetitions without an interval."""
        return int(np.sum(np.isnan(self.rows[:, 0])))

    @property
    def bias(self) -> float:
        """Median of the exponents less the truth; NaN if all were refused."""
        return self._median(self.rows[:, 0])

    @property
    def half_width(self) -> float:
        """Median half-width of the intervals; NaN if all were refused."""
        return self._median((self.rows[:, 2] - self.rows[:, 1]) / 2)

    @property
    def flagged(self) -> float:
        """Share of repetitions with a flag."""
        return float(np.mean(self.rows[:, 3]))

    @property
    def logarithms(self) -> float:
        """Share of repetitions with a flag that speaks of a logarithm."""
        return float(np.mean(self.rows[:, 4]))

    def _median(self, values: NDArray[np.float64]) -> float:
        given = values[~np.isnan(values)]
        return float(np.median(given)) if given.size else math.nan


class Results(dict[Key, Tally]):
    """Tallies by cell; cells may be asked for by scenario, noise, n or group."""

    def cells(
        self, estimator: str, *, group: str | None = None, **where: Any
    ) -> list[tuple[Key, Tally]]:
        """The cells of an estimator that have these properties."""
        return [
            (key, tally)
            for key, tally in self.items()
            if key.estimator == estimator
            and group in (None, SCENARIOS[key.scenario].group)
            and all(getattr(key, name) == value for name, value in where.items())
        ]

    def pool(self, estimator: str, **where: Any) -> Tally | None:
        """All repetitions of such cells together; None if there are none."""
        found = [tally.rows for _, tally in self.cells(estimator, **where)]
        return Tally(np.concatenate(found)) if found else None

    def lowest(self, estimator: str, **where: Any) -> tuple[Key, Tally]:
        """The one of such cells with the least coverage; there must be one."""
        return min(self.cells(estimator, **where), key=lambda cell: cell[1].coverage)


def _ours(data: Data, scenario: Scenario, corrections: Sequence[float] | None) -> Fit | None:
    estimator: Callable[..., Fit] = fit
    try:
        return estimator(*data, floor=scenario.floor, corrections=corrections)
    except BadInput:
        return None


def _judged(data: Data, scenario: Scenario, estimator: str) -> Row:
    """What an estimator says of the data, beside the truth; the others take no covariance."""
    alone = data._replace(errors=data.standard_errors)
    flags: tuple[str, ...] = ()
    seen: Estimate | None
    if estimator in (OURS, THEORY):
        found = _ours(data, scenario, scenario.theory if estimator == THEORY else None)
        flags = found.flags if found else ()
        seen = Estimate(found.exponent, *found.interval) if found and found.interval else None
    elif estimator == RIGHT:
        seen = least_squares(scenario.form or Form())(*alone)
    else:
        seen = PEERS[estimator].estimate(*alone)
    exponent, low, high = (value - scenario.exponent for value in seen or [math.nan] * 3)
    return exponent, low, high, bool(flags), any("logarithm" in flag for flag in flags)


def perform(task: Task) -> dict[str, list[Row]]:
    """Run every estimator of a task on the same data; rows by estimator."""
    scenario = SCENARIOS[task.scenario]
    rows: dict[str, list[Row]] = {estimator: [] for estimator in task.estimators}
    for repetition in task.repetitions:
        data = scenario.draw(task.noise, task.n, repetition)
        for estimator, seen in rows.items():
            try:
                seen.append(_judged(data, scenario, estimator))
            except Exception as error:
                error.add_note(f"{estimator}: {task}, repetition {repetition}")
                raise
    return rows


def estimators_for(scenario: Scenario, peers: Iterable[str], with_theory: bool) -> tuple[str, ...]:
    """Names of the estimators that make sense for a scenario."""
    theory = with_theory and scenario.theory is not None
    right = scenario.form is not None and (theory or bool(peers))
    return (OURS, *[THEORY] * theory, *[RIGHT] * right, *peers)


def measure(tasks: Sequence[Task], workers: int, *, progress: bool = True) -> Results:
    """Perform tasks, in processes if there are several workers; the result does not depend on it.

    Parameters
    ----------
    tasks : sequence of Task
        What to do.
    workers : int
        Number of processes; with 1 the work is done in this one.
    progress : bool
        Whether to show a progress bar on stderr.
    """
    done: dict[int, dict[str, list[Row]]] = {}
    with progress_bar("repetitions", len(tasks), shown=progress) as bar:
        for index, found in _performed(tasks, workers):
            done[index] = found
            bar.advance()
    gathered: dict[Key, list[Row]] = {}
    for index, task in enumerate(tasks):  # by task: the order of completion leaves no trace
        for estimator, rows in done[index].items():
            key = Key(task.scenario, task.noise, task.n, estimator)
            gathered.setdefault(key, []).extend(rows)
    return Results({key: Tally(np.array(rows, dtype=float)) for key, rows in gathered.items()})


def _performed(tasks: Sequence[Task], workers: int) -> Iterator[tuple[int, dict[str, list[Row]]]]:
    if workers == 1:
        yield from ((index, perform(task)) for index, task in enumerate(tasks))
        return
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as executor:
        futures = {executor.submit(perform, task): index for index, task in enumerate(tasks)}
        for future in as_completed(futures):
            yield futures[future], future.result()
