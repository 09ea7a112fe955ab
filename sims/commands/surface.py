"""`toylaws surface`: a loss surface L(N, D) fitted to the user's own training runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sims.surface.report import SurfaceReport


@click.command("surface")
@click.argument("file", type=click.Path())
@click.option("--parameters", required=True, help="Column of the sizes N.")
@click.option("--tokens", help="Column of the training tokens D.")
@click.option("--flop", help="Column of the training compute C, instead: D = C/(6 N).")
@click.option("--loss", required=True, help="Column of the final losses.")
@click.option(
    "--form", "law", default="additive", show_default=True,
    help="additive, bracket, mean, or all: compare them, report on the best predictor.",
)  # fmt: skip
@click.option("--objective", default="huber", show_default=True, help="huber, squares or absolute.")
@click.option("--floor", default="free", show_default=True, help="Irreducible loss: free or zero.")
@click.option("--max-loss", type=float, metavar="X", help="Leave out runs with a loss above X.")
@click.option(
    "--bootstrap", type=click.IntRange(min=0), default=4000, show_default=True,
    help="Resamples for the error bars; 0 for none.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True,
    help="Seed of the resamples.",
)  # fmt: skip
@click.option(
    "--at", type=float, multiple=True, metavar="FLOP",
    help="A further budget at which to print the frontier; may be repeated.",
)  # fmt: skip
@click.option(
    "--tolerance", type=click.FloatRange(0, 1, min_open=True), default=0.01, show_default=True,
    help="Relative difference of compute up to which runs lie on one IsoFLOP line.",
)  # fmt: skip
@click.option("--format", "form", default="text", show_default=True, help="text or json.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder for figures.")
def command(
    file: str,
    parameters: str,
    tokens: str | None,
    flop: str | None,
    loss: str,
    law: str,
    objective: str,
    floor: str,
    max_loss: float | None,
    bootstrap: int,
    seed: int,
    at: tuple[float, ...],
    tolerance: float,
    form: str,
    output: Path | None,
) -> None:
    """Fit the loss surface L(N, D) of training runs in a CSV FILE with a header line.

    Every row is a run with N parameters and D tokens. The additive form is E + A/N^alpha +
    B/D^beta; printed are its constants, the compute-optimal frontier (N* ~ C^a with
    a = beta/(alpha + beta), along C = 6 N D) and, where the runs lie on lines of equal compute, the
    minima of IsoFLOP parabolas. Error bars come from resampling the runs.

    \b
    toylaws surface runs.csv --parameters N --tokens D --loss loss --at 1e24
    toylaws surface runs.csv --parameters "Model Size" --flop "Training FLOP" --loss loss \\
        --form all --max-loss 4 -o figures
    """
    import json

    from sims.arrays import plain
    from sims.commands.options import check_format, check_writable
    from sims.errors import BadInput
    from sims.surface.report import report_on
    from sims.surface.runs import read_runs
    from sims.surface.text import surface_text

    check_format(form, ("text", "json"))
    runs = read_runs(
        file, parameters=parameters, loss=loss, tokens=tokens, flop=flop, max_loss=max_loss
    )
    if output is not None:
        try:
            output.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(f"cannot make the folder {output}: {error.strerror}") from None
        check_writable(output / "figure")
    report = report_on(
        runs, form=law, objective=objective, floor=floor, repeats=bootstrap, seed=seed, at=at,
        tolerance=tolerance,
    )  # fmt: skip
    if form == "json":
        record = plain({"file": file, **report.record()})
        click.echo(json.dumps(record, indent=2, allow_nan=False))
    else:
        click.echo(f"file         {file}: {runs.origin}")
        click.echo(surface_text(report))
    if output is not None:
        _draw(report, output)


def _draw(report: SurfaceReport, folder: Path) -> None:
    """Write the figures into the folder, and their paths to stderr."""
    from sims.commands.options import note
    from sims.plots.surface import figures
    from sims.plots.sweeps import save

    drawings = figures(report)
    if "frontier" not in drawings:
        note("the figure of the frontier needs resamples: it is left out")
    for name, drawing in drawings.items():
        path = folder / f"{name}.png"
        save(drawing, path)
        note(f"figure {path}")
