"""`toylaws show`: all about one toy."""

from __future__ import annotations

import inspect

import click


@click.command("show")
@click.argument("toy")
def command(toy: str) -> None:
    """Show the definition of TOY, its parameters with their bounds, law, claims and source.

    TOY is a name from `toylaws list`, or package.module:Class for a toy of your own.
    """
    from pydantic_core import PydanticUndefined
    from tabulate import tabulate

    from sims.commands.options import find_toy

    cls = find_toy(toy)
    click.echo(f"{cls.name}\n\n{inspect.cleandoc(cls.__doc__ or '')}\n")
    axes = cls.axes()
    rows = []
    for name, field in cls.model_fields.items():
        default = "(required)" if field.default is PydanticUndefined else f"{field.default}"
        meaning = field.description or ""
        if name in axes:
            meaning += " (size axis)"
        rows.append([name, cls.bounds_of(name).text(name), default, meaning])
    click.echo(tabulate(rows, headers=["parameter", "allowed", "default", "meaning"]))
    if cls.shortcuts:
        click.echo(f"\nshort-cuts: {', '.join(cls.shortcuts)}; every other sampler is a witness")
    _show_theory(cls)


def _show_theory(cls: type) -> None:
    """Law, claims and source at the default parameters."""
    from pydantic import ValidationError

    from sims.tables.theory import theory_of

    try:
        default = cls()
    except ValidationError:
        click.echo("\nlaw: depends on the parameters that have no default")
        return
    click.echo(f"\nquantity: {default.quantity}\nsource: {default.source}")
    for axis in cls.axes():  # type: ignore[attr-defined]
        theory = theory_of(default, axis)
        if theory is None:
            click.echo(f"law in {axis}: not derived")
            continue
        law = theory.derivation.law
        click.echo(f"law in {axis}, at the default parameters: {theory.law.expression}")
        if law.exponent is not None:
            click.echo(f"  exponent {law.exponent}, prefactor {law.prefactor}, in general")
        click.echo(f"  derivation: toylaws derive {theory.derivation.name}")
        _show_claims(theory.derivation.name)


def _show_claims(derivation: str) -> None:
    import textwrap

    import symbolic
    from sims.terminal import width

    for claim in symbolic.claims_on(derivation, also=True):
        text = f"claim, {claim.status}: {claim.source}: {claim.statement}."
        if claim.correction:
            text += f" True is: {claim.correction}."
        click.echo(
            textwrap.fill(
                text, width(), initial_indent="  ", subsequent_indent="    ",
                break_long_words=False, break_on_hyphens=False,
            )
        )  # fmt: skip
