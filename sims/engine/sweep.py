"""A plan that can be run: what users make."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from os import PathLike

from sims.engine.observations import Observations
from sims.engine.plan import Plan
from sims.engine.run import run_sweeps


@dataclass(frozen=True)
class Sweep(Plan):
    """A toy at several sizes, with enough replicates at each to measure its loss.

    Attributes
    ----------
    toy : Toy
        Its own value of a swept axis is ignored.
    sizes : mapping of str to sequence
        Sizes by axis; two axes make a grid.
    replicates : int, optional
        Independent experiments in one block: 100,000 unless said; 10,000 of a path, or where the
        statistic is no average; 1 without noise.
    blocks : int, optional
        Blocks at each size: 10 unless said, 20 where the statistic is no average, 1 without noise.
        A killed run loses at most the blocks under way.
    seed : int
        Seed of all of it.
    correction : {"theory", "none", "unknown"} or sequence of float
        With which corrections it is fitted.
    floor : {"theory", "zero", "maybe", "free"}
        What is assumed of its irreducible loss.

    Raises
    ------
    BadInput
        If an axis is unknown, a size repeated or out of bounds, a number not positive, or blocks
        are too few, or replicates too many, for the statistic or for a path.
    """

    def run(
        self,
        executor: Executor | None = None,
        db: str | PathLike[str] | None = None,
        progress: bool = False,
    ) -> Observations:
        """Simulate every cell that is not yet in the database.

        Parameters
        ----------
        executor : concurrent.futures.Executor, optional
            Where the blocks run; by default threads, one for each processor.
        db : path, optional
            Run database. Finished blocks are kept there, and found there by the next run.
        progress : bool
            Whether to show a progress bar on stderr.

        Returns
        -------
        Observations
        """
        return run_sweeps([self], executor=executor, db=db, progress=progress)[0]
