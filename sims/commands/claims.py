"""`toylaws claims`: what sources say, and what is true."""

from __future__ import annotations

from pathlib import Path

import click

from sims.claim_statuses import STATUS_RULES

HELP = (
    """Show what published sources assert about scaling laws, and what is true.

First how many claims of each source have which status, then the claims.

\b
toylaws claims --status wrong
toylaws claims --source Shah2021
toylaws claims --toy nearest_neighbor --db runs/core.sqlite

A claim has one of these statuses:

"""
    + "\n\n".join(f"{status}: {rule}" for status, rule in STATUS_RULES.items())
    + """

[1] is the value that it claims. `after` names the sources whose argument it reports. `by` is the
derivation that decides it, or that its correction rests on (toylaws derive NAME shows it), and what
part of it: its exponent, its prefactor, its law, or its argument. `also` are all others that bear
on it. `test` puts a printed number beside the one that is derived from other printed numbers.
`toys` witness any of these derivations.
"""
)


@click.command("claims", help=HELP)
@click.option("--source", help="Only claims of this source, as Cho2020.")
@click.option("--status", help=f"Only claims of this status: {', '.join(STATUS_RULES)}.")
@click.option("--toy", "witness", help="Only claims that this toy witnesses.")
@click.option(
    "--db",
    type=click.Path(path_type=Path),
    help="Run database: shows beside each claim the exponents that its toys were observed to have.",
)
@click.option("--format", "form", default="text", show_default=True, help="text, markdown or json.")
def command(
    source: str | None, status: str | None, witness: str | None, db: Path | None, form: str
) -> None:  # fmt: skip
    """Show what published sources assert about scaling laws, and what is true."""
    from sims.commands.options import check_format, note
    from sims.tables.claims import judged
    from sims.tables.claims_text import FORMATS, rendered

    check_format(form, FORMATS)
    judged(source=source, status=status, toy=witness)  # a bad filter, before a database is read
    rows = []
    if db is not None:
        from sims.engine.finished import finished_sweeps
        from sims.errors import BadInput
        from sims.tables.judged import judge

        found = finished_sweeps(db, {})
        for seen in found.observations:
            try:
                rows.append(judge(seen).row)
            except BadInput as error:
                found.left_out.append(f"a sweep of {seen.sweep.toy.name} is left out: {error}")
        for reason in found.left_out:
            note(reason)
    click.echo(rendered(judged(rows, source=source, status=status, toy=witness), form))
