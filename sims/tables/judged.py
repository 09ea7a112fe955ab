"""A sweep judged: what was observed, what theory says, the fit, and the verdict, in one record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sims.arrays import SMALLEST
from sims.assumptions import Floor
from sims.engine.observations import Observations
from sims.engine.plan import Plan
from sims.errors import BadInput
from sims.fitting import Fit, fit
from sims.fitting.average.exponent import check_count
from sims.tables.convergence import converges, obeys
from sims.tables.row import CorrectionTerm, ExactInWindow, Observed, Row, Verdict
from sims.tables.setting import setting_of
from sims.tables.theory import Theory, theory_of
from sims.tables.verdict import MAX_ERROR, verdict

MODELS_APART = (
    f"models that fit these losses disagree on the exponent by more than {MAX_ERROR:g}: the sizes "
    "are too small to show a power law; use larger sizes"
)
"""Said of a fit without noise, whose exponent has no error bar that would say it."""


@dataclass(frozen=True)
class Judged:
    """One sweep over one axis, fitted once and set beside theory once.

    Tables, figures and claims are made from it.

    Attributes
    ----------
    observations : Observations
        What was simulated.
    theory : Theory or None
        The derivation at the toy's parameters, where there is one.
    fit : Fit
        Of the observations, with the corrections and the floor that the sweep says.
    exact_in_window : float or None
        The exponent of the same fit to the exact curve, where it is known.
    verdict : str
        Whether the simulation agrees with the derivation.
    """

    observations: Observations
    theory: Theory | None
    fit: Fit
    exact_in_window: float | None
    verdict: Verdict

    @property
    def axis(self) -> str:
        """The axis of the sweep."""
        return only_axis(self.observations.sweep)

    @property
    def power_law(self) -> bool:
        """Whether what is derived, if anything, is a power law."""
        return self.theory is None or self.theory.power_law

    @property
    def text(self) -> str:
        """The fit in words, with the letter of the axis; no exponent that the row does not show."""
        return self.fit.in_words(self.axis, power_law=self.verdict != "not a power law")

    @cached_property
    def row(self) -> Row:
        """The row of an exponent table."""
        seen, axis, sweep = self.fit, self.axis, self.observations.sweep
        errors = self.observations.standard_errors
        sizes = self.observations.sizes[axis].tolist()
        return Row(
            **vars(setting_of(sweep, axis, self.theory)),
            replicates=sweep.replicates,
            blocks=sweep.blocks,
            sizes=sizes,
            means=self.observations.means.tolist(),
            standard_errors=None if errors is None else errors.tolist(),
            observed=Observed(
                exponent=seen.exponent,
                standard_error=seen.standard_error,
                inflation=seen.inflation,
                interval=seen.interval,
                prefactor=seen.prefactor,
                floor=seen.floor,
                correction=[
                    CorrectionTerm(exponent=term.exponent, coefficient=term.coefficient)
                    for term in seen.corrections
                ],
                form=f"{seen.form}; {seen.assumed}",
                assumed_corrections=None if seen.supplied is None else list(seen.supplied),
                assumed_floor=seen.floor_assumed,
                chi2=seen.chi2,
                dof=seen.dof,
                p_value=seen.p_value,
                window=(_as_given(seen.window[0], sizes), max(sizes)),
                places=seen.digits if seen.standard_error is None else None,
                flags=list(seen.flags),
            ),
            exact=(
                None
                if self.exact_in_window is None
                else ExactInWindow(exponent=self.exact_in_window)
            ),
            verdict=self.verdict,
        )


def judge(observations: Observations) -> Judged:
    """Fit a sweep, and set it beside the exact curve and the derivation.

    Parameters
    ----------
    observations : Observations
        Of a sweep over one axis, which says how it is fitted.

    Returns
    -------
    Judged

    Raises
    ------
    BadInput
        If the sweep has two axes, too few sizes, or a loss that is not positive.
    """
    sweep = observations.sweep
    axis = only_axis(sweep)
    theory = theory_of(sweep.toy, axis)
    seen = _fitted(observations, theory)
    exact = observations.exact
    order = np.argsort(observations.sizes[axis])
    in_window = None if exact is None else seen.same_fit(exact[order])
    word = verdict(
        seen,
        list(seen.flags),
        in_window,
        theory.exponent if theory else None,
        power_law=theory is None or theory.power_law,
        deterministic=sweep.toy.deterministic,
        converges=theory is not None and converges(observations, theory, seen),
        obeys=theory is not None and not theory.power_law and obeys(observations, theory),
    )
    return Judged(observations, theory, seen, in_window, word)


def _fitted(observations: Observations, theory: Theory | None) -> Fit:
    """The fit to a sweep, with the corrections and the floor that it says.

    Where one run passed through all sizes, the covariance between them is used.
    """
    sweep = observations.sweep
    powers, floor = _assumed(sweep, theory)
    errors = observations.covariance
    seen = fit(
        observations.sizes[only_axis(sweep)],
        observations.means,
        observations.standard_errors if errors is None else errors,
        floor=floor,
        corrections=powers,
        certain=sweep.correction == "theory" and bool(powers),
        replicates=None if sweep.toy.deterministic else sweep.replicates * sweep.blocks,
    )
    if sweep.toy.deterministic:
        vague = seen.standard_error is None or seen.standard_error > MAX_ERROR
        return replace(
            seen,
            standard_error=None,
            statistical_error=None,
            model_error=None,
            interval=None,
            covariance=None,
            errors="no noise",
            models=tuple(model._replace(standard_error=0.0) for model in seen.models),
            flags=(*seen.flags, MODELS_APART) if vague else seen.flags,
        )
    return seen


def _assumed(sweep: Plan, theory: Theory | None) -> tuple[Sequence[float] | None, Floor]:
    """Exponents of the fit's correction terms, None to average over them; and its floor."""
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

    Parameters
    ----------
    sweep : Plan
        The sweep.

    Raises
    ------
    BadInput
        If it has two axes, or fewer sizes than the fit has parameters.
    """
    axis = only_axis(sweep)
    powers, floor = _assumed(sweep, theory_of(sweep.toy, axis))
    check_count(len(sweep.sizes[axis]), powers, floor, with_errors=not sweep.toy.deterministic)
    for point in sweep.points:
        loss = point.exact()
        if loss is not None and 0 <= loss < SMALLEST:
            raise BadInput(
                f"{axis} = {getattr(point, axis)} leaves {point.name} a loss of {loss:g}; take "
                f"sizes that leave more (at least {SMALLEST:g}): the fit is to logarithms"
            )


def only_axis(sweep: Plan) -> str:
    """The one axis of a sweep.

    Parameters
    ----------
    sweep : Plan
        The sweep.

    Returns
    -------
    str

    Raises
    ------
    BadInput
        If it is a grid of two axes.
    """
    axes = list(sweep.sizes)
    if len(axes) > 1:
        raise BadInput(f"a row needs one axis, not {len(axes)} ({', '.join(axes)})")
    return axes[0]


def _as_given(size: float, sizes: list[int | float]) -> int | float:
    """The size as the sweep has it: whole numbers stay whole."""
    return min(sizes, key=lambda other: abs(other - size))
