"""`toylaws fit`: the user's own data."""

from __future__ import annotations

import click


@click.command("fit")
@click.argument("file", type=click.Path())
@click.option("--size", required=True, help="Column of the sizes.")
@click.option("--loss", required=True, help="Column of the losses (excess losses: floor zero).")
@click.option("--error", help="Column of the losses' standard errors.")
@click.option("--format", "form", default="text", show_default=True, help="text or json.")
def command(file: str, size: str, loss: str, error: str | None, form: str) -> None:
    """Fit the exponent of a power law to the columns of a CSV FILE with a header line.

    Several rows with the same size are replicates: their mean is fitted, with the standard error
    of the mean. With no errors and no replicates the fit is unweighted in logarithms.

    \b
    toylaws fit runs.csv --size tokens --loss loss
    toylaws fit runs.csv --size N --loss mean --error se --format json
    """
    import json

    from sims.csvdata import read_losses
    from sims.errors import unknown
    from sims.fitting import fit

    if form not in ("text", "json"):
        raise unknown("format", form, ("text", "json"))
    data = read_losses(file, size, loss, error)
    result = fit(data.sizes, data.means, data.errors)
    if form == "json":
        click.echo(json.dumps(result.record(), indent=2, allow_nan=False))
        return
    click.echo(f"file       {file}: {data.origin}")
    click.echo(result.text)
