"""`toylaws table`: the exponent table of a suite."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sims.commands.options import own_toys_option, run_options

if TYPE_CHECKING:
    from sims.engine.sweep import Sweep


@click.command("table")
@click.argument("suite", default="core")
@run_options
@click.option("--output", type=click.Path(path_type=Path), help="Write the table to this file.")
@click.option("--wide", is_flag=True, help="All columns, in lines as long as they need.")
@click.option("--strict", is_flag=True, help="Exit with 3 if a row disagrees.")
@click.option("--verify", is_flag=True, help="First check every derivation that the rows link to.")
@own_toys_option
def command(
    suite: str,
    seed: int,
    db: str | None,
    workers: int | None,
    form: str,
    output: Path | None,
    wide: bool,
    strict: bool,
    verify: bool,
    toys: tuple[str, ...],
) -> int:
    """Print the exponent table of SUITE: observed, exact in window, derived, claimed, verdict.

    SUITE is `core`, `sources` (the questions of the sources, some minutes), or a path to your own
    .toml with one [[row]] for each sweep:

    \b
    [[row]]
    toy = "bernoulli"
    parameters = { p = 0.3 }
    sampler = "binomial"
    over = "N=1e2:1e6:9"

    A suite names toys of `toylaws list`; it cannot load code. For a toy of your own, say where it
    is by --toy module:Class, and give its name in the suite.

    Observed is the exponent fitted to the simulation; exact is the same fit to the exact curve at
    the same sizes; derived is the asymptotic exponent. The verdict compares them, and what it means
    stands below the table. Rows appear as they are judged.
    """
    import time

    from sims.atomic_write import whole_file
    from sims.commands.options import (
        check_format,
        check_writable,
        find_toy,
        note,
        note_where_results_live,
    )
    from sims.commands.rows import judged_sweeps, printed_sweeps
    from sims.exit_codes import DISAGREES, DONE
    from sims.suites.suite import load_suite
    from sims.tables.exponents import ExponentTable
    from sims.tables.judged import check_sizes
    from sims.tables.render import FORMATS
    from sims.terminal import PIPED

    check_format(form, FORMATS)
    loaded = load_suite(suite)
    own = [find_toy(reference) for reference in toys]
    sweeps = loaded.sweeps(seed, {toy.name: toy for toy in own}, note)
    for sweep in sweeps:
        check_sizes(sweep)
    if output:
        check_writable(output, db, suite)
    if verify:
        _verify(sweeps)
    note_where_results_live(db)
    started = time.monotonic()
    on_screen = form == "text" and not wide and output is None
    judged = (printed_sweeps if on_screen else judged_sweeps)(sweeps, workers=workers, db=db)
    table = ExponentTable([one.row for one in judged], loaded.name, seed)
    if output:
        with whole_file(output) as unfinished:
            text = table.render(form, wide=wide, columns=PIPED)  # the same in every terminal
            unfinished.write_text(text + "\n", encoding="utf-8")
    elif not on_screen:
        click.echo(table.render(form, wide=wide))
    note(f"suite {loaded.name}, seed {seed}: {time.monotonic() - started:.0f} s")
    return DISAGREES if strict and "disagrees" in table.verdicts else DONE


def _verify(sweeps: list[Sweep]) -> None:
    """Check the derivations that the sweeps link to, and fail on the first that does not hold."""
    from sims.commands.options import note
    from sims.tables.theory import theory_of

    theories = [theory_of(sweep.toy, axis) for sweep in sweeps for axis in sweep.sizes]
    derivations = {found.derivation.name: found.derivation for found in theories if found}
    for name, derivation in sorted(derivations.items()):
        if not derivation.check().passed:
            raise RuntimeError(f"the derivation {name} does not hold; see toylaws derive {name}")
        note(f"{name}: every step holds")
