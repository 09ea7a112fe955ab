"""Which form of L(N) losses speak for: by evidence, and by what each form foretells.

A form that is not a power law is preferred only where both witnesses say so: its evidence outweighs
that of all power laws together, and, fitted to the smaller sizes, it foretells the losses at the
larger ones better than any of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logsumexp
from tabulate import tabulate

from sims.errors import BadInput
from sims.fitting.flags import IMPLAUSIBLE
from sims.fitting.forms.form_fit import FormFit, fit_losses, independent, named_form, needed, plain
from sims.fitting.forms.forms import FORMS, Form, Frame
from sims.fitting.forms.likelihood import Problem, laplace
from sims.fitting.losses import Losses

POWER_LAWS = ("power", "constant", "corrected", "shifted")
"""Forms that are a power law of the excess loss, but for a correction or a shift.

A broken power law whose break lies at or beyond an end of the window is one too."""

DECISIVE = 20.0
"""Odds above which evidence is strong (KassRaftery1995, section 3.2)."""


class HeldOut(NamedTuple):
    """How well a form, fitted to the smaller sizes, foretells the losses at the larger ones.

    Attributes
    ----------
    score : float
        Log predictive density of the losses held out, in units of the loss at the middle of the
        smaller sizes, per size. The prediction's own uncertainty is that of the posterior, to
        first order, and correlated between sizes; without errors it is Student's t. Minus infinity
        where the form foretells no positive loss.
    deviation : float
        Mean square of the standardised deviations: near 1 where the form foretells the losses.
    """

    score: float
    deviation: float


class Candidate(NamedTuple):
    """A form, its fit to all sizes, its posterior weight, and how it foretells larger sizes.

    `held_out` is None where the smaller sizes are too few for the form.
    """

    form: str
    fit: FormFit
    weight: float
    held_out: HeldOut | None


@dataclass(frozen=True)
class Comparison:
    """Forms of L(N) compared on the same data.

    Attributes
    ----------
    rows : tuple of Candidate
        By falling weight. All forms are equally probable beforehand.
    held_out : int
        How many of the largest sizes the forms had to foretell.
    verdict : str
        "power law", "power law with correction", "not a power law: …" or "undecided: …", with its
        reason.
    """

    rows: tuple[Candidate, ...]
    held_out: int
    verdict: str

    def record(self) -> dict[str, Any]:
        """The comparison as plain values for JSON; undefined numbers are None."""
        return {
            "verdict": self.verdict,
            "held_out": self.held_out,
            "rows": [
                {
                    "form": row.form,
                    "weight": row.weight,
                    "held_out": None if row.held_out is None else plain(row.held_out._asdict()),
                    "fit": row.fit.record(),
                }
                for row in self.rows
            ],
        }

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The comparison as a table, for a reader."""
        scores = [row.held_out.score for row in self.rows if row.held_out is not None]
        best = max(scores, default=0.0)
        table = tabulate(
            [
                [
                    row.form,
                    row.fit.formula,
                    f"{row.weight:.2g}",
                    "" if row.fit.chi2 is None else f"{row.fit.chi2:.1f}",
                    row.fit.dof,
                    "" if row.fit.p_value is None else f"{row.fit.p_value:.2g}",
                    "" if row.held_out is None else f"{row.held_out.score - best:.2f}",
                    "" if row.held_out is None else f"{row.held_out.deviation:.3g}",
                    "" if row.fit.exponent is None else f"{row.fit.exponent:.4g}",
                ]
                for row in self.rows
            ],
            headers=["form", "L(N)", "weight", "chi²", "dof", "p", "foretold", "deviation",
                     "exponent"],
            disable_numparse=True,
        )  # fmt: skip
        return (
            f"verdict    {self.verdict}\n{table}\n"
            f"foretold: log density per size of the {self.held_out} largest sizes, less the best; "
            "deviation: mean square, standardised"
        )


def compare_forms(
    sizes: ArrayLike,
    means: ArrayLike,
    errors: ArrayLike | None = None,
    *,
    forms: Sequence[str] = tuple(FORMS),
    held_out: int | None = None,
) -> Comparison:
    """Compare forms of L(N) by their evidence and by what they foretell.

    Parameters
    ----------
    sizes, means : array_like, shape (n,)
        Sizes, all different, and mean losses; all positive.
    errors : array_like, shape (n,), or None
        Known standard errors of the means; without them errors come from the scatter.
    forms : sequence of str
        Names in `sims.fitting.forms.forms.FORMS`. Those with too many parameters for the data are
        left out of the default, and refused if they were asked for.
    held_out : int, optional
        How many of the largest sizes are to be foretold: a third of them by default.

    Returns
    -------
    Comparison

    Raises
    ------
    BadInput
        If a form is unknown or repeated or cannot be fitted to the data, none is given, or
        `held_out` leaves fewer than two sizes or holds out none; and as `fit_form`.
    """
    losses = independent(sizes, means, errors)
    n, e = losses.sizes, losses.errors
    if n.size < 3:
        raise BadInput(f"{n.size} sizes are too few to compare forms (at least 3)")
    chosen = [named_form(name) for name in forms]
    if not chosen or len({form.name for form in chosen}) < len(chosen):
        raise BadInput(f"forms = {list(forms)} is not allowed (one or more, each once)")
    if tuple(forms) == tuple(FORMS):
        chosen = [form for form in chosen if needed(form, e) <= n.size] or chosen
    held_out = max(1, round(n.size / 3)) if held_out is None else held_out
    if not 1 <= held_out <= n.size - 2:
        raise BadInput(
            f"held_out = {held_out} is not allowed (from 1 to {n.size - 2}: {n.size} sizes, of "
            "which two at least must be left to fit)"
        )
    fits = [fit_losses(losses, form, 0.95) for form in chosen]
    evidence = np.array([fit.log_evidence for fit in fits])
    weights = np.exp(evidence - evidence.max())
    weights /= weights.sum()
    rows = sorted(
        (
            Candidate(form.name, fit, float(weight), foretell(losses, form, held_out))
            for form, fit, weight in zip(chosen, fits, weights, strict=True)
        ),
        key=lambda row: -row.fit.log_evidence,
    )
    return Comparison(tuple(rows), held_out, _verdict(rows))


def foretell(losses: Losses, form: Form, held_out: int) -> HeldOut | None:
    """What a form, fitted to all but the largest sizes, says of those; None if they are too few."""
    n, y, e = losses.sizes, losses.means, losses.errors
    seen = n.size - held_out
    if seen < needed(form, e):
        return None
    frame = Frame.of(n[:seen], y[:seen])
    with np.errstate(all="ignore"):
        past = Problem(form, n[:seen], y[:seen], None if e is None else e[:seen], frame)
        future = Problem(form, n[seen:], y[seen:], None if e is None else e[seen:], frame)
        posterior = laplace(past)
        residuals, jacobian = future(posterior.at)
        own = jacobian @ posterior.covariance @ jacobian.T
        if not np.isfinite(own).all():
            return HeldOut(-math.inf, math.inf)
        variances, axes = np.linalg.eigh(own)
        variances = np.maximum(variances, 0) + posterior.sigma**2
        if e is None:  # Student's t has the scatter per degree of freedom
            variances *= seen / (seen - len(form.parameters))
        square = float(np.sum((residuals @ axes) ** 2 / variances))
    if not math.isfinite(square):
        return HeldOut(-math.inf, math.inf)
    log_scale = float(np.log(variances).sum()) / 2
    if future.errors is None:
        dof = seen - len(form.parameters)
        density = math.lgamma((dof + held_out) / 2) - math.lgamma(dof / 2)
        density -= held_out / 2 * math.log(dof * math.pi) + log_scale
        density -= (dof + held_out) / 2 * math.log1p(square / dof)
    else:
        log_scale += float(np.log(future.errors).sum())
        density = -square / 2 - log_scale - held_out / 2 * math.log(2 * math.pi)
    return HeldOut(density / held_out, square / held_out)


def _verdict(rows: Sequence[Candidate]) -> str:
    """The verdict on rows of falling weight, with its reason."""
    powers = [row for row in rows if _is_power_law(row)]
    others = [row for row in rows if not _is_power_law(row)]
    fitting = [row for row in rows if not _rejected(row)]
    if not fitting:
        best = max(row.fit.p_value or 0.0 for row in rows)
        return f"undecided: no form fits (the best has p = {best:.1g})"
    if not powers or not others:
        return f"undecided: nothing to weigh {rows[0].form} against"
    odds = _log_weight(others[:1]) - _log_weight(powers)
    against = _log_weight(powers) - _log_weight(others)
    ahead = _foretells(others[0]) - max(_foretells(row) for row in powers)
    other = others[0].form
    foretold = f"held-out {ahead:+.2g} per size"
    if odds > math.log(DECISIVE):
        if _rejected(others[0]):
            return f"undecided: {other} has odds {_odds(odds)}, but does not fit"
        if ahead > 0:
            return f"not a power law: {other} (odds {_odds(odds)}, {foretold})"
        return f"undecided: {other} has odds {_odds(odds)}, but foretells worse ({foretold})"
    if against > 0 and not _rejected(powers[0]):
        plain = powers[0].form == "power"
        name = "power law" if plain else f"power law with correction: {powers[0].form}"
        return f"{name} (odds {_odds(against)})"
    return f"undecided: {other} has odds {_odds(odds)} to the power laws, {foretold}"


def _is_power_law(row: Candidate) -> bool:
    """Whether a form is a power law throughout the window, but for a correction.

    A break with fewer than two sizes on either side of it is no more than that.
    """
    if row.form != "broken":
        return row.form in POWER_LAWS
    place = next(parameter.value for parameter in row.fit.parameters if parameter.name == "d")
    return not row.fit.sizes[1] < place < row.fit.sizes[-2]


def _log_weight(rows: Sequence[Candidate]) -> float:
    return float(logsumexp([row.fit.log_evidence for row in rows]))


def _rejected(row: Candidate) -> bool:
    return row.fit.p_value is not None and row.fit.p_value < IMPLAUSIBLE


def _foretells(row: Candidate) -> float:
    return -math.inf if row.held_out is None else row.held_out.score


def _odds(log_odds: float) -> str:
    """Odds as 20:1 or 1:20, exact to a digit once large."""
    size = abs(log_odds) / math.log(10)
    ratio = f"{10**size:.2g}" if size < 4 else f"1e{size:.0f}"
    return f"{ratio}:1" if log_odds >= 0 else f"1:{ratio}"
