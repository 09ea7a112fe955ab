"""What is asked of the estimator of exponents, and whether a run of the calibration shows it."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from benchmarks.calibration.noisy import NOISES
from benchmarks.calibration.repetitions import OURS, RIGHT, THEORY, Results, Tally
from benchmarks.calibration.scenarios import SCENARIOS

POOLED_AT_LEAST, CELL_AT_LEAST, HELD_OUT_AT_LEAST = 0.935, 0.912, 0.90
LOGS_AT_LEAST = 0.60
THEORY_BETWEEN = (0.935, 0.975)
RIGHT_WITHIN = 0.10
"""How far the median half-width with theory may be from the right model's, relative."""

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
    """Everything that is asked of the estimator, with what was seen.

    Each noise has to meet what is asked of the published scenarios; the held-out ones and the log
    laws are pooled over the noises of this run, and what was seen at each, or at the worst, is
    said. Nothing is asked of the other groups.
    """
    noises = [noise for noise in NOISES if results.pool(OURS, noise=noise)]
    return [
        *(criterion for noise in noises for criterion in _published(results, noise)),
        *_held_out(results, noises),
        *_log_laws(results, noises),
        *_half_widths(results),
        *(_with_theory(results, noise) for noise in noises),
        _half_width_with_theory(results),
    ]


def _published(results: Results, noise: str) -> Iterator[Criterion]:
    at = f"at {percent(noise)}"
    pooled = results.pool(OURS, group="published", noise=noise)
    if pooled is None:
        return
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


def _held_out(results: Results, noises: Sequence[str]) -> Iterator[Criterion]:
    """One criterion for each scenario, so that those that fail are named."""
    for name in names_of("held out"):
        pooled = results.pool(OURS, scenario=name)
        if pooled is None:
            continue
        each = _by_noise(results, noises, scenario=name)
        worst = min(each, key=lambda noise: each[noise].coverage)
        yield Criterion(
            pooled.coverage >= HELD_OUT_AT_LEAST,
            f"held out, {name}: {share(pooled)} (at least {HELD_OUT_AT_LEAST:.0%}); "
            f"least {share(each[worst])}, at {percent(worst)}",
        )


def _log_laws(results: Results, noises: Sequence[str]) -> Iterator[Criterion]:
    pooled = results.pool(OURS, group="log law")
    if pooled is None:
        return
    each = _by_noise(results, noises, group="log law")
    seen = "; ".join(f"{tally.logarithms:.1%} at {percent(noise)}" for noise, tally in each.items())
    yield Criterion(
        pooled.logarithms >= LOGS_AT_LEAST,
        f"log laws flagged: {pooled.logarithms:.1%} (at least {LOGS_AT_LEAST:.0%}); {seen}",
    )


def _by_noise(results: Results, noises: Sequence[str], **where: Any) -> dict[str, Tally]:
    """What ours did at each noise."""
    found = {noise: results.pool(OURS, noise=noise, **where) for noise in noises}
    return {noise: tally for noise, tally in found.items() if tally}


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


def _with_theory(results: Results, noise: str) -> Criterion:
    """Published scenarios alone: those of a correction that theory could supply."""
    at, (low, high) = f"at {percent(noise)}", THEORY_BETWEEN
    pooled = results.pool(THEORY, group="published", noise=noise)
    if pooled is None:
        return Criterion(None, f"published, with theory, {at}: not measured (--with-theory)")
    return Criterion(
        low <= pooled.coverage <= high,
        f"published, with theory, pooled, {at}: {share(pooled)} ({low:.1%} to {high:.1%})",
    )


def _half_width_with_theory(results: Results) -> Criterion:
    """Over the right model's: the median of the published scenarios, and each of them."""
    ratios = {}
    for name in names_of("published"):
        ours = results.pool(THEORY, scenario=name, **HALF_WIDTHS_AT)
        right = results.pool(RIGHT, scenario=name, **HALF_WIDTHS_AT)
        if ours and right:
            ratio = ours.half_width / right.half_width
            ratios[name] = ratio if math.isfinite(ratio) else math.inf
    what = f"published, with theory, half-width over the right model's, 11 sizes, {percent('0.3')}"
    if not ratios:
        return Criterion(None, f"{what}: not measured (--with-theory)")
    middle = statistics.median(ratios.values())
    each = "; ".join(f"{ratio:.2f} for {name}" for name, ratio in ratios.items())
    return Criterion(
        abs(middle - 1) <= RIGHT_WITHIN,
        f"{what}: median {middle:.2f} (within {RIGHT_WITHIN:.0%}); {each}",
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
