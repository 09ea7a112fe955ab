"""`toylaws list`: which toys there are."""

from __future__ import annotations

import click


@click.command("list")
@click.option("--family", metavar="FAMILY", help="Only the toys of this family, as memory.")
def command(family: str | None) -> None:
    """List the toys by family, each with one line that says what it is, and its size axes.

    `toylaws show TOY` tells all about one. Toys that are installed but cannot be loaded are named
    with the reason.
    """
    from sims.commands.options import note
    from sims.errors import unknown
    from sims.tables.listing import printed
    from toys import broken, catalogue
    from toys.folders import families

    found = families()
    if family is not None and family not in found:
        raise unknown("family", family, found)
    shown = [toy for toy in catalogue().values() if family in (None, toy.family)]
    printed(shown, found)
    for origin, reason in broken().items():
        note(f"{origin} could not be loaded: {reason}")
