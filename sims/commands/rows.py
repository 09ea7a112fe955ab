"""Run sweeps and judge them as they end: what `table` and `run` share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing

from sims.engine.plan import Plan
from sims.engine.run import count_blocks, finished_in_order
from sims.progress import progress_bar
from sims.tables.judged import Judged, judge
from sims.tables.row import Row
from sims.tables.screen import Screen
from sims.tables.setting import setting_of
from sims.tables.theory import theory_of
from sims.terminal import on_stdout


def judged_sweeps(
    sweeps: Sequence[Plan],
    *,
    workers: int | None,
    db: str | None,
    show: Callable[[int, Row], None] | None = None,
) -> list[Judged]:
    """Run the sweeps; each is judged, and its row shown, while the next ones still run."""
    found: list[Judged] = []
    with (
        progress_bar(sweeps[0].toy.name, count_blocks(sweeps)) as bar,
        closing(finished_in_order(sweeps, bar, workers=workers, db=db)) as stream,
    ):
        for place, seen in enumerate(stream):
            found.append(judge(seen))
            if show is not None:
                with bar.aside():
                    show(place, found[-1].row)
    return found


def printed_sweeps(sweeps: Sequence[Plan], *, workers: int | None, db: str | None) -> list[Judged]:
    """The sweeps, judged; their rows are printed as they come, with what the words mean below."""
    settings = [
        setting_of(sweep, axis, theory_of(sweep.toy, axis))
        for sweep in sweeps
        for axis in sweep.sizes
    ]
    screen = Screen(settings, on_stdout())
    found = judged_sweeps(sweeps, workers=workers, db=db, show=screen.show)
    screen.closing([one.row for one in found])
    return found
