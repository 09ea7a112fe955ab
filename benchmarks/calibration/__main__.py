"""Does a 95 % interval for an exponent cover 95 %? Ours and its peers' on laws that are known.

    python -m benchmarks.calibration [--noise 0.3] [--sizes 11] [--only "b=2, w=1"] [--ours-only]

Every repetition has fresh noise (or a fresh simulation), from a seed that depends on the scenario,
the noise, the number of sizes and the repetition alone. Bias is the median of the exponent less
the truth, half-width the median of that of the interval, both times 1000; they and the coverage
are over repetitions and numbers of sizes. A refusal counts as an interval that misses.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from typing import Any

import click
from tabulate import tabulate

from benchmarks.calibration.criteria import criteria, names_of, percent, share, thousandths
from benchmarks.calibration.noisy import NOISES
from benchmarks.calibration.peers import PEERS
from benchmarks.calibration.repetitions import (
    OURS,
    RIGHT,
    THEORY,
    Results,
    Tally,
    Task,
    estimators_for,
    measure,
)
from benchmarks.calibration.scenarios import COUNTS, GROUPS, SCENARIOS
from sims import BadInput
from sims.errors import unknown

CHUNK = 20
"""Repetitions done at a time."""


def _own(tally: Tally, least: float) -> list[str]:
    """Our columns."""
    undefined = tally.refused == tally.repetitions
    return [
        share(tally), f"{100 * least:.1f}", "-" if undefined else f"{1e3 * tally.bias:+.1f}",
        thousandths(tally.half_width), f"{100 * tally.flagged:.0f}",
        f"{100 * tally.logarithms:.0f}", f"{100 * tally.refused / tally.repetitions:.0f}",
    ]  # fmt: skip


OUR_HEADERS = (
    "ours: coverage", "least cell", "bias", "half-width", "flagged %", "log %", "refused %",
)  # fmt: skip


def _cell(tally: Tally | None) -> str:
    """Coverage | bias | half-width of another estimator."""
    if tally is None:
        return ""
    if tally.refused == tally.repetitions:
        return "refused"
    return f"{100 * tally.coverage:.0f}|{1e3 * tally.bias:+.0f}|{1e3 * tally.half_width:.3g}"


def section(results: Results, noise: str, others: Sequence[str]) -> str:
    """The table of one noise: scenarios by estimators, and each group pooled.

    Parameters
    ----------
    results : Results
        Of all noises.
    noise : str
        One of NOISES.
    others : sequence of str
        Estimators beside ours, one column each.
    """
    rows = []

    def add(title: str, **where: Any) -> None:
        beside = [
            _cell(results.pool(other, noise=noise, **where))
            if other not in PEERS or PEERS[other].installed
            else "not installed"
            for other in others
        ]
        ours = results.pool(OURS, noise=noise, **where)
        assert ours is not None, "every scenario of a run has rows of ours"
        least = results.lowest(OURS, noise=noise, **where)[1]
        rows.append([title, *_own(ours, least.coverage), *beside])

    for group in GROUPS:
        seen = [n for n in names_of(group) if results.pool(OURS, scenario=n, noise=noise)]
        if not seen:
            continue
        rows.append([group.upper()])
        for name in seen:
            add(name, scenario=name)
        add("pooled", group=group)
    table = tabulate(rows, headers=["scenario", *OUR_HEADERS, *others], disable_numparse=True)
    return f"relative standard errors {percent(noise)}; others: coverage|bias|half-width\n{table}"


def record(results: Results, others: Sequence[str]) -> dict[str, Any]:
    """Raw counts and criteria for JSON; undefined numbers are None."""
    cells = [
        {
            **key._asdict(), "group": SCENARIOS[key.scenario].group,
            "repetitions": tally.repetitions, "covered": tally.covered, "refused": tally.refused,
            "flagged": round(tally.flagged * tally.repetitions),
            "logarithms": round(tally.logarithms * tally.repetitions),
            "bias": tally.bias if math.isfinite(tally.bias) else None,
            "half_width": tally.half_width if math.isfinite(tally.half_width) else None,
        }
        for key, tally in results.items()
    ]  # fmt: skip
    missing = [other for other in others if other in PEERS and not PEERS[other].installed]
    found = [criterion._asdict() for criterion in criteria(results)]
    return {"schema": 1, "cells": cells, "criteria": found, "not_installed": missing}


def _chosen(what: str, given: Sequence[str], allowed: Sequence[str]) -> list[str]:
    """Those given, or all; in the order of all."""
    for name in given:
        if name not in allowed:
            raise unknown(what, name, allowed)
    return [name for name in allowed if not given or name in given]


@click.command()
@click.option("--only", multiple=True, help="A scenario, or a group of them; may be repeated.")
@click.option("--noise", multiple=True, help=f"Percent at the smallest size: {', '.join(NOISES)}.")
@click.option("--sizes", multiple=True, help=f"Number of sizes: {', '.join(map(str, COUNTS))}.")
@click.option("--repetitions", default=400, show_default=True, help="Of each cell.")
@click.option("--ours-only", is_flag=True, help="Leave the peers out.")
@click.option("--with-theory", is_flag=True, help="Also with the correction that theory supplies.")
@click.option("--workers", type=int, help="Processes; by default one for each processor.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def main(
    only: tuple[str, ...], noise: tuple[str, ...], sizes: tuple[str, ...], repetitions: int,
    ours_only: bool, with_theory: bool, workers: int | None, form: str,
) -> None:  # fmt: skip
    """Measure how often 95 % intervals for an exponent hold it."""
    try:
        for name, number in (("repetitions", repetitions), ("workers", workers or 1)):
            if number < 1:
                raise BadInput(f"{name} = {number} is not allowed (at least 1)")
        for choice in only:
            if choice not in (*GROUPS, *SCENARIOS):
                raise unknown("scenario or group", choice, [*GROUPS, *SCENARIOS])
        wanted = [n for c in only for n in (names_of(c) if c in GROUPS else [c])]
        names = [name for name in SCENARIOS if not only or name in wanted]
        noises = _chosen("noise", noise, list(NOISES))
        counts = [int(n) for n in _chosen("number of sizes", sizes, [str(n) for n in COUNTS])]
    except BadInput as error:
        raise click.UsageError(str(error)) from None
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    peers = [] if ours_only else list(PEERS)
    others = [*[THEORY] * with_theory, *[RIGHT] * (with_theory or not ours_only), *peers]
    runnable = [peer for peer in peers if PEERS[peer].installed]
    tasks = [
        Task(name, level, n, range(first, min(first + CHUNK, repetitions)),
             estimators_for(SCENARIOS[name], runnable, with_theory))
        for name in names for level in noises for n in counts
        for first in range(0, repetitions, CHUNK)
    ]  # fmt: skip
    results = measure(tasks, workers or os.cpu_count() or 1)
    if form == "json":
        click.echo(json.dumps(record(results, others), indent=2, allow_nan=False))
        return
    for level in noises:
        click.echo(section(results, level, others) + "\n")
    for passed, text in criteria(results):
        word = {True: "pass", False: "FAIL", None: "  - "}[passed]
        click.echo(f"{word}  {text}")


if __name__ == "__main__":
    main()
