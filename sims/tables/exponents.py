"""The exponent table: observed beside exact in window, derived and claimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

import numpy as np

from sims.arrays import SMALLEST
from sims.assumptions import Floor
from sims.data_frames import data_frames
from sims.engine.observations import Observations
from sims.engine.plan import Plan
from sims.errors import BadInput, unknown
from sims.fitting import Fit, fit
from sims.fitting.average.exponent import check_count
from sims.fitting.flags import FEW_REPLICATES, MIN_REPLICATES
from sims.tables import render
from sims.tables.convergence import converges, obeys
from sims.tables.row import CorrectionTerm, ExactInWindow, Observed, Row, TableRecord, Verdict
from sims.tables.theory import theory_of
from sims.tables.verdict import MAX_ERROR, verdict

MODELS_APART = (
    f"models that fit differ by more than {MAX_ERROR:g}: it is no power law yet, take later sizes"
)
"""Said of a fit without noise, whose exponent has no error bar that would say it."""


def observed_fit(observations: Observations) -> Fit:
    """The fit to a sweep over one axis, with the corrections and the floor that it says.

    Where one run passed through all sizes, the covariance between them is used.
    """
    axis = only_axis(observations.sweep)
    powers, floor = _assumed(observations.sweep)
    errors = observations.covariance
    seen = fit(
        observations.sizes[axis],
        observations.means,
        observations.standard_errors if errors is None else errors,
        floor=floor,
        corrections=powers,
        certain=observations.sweep.correction == "theory" and bool(powers),
    )
    if observations.sweep.toy.deterministic:
        vague = seen.standard_error is None or seen.standard_error > MAX_ERROR
        return replace(
            seen,
            standard_error=None,
            statistical_error=None,
            model_error=None,
            interval=None,
            flags=(*seen.flags, MODELS_APART) if vague else seen.flags,
        )
    if observations.sweep.replicates * observations.sweep.blocks < MIN_REPLICATES:
        return replace(seen, flags=(*seen.flags, FEW_REPLICATES))
    return seen


def _assumed(sweep: Plan) -> tuple[Sequence[float] | None, Floor]:
    """Exponents of the fit's correction terms, None to average over them; and its floor."""
    theory = theory_of(sweep.toy, only_axis(sweep))
    powers: Sequence[float] | None = None
    if not isinstance(sweep.correction, str):
        powers = sweep.correction
    elif sweep.correction == "none":
        powers = []
    elif sweep.correction == "theory" and theory:
        powers = theory.corrections
    if sweep.floor != "theory":
        return powers, sweep.floor
    return powers, theory.floor if theory else "zero"


def check_sizes(sweep: Plan) -> None:
    """Refuse a sweep that could not be fitted, before anything is simulated.

    Raises
    ------
    BadInput
        If it has two axes, or fewer sizes than the fit has parameters.
    """
    axis = only_axis(sweep)
    powers, floor = _assumed(sweep)
    check_count(len(sweep.sizes[axis]), powers, floor, with_errors=not sweep.toy.deterministic)
    for point in sweep.points:
        loss = point.exact()
        if loss is not None and 0 <= loss < SMALLEST:
            raise BadInput(
                f"{axis} = {getattr(point, axis)} leaves {point.name} a loss of {loss:g}; take "
                f"sizes that leave more (at least {SMALLEST:g}): the fit is to logarithms"
            )


def only_axis(sweep: Plan) -> str:
    """The one axis of a sweep; a grid is refused."""
    axes = list(sweep.sizes)
    if len(axes) > 1:
        raise BadInput(f"a row needs one axis, not {len(axes)} ({', '.join(axes)})")
    return axes[0]


def row_of(observations: Observations) -> Row:
    """Fit a sweep and set it beside the exact curve, the derivation and the claims.

    Parameters
    ----------
    observations : Observations
        Of a sweep over one axis, which says how it is fitted.

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
    seen = observed_fit(observations)
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
        power_law=theory is None or theory.power_law,
        deterministic=toy.deterministic,
        converges=theory is not None and converges(observations, theory, seen),
        obeys=theory is not None and not theory.power_law and obeys(observations, theory),
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


def table_of(observations: Sequence[Observations], *, suite: str | None = None) -> ExponentTable:
    """The table of several sweeps, one row each.

    Parameters
    ----------
    observations : sequence of Observations
        All of one seed.
    suite : str, optional
        Name of the suite they come from.
    """
    seeds = {seen.sweep.seed for seen in observations}
    seed = seeds.pop() if len(seeds) == 1 else None
    return ExponentTable([row_of(seen) for seen in observations], suite, seed)
