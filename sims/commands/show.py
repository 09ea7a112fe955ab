"""`toylaws show`: all about one toy."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from toys import Toy


@click.command("show")
@click.argument("toy")
def command(toy: str) -> None:
    """Show the definition of TOY, its parameters with their bounds, law, claims and source.

    TOY is a name from `toylaws list`, or package.module:Class for a toy of your own.
    """
    from sims.commands.options import find_toy
    from sims.terminal import wrapped

    cls = find_toy(toy)
    family = f"  (family {cls.family})" if cls.family else ""
    click.echo(f"{cls.name}{family}\n")
    for paragraph in inspect.cleandoc(cls.__doc__ or "").split("\n\n"):
        click.echo("\n".join([*wrapped(" ".join(paragraph.split())), ""]))
    _show_parameters(cls)
    if cls.shortcuts:
        click.echo(f"\nshort-cuts: {', '.join(cls.shortcuts)}; every other sampler is a witness")
    _show_theory(cls)


def _show_parameters(cls: type[Toy]) -> None:
    from pydantic_core import PydanticUndefined

    from sims.terminal import wrapped

    click.echo("parameters")
    for name, field in cls.model_fields.items():
        default = "required" if field.default is PydanticUndefined else f"default {field.default}"
        axis = "; a size axis" if name in cls.axes() else ""
        text = f"{field.description or ''}{axis}. {cls.bounds_of(name).text(name)}; {default}."
        click.echo("\n".join(wrapped(text, f"  {name:13} ")))


def _show_theory(cls: type[Toy]) -> None:
    """Law, claims and source at the default parameters."""
    from pydantic import ValidationError

    from sims.tables.theory import theory_of
    from sims.terminal import wrapped

    try:
        default = cls()
    except ValidationError:
        click.echo("\nlaw: depends on the parameters that have no default")
        return
    lines = ["", *wrapped(default.quantity, "quantity: "), *wrapped(default.source, "source: ")]
    for axis in cls.axes():
        theory = theory_of(default, axis)
        if theory is None:
            lines.append(f"law in {axis}: not derived")
            continue
        law = theory.derivation.law
        lines += wrapped(
            f"law in {axis}, at the default parameters: {_shown(theory.law.expression)}"
        )
        if law.exponent is not None:
            general = (
                f"exponent {_shown(law.exponent)}, prefactor {_shown(law.prefactor)}, in general"
            )
            lines += wrapped(general, "  ")
        lines.append(f"  derivation: toylaws derive {theory.derivation.name}")
        lines += _claims(theory.derivation.name)
    click.echo("\n".join(lines))


def _shown(expression: object) -> str:
    return str(expression).replace("**", "^")


def _claims(derivation: str) -> list[str]:
    import symbolic
    from sims.terminal import wrapped

    lines = []
    for claim in symbolic.claims_on(derivation, also=True):
        text = f"claim, {claim.status}: {claim.source}: {claim.statement}."
        if claim.correction:
            text += f" True is: {claim.correction}."
        lines += wrapped(text, "  ")
    return lines
