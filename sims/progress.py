"""The progress bar of long work, on stderr."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bar:
    """Counts what is done, and steps aside where something else is printed."""

    def __init__(self, shown: Progress | None = None, task: TaskID | None = None) -> None:
        self._shown, self._task = shown, task

    def advance(self, what: str | None = None) -> None:
        """One more is done; `what` says what is worked on now."""
        if self._shown is not None and self._task is not None:
            self._shown.advance(self._task)
            if what is not None:
                self._shown.update(self._task, description=what)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bar away for a while: results on the same terminal must not mix with it."""
        if self._shown is None:
            yield
            return
        self._shown.stop()
        try:
            yield
        finally:
            self._shown.start()


@contextmanager
def progress_bar(what: str, total: int, *, shown: bool = True) -> Iterator[Bar]:
    """Show a progress bar while the block runs.

    Parameters
    ----------
    what : str
        What is counted.
    total : int
        How many there are.
    shown : bool
        Whether it is seen at all.

    Yields
    ------
    Bar
    """
    if not shown:
        yield Bar()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    console = Console(stderr=True)
    if not console.is_terminal:  # a log would keep every step of it
        yield Bar()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    with Progress(*columns, console=console, transient=True) as bar:
        yield Bar(bar, bar.add_task(what, total=total))
