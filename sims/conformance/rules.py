"""The rules that every toy keeps, each as a function that says what it found."""

from __future__ import annotations

from collections.abc import Callable

from sims.conformance.agreement import exact_against_derivation, monte_carlo, shortcuts
from sims.conformance.randomness import global_state, paths, prefix, repeatable, threads
from sims.conformance.record import bounded, kernels, links, name, record
from sims.conformance.trials import Skipped, Trials, Violation
from sims.conformance.witness import ignorant, independent

__all__ = ["RULES", "Skipped", "Trials", "Violation"]

RULES: dict[str, Callable[[Trials], str | None]] = {
    "record": record,
    "every number bounded": bounded,
    "name": name,
    "links resolve": links,
    "kernels equal plain Python": kernels,
    "the same cell twice, another block": repeatable,
    "a longer run begins with the shorter": prefix,
    "a longer path begins with the shorter": paths,
    "threads equal serial": threads,
    "global random state untouched": global_state,
    "replicates independent": independent,
    "mechanism ignorant of exact": ignorant,
    "exact against derivation": exact_against_derivation,
    "simulation against exact": monte_carlo,
    "short-cut against mechanism": shortcuts,
}
