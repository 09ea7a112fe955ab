"""The conformance suite: what every toy must keep, ours or the user's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st
from pydantic import ValidationError

from sims.conformance.rules import RULES, Skipped, Violation
from toys import Toy

EXAMPLES = 30


@dataclass(frozen=True)
class Result:
    """What became of one check."""

    name: str
    status: Literal["ok", "FAIL", "skip"]
    detail: str = ""


def check_toy(toy: type[Toy], seed: int = 0) -> Iterator[Result]:
    """Run every check on a toy, and yield what became of each as it ends.

    Parameters
    ----------
    toy : type of Toy
        The class to check.
    seed : int
        Seed of the parameters that are tried and of every simulation.
    """
    trials = Examples(toy, seed)
    for name, rule in RULES.items():
        try:
            yield Result(name, "ok", rule(trials) or "")
        except Skipped as reason:
            yield Result(name, "skip", str(reason))
        except Violation as violation:
            yield Result(name, "FAIL", str(violation))
        except Exception as error:  # a toy may fail in any way; the other checks go on
            yield Result(name, "FAIL", f"{type(error).__name__}: {error}")


@dataclass(frozen=True)
class Examples:
    """Toys of one class, with all kinds of parameters."""

    toy: type[Toy]
    seed: int

    def for_all(self, holds: Callable[[Toy], None], examples: int = EXAMPLES) -> None:
        """Try a rule on many toys; a violation is shrunk to a simple one."""

        @hypothesis_seed(self.seed)
        @settings(
            max_examples=examples, deadline=None, database=None, print_blob=False,
            report_multiple_bugs=False, verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
        )  # fmt: skip
        @given(_toys(self.toy))
        def search(made: Toy) -> None:
            holds(made)

        search()

    def sample(self) -> Toy:
        """One toy: the default, or, where there is none, the first that is valid."""
        try:
            return self.toy()
        except ValidationError:
            found: list[Toy] = []
            self.for_all(found.append, examples=1)
            return found[0]

    def small(self) -> Toy:
        """A toy of a size at which plain Python is fast enough."""
        sample = self.sample()
        lowest = {axis: self.toy.bounds_of(axis).lower or 1 for axis in self.toy.axes()}
        for factor in (40, 10, 3, 1):
            try:
                return sample.at(**{axis: low * factor for axis, low in lowest.items()})
            except ValidationError:
                continue
        return sample


def _values(toy: type[Toy], name: str) -> st.SearchStrategy[Any]:
    """Values of one field: sizes small, where a slip by one shows; the rest near unity."""
    allowed = toy.bounds_of(name)
    if allowed.choices:
        return st.sampled_from(allowed.choices)
    if allowed.kind not in (int, float):
        return st.just(toy.model_fields[name].default)
    low = -1e2 if allowed.lower is None else allowed.lower
    high = 1e2 if allowed.upper is None else allowed.upper
    if allowed.kind is int:
        reach = 60 if name in toy.axes() else 3
        return st.integers(int(low), int(min(high, low + reach)))
    if high - low <= 10:
        step = (high - low) / 20
        return st.integers(1 if allowed.open_lower else 0, 19 if allowed.open_upper else 20).map(
            lambda i: round(low + i * step, 12)
        )
    edge = [] if allowed.open_lower or allowed.lower is None else [allowed.lower]
    near = [v for v in (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 20.0) if low < v <= high]
    return st.sampled_from([*near, *(v for v in edge if abs(v) < 1e6 and (v == 0 or v > 1e-6))])


def _toys(toy: type[Toy]) -> st.SearchStrategy[Toy]:
    """Valid toys with all kinds of parameters."""

    def build(parameters: dict[str, Any]) -> Toy | None:
        try:
            return toy(**parameters)
        except ValidationError:  # rules about several parameters may forbid some combinations
            return None

    fields = {name: _values(toy, name) for name in toy.model_fields}
    toys = st.fixed_dictionaries(fields).map(build)
    return toys.filter(lambda made: made is not None)  # type: ignore[return-value]
