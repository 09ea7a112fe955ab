"""`toylaws plot`: figures of a run database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sims.commands.options import own_toys_option

if TYPE_CHECKING:
    from sims.tables.judged import Judged


@click.command("plot")
@click.argument("db", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="Folder.")
@click.option("--format", "form", default="png", show_default=True, help="png, pdf or svg.")
@own_toys_option
def command(db: Path, output: Path, form: str, toys: tuple[str, ...]) -> None:
    """Draw every finished sweep in the run database DB into the folder -o.

    Each figure has the losses with their error bars, the exact curve, the fit, and below the
    running slope beside the derived exponent. Sweeps of one toy that measure the same quantity in
    the same way are also drawn together.
    """
    from sims.commands.options import check_writable, find_toy, note
    from sims.engine.finished import finished_sweeps
    from sims.errors import BadInput, unknown
    from sims.plots.sweeps import FORMATS, figure, save, together
    from sims.tables.judged import judge

    if form not in FORMATS:
        raise unknown("format", form, FORMATS)
    own = [find_toy(reference) for reference in toys]
    found = finished_sweeps(db, {toy.name: toy for toy in own})
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"cannot make the folder {output}: {error.strerror}") from None
    check_writable(output / "figure")
    drawable = []
    for i, seen in enumerate(found.observations, start=1):
        path = output / f"{i:02d}_{seen.sweep.toy.name}_{'_'.join(seen.sweep.sizes)}.{form}"
        check_writable(path, str(db))
        try:
            judged = judge(seen)
        except BadInput as error:
            found.left_out.append(f"{path.stem} is left out: {error}")
            continue
        drawable.append(judged)
        save(figure(judged), path)
        click.echo(path)
    for i, group in enumerate(_alike(drawable), start=1):
        path = output / f"together_{i:02d}_{group[0].observations.sweep.toy.name}.{form}"
        save(together(group), path)
        click.echo(path)
    for reason in found.left_out:
        note(reason)
    if not drawable:
        raise BadInput(f"{db} has no finished sweep to draw")


def _alike(many: list[Judged]) -> list[list[Judged]]:
    """Groups of at least two sweeps that belong on the same axes."""
    groups: dict[tuple[object, ...], list[Judged]] = {}
    for judged in many:
        sweep = judged.observations.sweep
        sampler = getattr(sweep.toy, "sampler", None)
        key = (sweep.toy.name, judged.axis, sweep.toy.quantity, sampler, sweep.seed)
        groups.setdefault(key, []).append(judged)
    return [group for group in groups.values() if len(group) > 1]
