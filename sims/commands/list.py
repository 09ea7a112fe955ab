"""`toylaws list`: which toys there are."""

from __future__ import annotations

import click


@click.command("list")
def command() -> None:
    """List the toys with their size axes, samplers and derivations.

    Toys that are installed but cannot be loaded are named with the reason.
    """
    from pydantic import ValidationError
    from tabulate import tabulate

    from sims.commands.options import note
    from toys import broken, classes

    rows = []
    for name, toy in classes().items():
        axes = toy.axes()
        try:
            default = toy()
            links = [default.derivation(axis) or "none" for axis in axes]
        except ValidationError:  # a toy may have parameters without a default
            links = ["depends on parameters"]
        samplers = toy.bounds_of("sampler").choices if "sampler" in toy.model_fields else ()
        rows.append([
            name,
            ", ".join(f"{axis} ({size.unit})" for axis, size in axes.items()),
            ", ".join(map(str, samplers)),
            ", ".join(links),
        ])  # fmt: skip
    click.echo(tabulate(rows, headers=["toy", "axes", "samplers", "derivation"]))
    for origin, reason in broken().items():
        note(f"{origin} could not be loaded: {reason}")
