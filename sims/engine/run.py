"""Run the cells of sweeps over an executor, keeping what is finished."""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from functools import cache
from os import PathLike

from threadpoolctl import ThreadpoolController

from sims.engine.cell import Block, Cell, PathCell
from sims.engine.database import Store
from sims.engine.observations import Observations
from sims.engine.plan import Plan
from sims.errors import FAULT_OF, BadInput
from sims.progress import Bar, progress_bar
from toys import Moments, Toy
from toys.moments import PathMoments

_logger = logging.getLogger("toylaws")


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def run_cell(cell: Cell | PathCell) -> Block:
    """Simulate one cell with one BLAS thread: the parallelism is over cells."""
    with _blas().limit(limits=1):
        try:
            return cell.run()
        except Exception as error:  # a toy of somebody else's may fail in any way
            error.add_note(f"{FAULT_OF} {cell.toy.name}")
            raise
        except SystemExit as leave:  # it must not end the program, least of all with success
            fault = RuntimeError(f"it tried to leave the program: SystemExit({leave.code})")
            fault.add_note(f"{FAULT_OF} {cell.toy.name}")
            raise fault from leave


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
    with progress_bar("blocks", count_blocks(sweeps), shown=progress) as bar:
        return list(finished_in_order(sweeps, bar, executor=executor, workers=workers, db=db))


def count_blocks(sweeps: Sequence[Plan]) -> int:
    """How many different blocks the sweeps are made of."""
    return len({cell.key for sweep in sweeps for cell in sweep.cells()})


def finished_in_order(
    sweeps: Sequence[Plan],
    bar: Bar,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    db: str | PathLike[str] | None = None,
) -> Generator[Observations]:
    """Run several sweeps, and yield the observations of each as soon as those before it are in.

    Parameters
    ----------
    sweeps : sequence of Plan
        What to run.
    bar : Bar
        Told of every block, and of the toy that is waited for.
    executor, workers, db
        As `run_sweeps` takes them.

    Yields
    ------
    Observations
        One a sweep, in their order.

    Raises
    ------
    KeyboardInterrupt, BadInput
        As `run_sweeps`.
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
        cells = {cell.key: cell for sweep in sweeps for cell in _by_effort(sweep)}
        missing = [cell for key, cell in cells.items() if key not in finished]
        for _ in range(len(cells) - len(missing)):
            bar.advance()
        queue = _Queue(sweeps, finished)

        def keep(cell: Cell | PathCell, moments: Block) -> None:
            finished[cell.key] = moments
            queue.note(cell)
            if store:
                store.add(cell, moments)

        # threads share one limit, which cells that overlap would not put back: hence one for all
        with _blas().limit(limits=1):
            yield from queue.ready()
            for _ in _execute(missing, executor, workers, keep, patient=store is not None):
                bar.advance(queue.first)
                yield from queue.ready()
    finally:
        if store:
            store.close()


def _by_effort(sweep: Plan) -> list[Cell] | list[PathCell]:
    """The cells of a sweep, the largest first: none is left over when all others are done."""
    return sorted(sweep.cells(), key=lambda cell: -cell.effort)  # type: ignore[return-value]


class _Queue:
    """Sweeps that wait for their blocks, in their order; what each lacks is counted down."""

    def __init__(self, sweeps: Sequence[Plan], finished: Mapping[tuple[str, int], Block]) -> None:
        self._waiting, self._finished = deque(enumerate(sweeps)), finished
        self._lacking = [0] * len(sweeps)
        self._needed_by: dict[tuple[str, int], list[int]] = {}
        for place, sweep in enumerate(sweeps):
            for key in {cell.key for cell in sweep.cells()} - set(finished):
                self._lacking[place] += 1
                self._needed_by.setdefault(key, []).append(place)

    @property
    def first(self) -> str | None:
        """The name of the toy that is waited for."""
        return self._waiting[0][1].toy.name if self._waiting else None

    def note(self, cell: Cell | PathCell) -> None:
        """A block is done."""
        for place in self._needed_by.pop(cell.key, ()):
            self._lacking[place] -= 1

    def ready(self) -> Iterator[Observations]:
        """The sweeps at the head of the queue that lack nothing; they leave it."""
        while self._waiting and not self._lacking[self._waiting[0][0]]:
            yield gather(self._waiting.popleft()[1], self._finished)


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
    *,
    patient: bool,
) -> Iterator[None]:
    """Run and keep the cells; yields after each.

    On Ctrl-C, wherever it strikes, those under way are finished and kept if there is where to.
    """
    if executor is None:
        threads = ThreadPoolExecutor(workers or os.cpu_count() or 1)
        try:
            yield from _execute(cells, threads, None, keep, patient=patient)
        except BaseException:
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
            yield
    except BaseException as error:  # GeneratorExit too: whoever reads the rows was interrupted
        under_way = [future for future in futures if not future.cancel() and future not in kept]
        if isinstance(error, KeyboardInterrupt | GeneratorExit) and under_way:
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
