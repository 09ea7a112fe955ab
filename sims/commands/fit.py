"""`toylaws fit`: the user's own data."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

if TYPE_CHECKING:
    from sims.assumptions import Floor


@click.command("fit")
@click.argument("file", type=click.Path())
@click.option("--size", required=True, help="Column of the sizes.")
@click.option("--loss", required=True, help="Column of the losses.")
@click.option("--error", help="Column of the losses' standard errors.")
@click.option(
    "--floor", default="maybe", show_default=True,
    help="Irreducible loss: zero, maybe (averaged over), free (fitted), or its value.",
)  # fmt: skip
@click.option(
    "--correction", default="unknown", show_default=True,
    help="Exponents of finite-size corrections: unknown (averaged over), none, or theory's: 1/2,1.",
)  # fmt: skip
@click.option(
    "--form", default="power", show_default=True,
    help="power, another form of L(N) by itself, or all: compare them.",
)  # fmt: skip
@click.option(
    "--bootstrap", type=int, default=0, show_default=True,
    help="Refit so many data sets drawn about the fit.",
)  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the bootstrap.")
@click.option("--format", "style", default="text", show_default=True, help="text or json.")
def command(
    file: str, size: str, loss: str, error: str | None, floor: str, correction: str, form: str,
    bootstrap: int, seed: int, style: str,
) -> None:  # fmt: skip
    """Fit the exponent of a power law to the columns of a CSV FILE with a header line.

    Several rows with the same size are replicates: their mean is fitted, with the standard error
    of the mean. With no errors and no replicates the error is inferred from the scatter.

    The exponent is averaged over power laws with no finite-size correction, with one and with two,
    each weighed by its evidence, in the widest window that one of them fits. The error has two
    parts: stat, within the models, and model, between them. If theory says how the next term
    falls, give its exponent: the interval shrinks.

    An irreducible loss that is wrongly taken to be zero ruins the exponent: say zero only where the
    loss is an excess loss, or theory says that it vanishes.

    Forms: power, constant, corrected, shifted, broken, exponential, stretched, logarithmic, log
    power, log corrected; all compares them, by evidence and by how well each, fitted to the
    smaller sizes, foretells the larger ones.

    \b
    toylaws fit runs.csv --size tokens --loss loss
    toylaws fit runs.csv --size N --loss mean --error se --floor zero --correction 1/2
    toylaws fit runs.csv --size N --loss loss --form all
    """
    import json

    from sims.arrays import plain
    from sims.errors import BadInput, unknown
    from sims.fitting import compare_forms, fit, fit_form
    from sims.fitting.average.averaged import BATCH
    from sims.fitting.average.result import MOST_REPEATS
    from sims.fitting.file_losses import read_losses
    from sims.progress import progress_bar
    from sims.terminal import folded

    if style not in ("text", "json"):
        raise unknown("format", style, ("text", "json"))
    if bootstrap < 0 or bootstrap == 1:
        raise BadInput(f"--bootstrap {bootstrap} is not allowed (0, or at least 2)")
    if bootstrap > MOST_REPEATS:
        raise BadInput(f"--bootstrap {bootstrap} is not allowed (at most {MOST_REPEATS})")
    if seed < 0:
        raise BadInput(f"--seed {seed} is not allowed (at least 0)")
    columns_named = [name for name in (size, loss, error) if name is not None]
    if len(set(columns_named)) < len(columns_named):
        raise BadInput(f"one column is named twice: {', '.join(columns_named)}")
    if form != "power" and (floor, correction, bootstrap) != ("maybe", "unknown", 0):
        raise BadInput(f"--floor, --correction and --bootstrap are of --form power, not of {form}")
    powers, assumed = _corrections(correction), _floor(floor)
    data = read_losses(file, size, loss, error)
    columns = (data.sizes, data.means, data.errors)
    if form == "all":
        compared = compare_forms(*columns)
        record, text = compared.record(), compared.text
    elif form == "power":
        seen = fit(*columns, floor=assumed, corrections=powers, replicates=data.replicates)
        letter = size if len(size) == 1 else "N"
        record, text = seen.record(), seen.in_words(letter)
        if bootstrap:
            with progress_bar("bootstrap", -(-bootstrap // BATCH)) as bar:
                drawn = seen.bootstrap(bootstrap, seed, bar.advance)
            record["bootstrap"] = {**drawn._asdict(), "seed": seed}
            text += f"\nbootstrap  {drawn.text}, seed {seed}"
    else:
        other = fit_form(*columns, form=form)
        record, text = other.record(), other.text
    if style == "json":
        click.echo(json.dumps(plain(record), indent=2, allow_nan=False))
        return
    click.echo(folded(f"file       {file}: {data.origin}"))
    click.echo(text if form == "all" else folded(text))


def _corrections(text: str) -> list[float] | None:
    """Exponents from `unknown`, `none`, or numbers and fractions with commas between."""
    from sims.errors import BadInput

    if text in ("unknown", "none"):
        return None if text == "unknown" else []
    try:
        return [_number(part) for part in text.split(",")]
    except (ValueError, ZeroDivisionError):
        raise BadInput(
            f"--correction {text!r} is not allowed (unknown, none, or exponents such as 1/2,1)"
        ) from None


def _number(text: str) -> float:
    above, slash, below = text.partition("/")
    return float(above) / float(below) if slash else float(above)


def _floor(text: str) -> Floor | float:
    try:
        return float(text)
    except ValueError:
        return cast("Floor", text)  # fit says what is allowed
