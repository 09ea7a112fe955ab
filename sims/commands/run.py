"""`toylaws run`: one sweep, its fit, its row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sims.commands.options import run_options

if TYPE_CHECKING:
    from toys import Toy


_TOY = f"{__name__}.toy"
"""Where the context of `run` keeps the toy that is asked about."""


class _Run(click.Command):
    """The command `run`, whose help and completions know the parameters of its toy."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note the toy first: `--help` is answered before any other argument is looked at."""
        given, _, _ = self.make_parser(ctx).parse_args(args=list(args))
        if isinstance(given["toy"], str):
            ctx.meta[_TOY] = given["toy"]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, and after a toy its parameters."""
        super().format_options(ctx, formatter)
        toy = ctx.meta.get(_TOY, "-")
        if toy.startswith("-"):  # an option of a toy that is not named
            return
        from sims.commands.options import find_toy

        cls = find_toy(toy)
        with formatter.section(f"Parameters of {cls.name}"):
            formatter.write_dl([(f"--{name}", _described(cls, name)) for name in cls.model_fields])

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The parameters; where a shell completes a line, those of its toy too."""
        params = super().get_params(ctx)
        toy = ctx.params.get("toy") if ctx.resilient_parsing else None
        return params if toy is None else [*params, *_toy_options(toy)]


def _described(cls: type[Toy], name: str) -> str:
    """Meaning, bounds and default of a field, as the help shows them."""
    field = cls.model_fields[name]
    meaning = f"{field.description}; " if field.description else ""
    if name in cls.axes():
        meaning += "size axis; "
    default = "required" if field.is_required() else f"default: {field.default}"
    return f"{meaning}{cls.bounds_of(name).text(name)}  [{default}]"


def _toy_options(toy: str) -> list[click.Option]:
    """The fields of a toy as options, with the values of those that have a few."""
    from sims.commands.options import find_toy

    cls = find_toy(toy)
    options = []
    for name, field in cls.model_fields.items():
        allowed = cls.bounds_of(name)
        choices = ("true", "false") if allowed.kind is bool else tuple(map(str, allowed.choices))
        kind = click.Choice([choice.replace(" ", "_") for choice in choices]) if choices else None
        options.append(click.Option([f"--{name}", name], type=kind, help=field.description))
    return options


@click.command(
    "run", cls=_Run, context_settings={"ignore_unknown_options": True, "allow_extra_args": True}
)
@click.argument("toy")
@click.option("--over", required=True, multiple=True, metavar="AXIS=SIZES",
              help="Sizes: N=1e2:1e6:9 (geometric, both ends) or N=10,20,40.")  # fmt: skip
@click.option("--replicates", metavar="INTEGER",
              help="Independent experiments in one block: 1e5; 1e4 where one run serves all sizes, "
              "or for medians; 1 without noise.")  # fmt: skip
@click.option("--blocks", metavar="INTEGER",
              help="Blocks at each size: 10; 20 for medians; 1 without noise.")  # fmt: skip
@run_options
@click.pass_context
def command(
    ctx: click.Context,
    toy: str,
    over: tuple[str, ...],
    replicates: str | None,
    blocks: str | None,
    seed: int,
    db: str | None,
    workers: int | None,
    form: str,
) -> None:
    """Sweep TOY over sizes, fit the exponent, set it beside the derived one.

    TOY is a name from `toylaws list`, or package.module:Class for a toy of your own. Its
    parameters are options by their own names, upper and lower case told apart; `toylaws show TOY`
    lists them with their bounds and defaults.

    \b
    toylaws run bernoulli --p 0.2 --over N=1e2:1e12:11
    toylaws run gaussian_mean --d 3 --sampler draws --over N=4,8,16,32,64,128
    """
    from sims.commands.options import check_format, find_toy, note, note_where_results_live
    from sims.commands.rows import judged_sweeps, printed_sweeps
    from sims.engine.sizes import parse_grid
    from sims.engine.sweep import Sweep
    from sims.errors import BadInput
    from sims.numbers import plain_number
    from sims.suites.suite import toy_of
    from sims.tables.exponents import ExponentTable
    from sims.tables.judged import check_sizes
    from sims.tables.render import FORMATS
    from sims.terminal import folded

    check_format(form, FORMATS)
    cls = find_toy(toy)
    parameters = _parameters(cls, ctx.args)
    if len(over) > 1:
        raise BadInput(
            f"--over is given {len(over)} times ({', '.join(over)}), but a row needs one size axis"
        )
    grid = parse_grid(over[0], cls)
    if grid.axis in parameters:
        raise BadInput(f"--{grid.axis} is given, but --over sweeps {grid.axis}; leave one out")
    if grid.note:
        note(grid.note)
    sweep = Sweep(
        toy_of(cls, {**parameters, grid.axis: grid.sizes[0]}),
        {grid.axis: grid.sizes},
        replicates and plain_number(replicates, "replicates"),  # type: ignore[arg-type]
        blocks and plain_number(blocks, "blocks"),  # type: ignore[arg-type]  # it refuses a float
        seed,
    )
    check_sizes(sweep)
    note_where_results_live(db)
    if form == "text":
        (judged,) = printed_sweeps([sweep], workers=workers, db=db)
        click.echo("\n" + folded(judged.text))
    else:
        (judged,) = judged_sweeps([sweep], workers=workers, db=db)
        click.echo(ExponentTable([judged.row], seed=seed).render(form))


def _parameters(cls: type[Toy], arguments: list[str]) -> dict[str, Any]:
    """The toy's parameters from `--name value` and `--name=value`."""
    from sims.errors import BadInput, unknown
    from toys.toy import RESERVED

    options = [f"--{name}" for name in cls.model_fields]
    known = [*options, *(f"--{name}" for name in sorted(RESERVED))]
    parameters: dict[str, Any] = {}
    rest = list(arguments)
    while rest:
        option, equals, value = rest.pop(0).partition("=")
        if option not in options:
            raise unknown(f"option for {cls.name}", option, known)
        if not equals:
            if not rest:
                raise BadInput(f"{option} needs a value")
            value = rest.pop(0)
        name = option[2:]
        if name in parameters:
            raise BadInput(f"{option} is given twice")
        parameters[name] = _value(cls, name, value)
    return parameters


def _value(cls: type[Toy], name: str, text: str) -> Any:
    """What was typed as the value of a field: a number, a word, or true or false."""
    from sims.errors import BadInput
    from sims.numbers import plain_number

    kind = cls.bounds_of(name).kind
    if kind is bool:
        if text not in ("true", "false"):
            raise BadInput(f"{cls.name}: {name} = {text!r} is not allowed (true or false)")
        return text == "true"
    return plain_number(text, name) if kind in (int, float) else text
