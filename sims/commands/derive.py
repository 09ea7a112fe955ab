"""`toylaws derive`: a derivation, every step with its check."""

from __future__ import annotations

import click


@click.command("derive")
@click.argument("name", required=False)
@click.option("--all", "everything", is_flag=True, help="Every derivation, and a count of steps.")
def command(name: str | None, everything: bool) -> int:
    """Print the derivation NAME step by step, each proved by algebra and checked in numbers.

    \b
    toylaws derive bernoulli.data
    toylaws derive --all

    Exits with 1 if a step fails.
    """
    import symbolic
    from sims.commands.options import note
    from sims.errors import BadInput, unknown
    from symbolic.text import derivation_text

    if everything == (name is not None):
        raise BadInput(f"give one name or --all (there are: {', '.join(symbolic.names())})")
    proved = checked = failed = 0
    for wanted in symbolic.names() if name is None else [name]:
        try:
            derivation = symbolic.get(wanted)
        except KeyError:
            raise unknown("derivation", wanted, symbolic.names()) from None
        report = derivation.check()
        click.echo(derivation_text(derivation, report) + "\n")
        proved += sum(outcome.proved for outcome in report.outcomes)
        checked += sum(outcome.failure is None for outcome in report.outcomes)
        failed += sum(not outcome.passed for outcome in report.outcomes)
        failed += report.law_problem is not None
    for origin, reason in symbolic.broken().items():
        note(f"{origin} could not be loaded: {reason}")
    if everything:
        click.echo(f"steps: {proved} proved, {checked} checked in numbers, {failed} failed")
    return 1 if failed else 0
