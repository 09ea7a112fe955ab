"""What is asked of the estimator of exponents, and whether a run of the calibration shows it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.noisy import NOISES
from benchmarks.repetitions import OURS, RIGHT, THEORY, Results, Tally
from benchmarks.scenarios import SCENARIOS

POOLED_AT_LEAST, CELL_AT_LEAST, HELD_OUT_AT_LEAST = 0.935, 0.912, 0.90
LOGS_AT_LEAST = 0.60
THEORY_BETWEEN = (0.935, 0.975)
RIGHT_WITHIN = 0.10
"""How far half-widths with theory may be from the right model's, relative."""

HALF_WIDTHS = {
    "pure": 0.009, "b=2, w=1": 0.022, "b=-2, w=1": 0.015, "b=1, w=1/2": 0.033,
    "floor E=.003": 0.056,
}  # fmt: skip
"""The widest that intervals may be at HALF_WIDTHS_AT."""

HALF_WIDTHS_AT = {"noise": "0.3", "n": 11}


class Criterion(NamedTuple):
    """Whether the estimator does what it should; None where this run cannot say."""

    passed: bool | None
    text: str


def criteria(results: Results) -> list[Criterion]:
    """Everything that is asked of the estimator, with what was seen."""
    noises = [noise for noise in NOISES if results.pool(OURS, noise=noise)]
    return [
        *(criterion for noise in noises for criterion in _coverages(results, noise)),
        *_half_widths(results),
        *(criterion for noise in noises for criterion in _with_theory(results, noise)),
    ]


def _coverages(results: Results, noise: str) -> Iterator[Criterion]:
    """Published, held-out and log-law scenarios at one noise."""
    at = f"at {percent(noise)}"
    pooled = results.pool(OURS, group="published", noise=noise)
    if pooled:
        yield Criterion(
            pooled.coverage >= POOLED_AT_LEAST,
            f"published, pooled, {at}: {share(pooled)} (at least {POOLED_AT_LEAST:.1%})",
        )
        key, least = results.lowest(OURS, group="published", noise=noise)
        yield Criterion(
            least.coverage >= CELL_AT_LEAST,
            f"published, least cell, {at}: {share(least)} at {key.scenario}, {key.n} sizes "
            f"(at least {CELL_AT_LEAST:.1%})",
        )
    held_out = {
        name: tally
        for name in names_of("held out")
        if (tally := results.pool(OURS, scenario=name, noise=noise))
    }
    if held_out:
        low = [name for name, tally in held_out.items() if tally.coverage < HELD_OUT_AT_LEAST]
        worst = min(held_out, key=lambda name: held_out[name].coverage)
        yield Criterion(
            not low,
            f"held out, each, {at}: {len(held_out) - len(low)} of {len(held_out)} reach "
            f"{HELD_OUT_AT_LEAST:.0%}; least {share(held_out[worst])} at {worst}",
        )
    logs = results.pool(OURS, group="log law", noise=noise)
    if logs:
        yield Criterion(
            logs.logarithms >= LOGS_AT_LEAST,
            f"log laws flagged, {at}: {logs.logarithms:.1%} (at least {LOGS_AT_LEAST:.0%})",
        )


def _half_widths(results: Results) -> Iterator[Criterion]:
    for name, limit in HALF_WIDTHS.items():
        tally = results.pool(OURS, scenario=name, **HALF_WIDTHS_AT)
        passed = None if tally is None else tally.half_width <= limit
        seen = "not measured" if tally is None else thousandths(tally.half_width)
        yield Criterion(
            passed,
            f"half-width x 1000 of {name}, 11 sizes, {percent('0.3')}: {seen} "
            f"(at most {1e3 * limit:.3g})",
        )


def _with_theory(results: Results, noise: str) -> Iterator[Criterion]:
    at, (low, high) = f"at {percent(noise)}", THEORY_BETWEEN
    pooled = results.pool(THEORY, noise=noise)
    if pooled is None:
        yield Criterion(None, f"with theory, {at}: not measured (--with-theory)")
        return
    yield Criterion(
        low <= pooled.coverage <= high,
        f"with theory, pooled, {at}: {share(pooled)} ({low:.1%} to {high:.1%})",
    )
    ratios = {}
    for name in SCENARIOS:
        ours = results.pool(THEORY, scenario=name, noise=noise)
        right = results.pool(RIGHT, scenario=name, noise=noise)
        if ours and right:
            ratio = ours.half_width / right.half_width
            ratios[name] = ratio if math.isfinite(ratio) else math.inf
    worst = max(ratios, key=lambda name: abs(ratios[name] - 1))
    yield Criterion(
        abs(ratios[worst] - 1) <= RIGHT_WITHIN,
        f"with theory, half-width over the right model's, {at}: {min(ratios.values()):.2f} to "
        f"{max(ratios.values()):.2f}, farthest {worst} (within {RIGHT_WITHIN:.0%})",
    )


def names_of(group: str) -> list[str]:
    """Scenarios of a group."""
    return [name for name, scenario in SCENARIOS.items() if scenario.group == group]


def percent(noise: str) -> str:
    """A noise in words: relative errors at the smallest and the largest size."""
    first, last, _ = NOISES[noise]
    return f"{100 * first:g} to {100 * last:g} %"


def share(tally: Tally) -> str:
    """Coverage and its 95 % interval, in percent."""
    low, high = tally.between
    return f"{100 * tally.coverage:.1f} [{100 * low:.1f}, {100 * high:.1f}] %"


def thousandths(value: float) -> str:
    """A half-width times 1000; in words where all were refused."""
    return f"{1e3 * value:.3g}" if math.isfinite(value) else "no interval"
