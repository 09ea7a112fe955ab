"""The exponent table: observed beside exact in window, derived and claimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any, Literal

import numpy as np
import sympy

import symbolic
from sims import render
from sims.errors import BadInput, unknown
from sims.fitting import Fit, fit
from sims.fitting.exponent import check_count
from sims.fitting.flags import FEW_REPLICATES, MIN_REPLICATES
from sims.fitting.models import Floor
from sims.frames import data_frames
from sims.observations import Observations
from sims.row import (
    Claimed,
    CorrectionTerm,
    Derived,
    ExactInWindow,
    Observed,
    Row,
    TableRecord,
    Verdict,
)
from sims.sweep import Sweep
from sims.verdict import tends_to, verdict
from toys import Toy

Corrections = Literal["theory", "none", "unknown"] | Sequence[float]
"""Exponents of the fit's corrections: those of the derived law, none, averaged over, or these."""


@dataclass(frozen=True)
class Theory:
    """What the algebra says of one toy on one axis."""

    derivation: symbolic.Derivation
    law: symbolic.Law

    @property
    def exponent(self) -> float | None:
        """The asymptotic exponent as a number, if the law is a power law in numbers."""
        return _number(self.law.exponent)

    @property
    def corrections(self) -> list[float] | None:
        """The exponent of the next correction; none where the law is exact; None if not known."""
        found = self.law.correction
        if found is not None:
            return [float(found[1])]
        return [] if self._exact else None

    @property
    def _exact(self) -> bool:
        """Whether the law is all there is: no correction can follow."""
        return self.derivation.finite == self.derivation.law.expression

    @property
    def record(self) -> Derived:
        """The law as it stands in a row."""
        exponent, prefactor = self.law.exponent, self.law.prefactor
        return Derived(
            exponent=None if exponent is None else str(exponent),
            value=_number(exponent),
            prefactor=None if prefactor is None else str(prefactor),
            prefactor_value=_number(prefactor),
            derivation=self.derivation.name,
        )

    @property
    def claims(self) -> list[Claimed]:
        """What sources claim about it."""
        return [
            Claimed(source=claim.source, value=claim.value, status=claim.status)
            for claim in symbolic.claims_on(self.derivation.name)
        ]


def _number(expression: sympy.Expr | None) -> float | None:
    return None if expression is None or expression.free_symbols else float(expression)


def theory_of(toy: Toy, axis: str) -> Theory | None:
    """The derivation that a toy links to, at its parameters.

    Raises
    ------
    BadInput
        If the link does not resolve, or the parameters lie outside the derivation's domain.
    """
    name = toy.derivation(axis)
    if name is None:
        return None
    try:
        found = symbolic.get(name)
    except KeyError:
        raise unknown(f"derivation, which {toy.name} links to,", name, symbolic.names()) from None
    outside = found.outside(toy.model_dump())
    if outside:
        raise BadInput(f"the derivation {name} does not apply to this {toy.name}: {outside}")
    return Theory(found, found.law.at(toy.model_dump()))


def observed_fit(
    observations: Observations, corrections: Corrections = "theory", floor: Floor = "zero"
) -> Fit:
    """The fit to a sweep over one axis, with the corrections that theory predicts, or others."""
    axis = only_axis(observations.sweep)
    powers = _powers(observations.sweep, corrections)
    seen = fit(
        observations.sizes[axis],
        observations.means,
        observations.standard_errors,
        floor=floor,
        corrections=powers,
        certain=corrections == "theory" and bool(powers),
    )
    if observations.sweep.toy.deterministic:
        return replace(
            seen, standard_error=None, statistical_error=None, model_error=None, interval=None
        )
    if observations.sweep.replicates * observations.sweep.blocks < MIN_REPLICATES:
        return replace(seen, flags=(*seen.flags, FEW_REPLICATES))
    return seen


def _powers(sweep: Sweep, corrections: Corrections) -> Sequence[float] | None:
    """Exponents of the correction terms of the fit; None: averaged over."""
    if not isinstance(corrections, str):
        return corrections
    if corrections == "none":
        return []
    theory = theory_of(sweep.toy, only_axis(sweep)) if corrections == "theory" else None
    return theory.corrections if theory else None


def check_sizes(sweep: Sweep, corrections: Corrections = "theory", floor: Floor = "zero") -> None:
    """Refuse a sweep that could not be fitted, before anything is simulated.

    Raises
    ------
    BadInput
        If it has two axes, or fewer sizes than the fit has parameters.
    """
    count = len(sweep.sizes[only_axis(sweep)])
    powers = _powers(sweep, corrections)
    check_count(count, powers, floor, with_errors=not sweep.toy.deterministic)


def only_axis(sweep: Sweep) -> str:
    """The one axis of a sweep; a grid is refused."""
    axes = list(sweep.sizes)
    if len(axes) > 1:
        raise BadInput(f"a row needs one axis, not {len(axes)} ({', '.join(axes)})")
    return axes[0]


def row_of(
    observations: Observations, corrections: Corrections = "theory", floor: Floor = "zero"
) -> Row:
    """Fit a sweep and set it beside the exact curve, the derivation and the claims.

    Parameters
    ----------
    observations : Observations
        Of a sweep over one axis.
    corrections : {"theory", "none", "unknown"} or sequence of float
        Exponents of correction terms: those of the derived law, none, averaged over, or these.
    floor : {"zero", "maybe", "free"}
        What is assumed of the irreducible loss.

    Returns
    -------
    Row

    Raises
    ------
    BadInput
        If the sweep has two axes, too few sizes, or a loss that is not positive.
    """
    sweep = observations.sweep
    axis = only_axis(sweep)
    toy = sweep.toy
    theory = theory_of(toy, axis)
    seen = observed_fit(observations, corrections, floor)
    exact = observations.exact
    errors = observations.standard_errors
    order = np.argsort(observations.sizes[axis])
    in_window = None if exact is None else seen.same_fit(exact[order])
    derived = theory.exponent if theory else None
    word = verdict(
        seen,
        list(seen.flags),
        in_window,
        derived,
        power_law=theory is None or theory.law.kind == "power",
        deterministic=toy.deterministic,
        converges=derived is not None
        and tends_to(toy, axis, seen.window[1], derived, seen.standard_error or 0.0),
    )
    parameters = toy.model_dump(exclude={axis, "sampler"})
    sizes = observations.sizes[axis].tolist()
    return Row(
        toy=toy.name,
        parameters=parameters,
        sampler=getattr(toy, "sampler", None),
        axis=axis,
        quantity=toy.quantity,
        replicates=sweep.replicates,
        blocks=sweep.blocks,
        sizes=sizes,
        means=observations.means.tolist(),
        standard_errors=None if errors is None else errors.tolist(),
        observed=Observed(
            exponent=seen.exponent,
            standard_error=seen.standard_error,
            interval=seen.interval,
            prefactor=seen.prefactor,
            floor=seen.floor,
            correction=[
                CorrectionTerm(exponent=term.exponent, coefficient=term.coefficient)
                for term in seen.corrections
            ],
            form=f"{seen.form}; {seen.assumed}",
            chi2=seen.chi2,
            dof=seen.dof,
            p_value=seen.p_value,
            window=(_as_given(seen.window[0], sizes), max(sizes)),
            flags=list(seen.flags),
        ),
        exact=None if in_window is None else ExactInWindow(exponent=in_window),
        derived=theory.record if theory else None,
        claimed=theory.claims if theory else [],
        verdict=word,
    )


def _as_given(size: float, sizes: list[int | float]) -> int | float:
    """The size as the sweep has it: whole numbers stay whole."""
    return min(sizes, key=lambda other: abs(other - size))


@dataclass(frozen=True)
class ExponentTable:
    """Rows of observed, exact, derived and claimed exponents.

    Attributes
    ----------
    rows : sequence of Row
        One a sweep.
    suite : str or None
        The suite they come from.
    seed : int or None
        The seed of their sweeps.
    """

    rows: Sequence[Row]
    suite: str | None = None
    seed: int | None = None

    @property
    def record(self) -> TableRecord:
        """The table as its JSON has it."""
        return TableRecord(
            toylaws=version("toylaws"), suite=self.suite, seed=self.seed, rows=list(self.rows)
        )

    def to_frame(self) -> Any:
        """The table as a pandas data frame, a row each, nested names joined by dots.

        Raises
        ------
        ImportError
            If pandas is not installed; it says how to install it.
        """
        return data_frames().json_normalize([row.model_dump() for row in self.rows])

    @property
    def verdicts(self) -> list[Verdict]:
        """The verdict of each row."""
        return [row.verdict for row in self.rows]

    def render(self, form: str = "text") -> str:
        """The table as text, markdown, latex, csv or json.

        Raises
        ------
        BadInput
            If the format is none of these.
        """
        if form == "json":
            return self.record.model_dump_json(indent=2)
        if form not in render.FORMATS:
            raise unknown("format", form, render.FORMATS)
        return render.rendered(self.rows, form)


def table_of(
    observations: Sequence[Observations],
    *,
    corrections: Sequence[Corrections] | None = None,
    floors: Sequence[Floor] | None = None,
    suite: str | None = None,
) -> ExponentTable:
    """The table of several sweeps, one row each.

    Parameters
    ----------
    observations : sequence of Observations
        All of one seed.
    corrections : sequence, optional
        What to fit each with, as `row_of` takes it; theory's own by default.
    floors : sequence, optional
        What to assume of each one's irreducible loss; zero by default.
    suite : str, optional
        Name of the suite they come from.
    """
    wanted = corrections or ["theory"] * len(observations)
    assumed = floors or ["zero"] * len(observations)
    rows = [row_of(*each) for each in zip(observations, wanted, assumed, strict=True)]
    seeds = {seen.sweep.seed for seen in observations}
    return ExponentTable(rows, suite, seeds.pop() if len(seeds) == 1 else None)
