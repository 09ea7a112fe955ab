"""`toylaws check`: the conformance suite for a toy."""

from __future__ import annotations

import click


@click.command("check")
@click.argument("toy")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    show_default=True,
    help="Seed of every draw.",
)
def command(toy: str, seed: int) -> int:
    """Check that TOY keeps the rules that every toy keeps; exits with 1 if it does not.

    TOY is a name from `toylaws list`, or package.module:Class for a toy of your own. The checks:
    its record, bounds, name and links; kernels against plain Python; the same cell twice; a longer
    run begins with a shorter one; threads against serial; no other source of randomness; replicates
    that are independent; a mechanism that does not know the exact value; simulation against exact
    values, and short-cuts against the mechanism, each with a control that must fail.
    What takes too much work, counted in random numbers, is passed over.
    """
    import tempfile

    from hypothesis.configuration import set_hypothesis_home_dir

    from sims.commands.options import find_toy

    cls = find_toy(toy)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        set_hypothesis_home_dir(folder)  # else it leaves a folder of its own in the user's

        from sims.conformance.check import check_toy
        from sims.terminal import wrapped

        for result in check_toy(cls, seed):
            failed += result.status == "FAIL"
            detail = f": {result.detail}" if result.detail else ""
            click.echo("\n".join(wrapped(f"{result.name}{detail}", f"{result.status:4}  ")))
    click.echo(f"{failed} failed" if failed else "all checks passed")
    return 1 if failed else 0
