"""What several commands share: options, and how toys are looked up and outputs written."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from toys import Toy

Decorated = Callable[..., Any]


def run_options(command: Decorated) -> Decorated:
    """Options of commands that simulate."""
    for option in reversed((
        click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True,
                     help="Seed of every draw."),
        click.option("--db", type=click.Path(), help="Run database: keeps finished blocks; a "
                     "killed run goes on from there."),
        click.option("--workers", type=click.IntRange(min=1), help="Threads; by default one for "
                     "each processor. Changes no number."),
        click.option("--format", "form", default="text", show_default=True,
                     help="text, markdown, latex, csv or json."),
    )):  # fmt: skip
        command = option(command)
    return command


def own_toys_option(command: Decorated) -> Decorated:
    """The user's own toys, for files that name toys but may not load code."""
    help_text = "A toy of your own that the file names; may be repeated."
    option = click.option("--toy", "toys", multiple=True, metavar="module:Class", help=help_text)
    return option(command)


def check_format(form: str, known: Sequence[str]) -> None:
    """Refuse an unknown format before any work is done."""
    from sims.errors import unknown

    if form not in known:
        raise unknown("format", form, known)


def find_toy(reference: str) -> type[Toy]:
    """A toy by name or by `module:Class`, or one clear error."""
    from sims.errors import BadInput, unknown
    from toys import names, resolve
    from toys.registry import no_cache_folder

    try:
        return resolve(reference)
    except KeyError as error:
        if ":" in reference:  # raised by the user's own module
            raise BadInput(f"cannot use {reference!r} as a toy: KeyError: {error}") from None
        raise unknown("toy", reference, [*names(), "or module:Class"]) from None
    except (Exception, SystemExit) as error:  # the user's own module may fail in any way
        if no_cache_folder(error):
            raise
        raise BadInput(f"cannot use {reference!r} as a toy: {_said(error)}") from None


def _said(error: BaseException) -> str:
    """What an error says; its kind too where the words alone say little, as `division by zero`."""
    plain = isinstance(error, ImportError | TypeError | ValueError | SystemExit)
    return str(error) if plain else f"{type(error).__name__}: {error}"


def note(text: str) -> None:
    """A remark for the user, on stderr."""
    click.echo(f"toylaws: {text}", err=True)


def note_where_results_live(db: str | None) -> None:
    """Say so when nothing will be kept."""
    if db is None:
        note("results live in memory only; --db FILE keeps finished blocks")


def check_writable(path: Path, *inputs: str | None) -> None:
    """Refuse an output that cannot be written, or is an input, before anything is simulated."""
    from sims.errors import BadInput

    try:
        if path.is_dir():
            raise BadInput(f"cannot write {path}: it is a folder")
        if path.exists() and not path.is_file():
            raise BadInput(f"cannot write {path}: it is no regular file")
        for other in inputs:
            if other is not None and path.resolve() == Path(other).resolve():
                raise BadInput(f"cannot write {path}: it is read as well")
        if path.exists() and not path.stat().st_mode & 0o222:
            raise BadInput(f"cannot write {path}: it is read-only")
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror}") from None
