"""Run the cells of sweeps over an executor, keeping what is finished."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from functools import cache
from os import PathLike

from threadpoolctl import ThreadpoolController

from sims.engine.cell import Block, Cell, PathCell
from sims.engine.database import Store
from sims.engine.observations import Observations
from sims.engine.plan import Plan
from sims.errors import BadInput
from sims.progress import progress_bar
from toys import Moments, Toy
from toys.moments import PathMoments

_logger = logging.getLogger("toylaws")


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def run_cell(cell: Cell | PathCell) -> Block:
    """Simulate one cell with one BLAS thread: the parallelism is over cells."""
    with _blas().limit(limits=1):
        return cell.run()


def run_sweeps(
    sweeps: Sequence[Plan],
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    db: str | PathLike[str] | None = None,
    progress: bool = False,
) -> list[Observations]:
    """Run several sweeps as one pool of cells.

    Parameters
    ----------
    sweeps : sequence of Plan
        What to run.
    executor : concurrent.futures.Executor, optional
        Where cells run; by default `workers` threads.
    workers : int, optional
        Number of threads; by default one for each processor.
    db : path, optional
        Run database: cells found in it are not run again, cells that finish are added.
    progress : bool
        Whether to show a progress bar on stderr.

    Returns
    -------
    list of Observations
        One a sweep. The numbers depend on neither executor nor order of completion.

    Raises
    ------
    KeyboardInterrupt
        With a database, after the cells under way have finished and have been kept.
    BadInput
        If two classes of toys have the same name, or `workers` is not positive.
    """
    if workers is not None and workers < 1:
        raise BadInput(f"workers = {workers} is not allowed (at least 1)")
    names: dict[str, type[Toy]] = {}
    for toy in (type(sweep.toy) for sweep in sweeps):
        if names.setdefault(toy.name, toy) is not toy:
            raise BadInput(f"two toys are called {toy.name!r}: {names[toy.name]} and {toy}")
    store = Store.open(db) if db is not None else None
    try:
        finished = store.begin(sweeps) if store else {}
        cells = {cell.key: cell for sweep in sweeps for cell in sweep.cells()}
        missing = [cell for key, cell in cells.items() if key not in finished]
        missing.sort(key=lambda cell: -cell.effort)  # large ones first: no straggler at the end

        def keep(cell: Cell | PathCell, moments: Block) -> None:
            finished[cell.key] = moments
            if store:
                store.add(cell, moments)

        bar = progress_bar("blocks", len(cells), len(cells) - len(missing), shown=progress)
        # threads share one limit, which cells that overlap would not put back: hence one for all
        with _blas().limit(limits=1), bar as advance:
            _execute(missing, executor, workers, keep, advance, patient=store is not None)
    finally:
        if store:
            store.close()
    return [gather(sweep, finished) for sweep in sweeps]


def gather(sweep: Plan, finished: Mapping[tuple[str, int], Block]) -> Observations:
    """The observations of a sweep whose blocks are all there, by label and replicates."""
    merged = dict.fromkeys(sweep.points, Moments.empty())
    path: PathMoments | None = None
    for cell in sweep.cells():  # in the order of the blocks, so that sums do not depend on timing
        block = finished[cell.key]
        if isinstance(block, PathMoments):
            path = path.merge(block) if path else block
        else:
            merged[cell.toy] = merged[cell.toy].merge(block)
    return Observations(sweep, path.each if path else tuple(merged.values()), path)


def _execute(
    cells: Sequence[Cell | PathCell],
    executor: Executor | None,
    workers: int | None,
    keep: Callable[[Cell | PathCell, Block], None],
    advance: Callable[[], None],
    *,
    patient: bool,
) -> None:
    """Run the cells; on Ctrl-C, finish and keep those under way if there is where to keep them."""
    if executor is None:
        threads = ThreadPoolExecutor(workers or os.cpu_count() or 1)
        try:
            _execute(cells, threads, None, keep, advance, patient=patient)
        except KeyboardInterrupt:
            threads.shutdown(wait=False, cancel_futures=True)
            raise
        threads.shutdown()
        return
    futures: dict[Future[Block], Cell | PathCell] = {}
    kept: set[Future[Block]] = set()
    try:
        futures.update((executor.submit(run_cell, cell), cell) for cell in cells)
        for future in as_completed(futures):
            keep(futures[future], future.result())
            kept.add(future)
            advance()
    except BaseException as error:
        under_way = [future for future in futures if not future.cancel() and future not in kept]
        if isinstance(error, KeyboardInterrupt) and under_way:
            if not patient:
                raise
            _logger.warning(
                "interrupted: finishing %d blocks under way; Ctrl-C again gives them up",
                len(under_way),
            )
        for future in as_completed(under_way):
            if future.exception() is None:
                keep(futures[future], future.result())
        raise
