"""`toylaws derive`: a derivation, every step with its check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sims.tables.derivations import Examined


@click.command("derive")
@click.argument("name", required=False)
@click.option("--all", "everything", is_flag=True, help="Every derivation, and a count of steps.")
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    help="text, markdown, latex (a document that compiles) or json.",
)
@click.option(
    "--at", "values", metavar="N=1e3,p=0.3", help="Evaluate the law at these values instead."
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    show_default=True,
    help="Seed of the points of the numeric checks.",
)
@click.option(
    "--workers", type=click.IntRange(min=1), help="Processes for --all; default: one per processor."
)
def command(
    name: str | None, everything: bool, form: str, values: str | None, seed: int,
    workers: int | None,
) -> int:  # fmt: skip
    """Print the derivation NAME step by step, each proved by algebra and checked in numbers.

    NAME is one that --all lists, or package.module:function for a derivation of your own.

    \b
    toylaws derive bernoulli.data
    toylaws derive bernoulli.data --at p=0.3,pseudocount=0.5,N=1000
    toylaws derive kaplan.joint --format latex > joint.tex
    toylaws derive --all

    A derivation is proved if algebra proves all of its steps and one of them yields its exponent
    and prefactor; otherwise it says to how many digits it was checked. That each step follows from
    those before, and that the words say what the formulas do, is for the reader to judge; the exact
    loss, where there is one, checks the law as a whole. Exits with 1 if a derivation fails.
    """
    import symbolic
    from sims.commands.options import check_format, note
    from sims.errors import BadInput
    from sims.progress import progress_bar
    from sims.tables.derivations import FORMATS, as_document, evaluated, examine, summary

    if everything == (name is not None):
        raise BadInput(f"give one name or --all (there are: {', '.join(symbolic.names())})")
    if everything and values is not None:
        raise BadInput("--at belongs to one derivation, not to --all")
    check_format(form, FORMATS)
    if values is not None and name is not None:
        if form != "text":
            raise BadInput(f"--at prints text, not {form}")
        click.echo(evaluated(name, values))
        return 0
    names = symbolic.names() if name is None else [name]
    found: list[Examined] = []
    with progress_bar("derivations", len(names), shown=everything) as bar:
        for one in examine(names, form=form, seed=seed, workers=workers):
            found.append(one)
            bar.advance()
    closing = summary(found) if everything else []
    click.echo(as_document(found, form, closing), nl=False)
    for origin, reason in symbolic.broken().items() if everything else ():
        note(f"{origin} could not be loaded: {reason}")
    return 1 if any(not one.passed for one in found) else 0
