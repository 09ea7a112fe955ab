"""The report on a surface in words and tables, for a reader."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from tabulate import tabulate

from sims.numbers import with_error
from sims.surface.frontier import Band
from sims.surface.isoflop import IsoFlopFit
from sims.surface.report import SurfaceReport

LAWS = {
    "additive": "E + A/N^alpha + B/D^beta",
    "bracket": "E + ((A/N^alpha)^(1/beta) + B^(1/beta)/D)^beta",
    "mean": "E + ((A/N^alpha)^q + (B/D^beta)^q)^(1/q)",
}
MEANINGS = {
    "E": "irreducible loss",
    "a": "N* ~ C^a, a = beta/(alpha + beta)",
    "b": "D* ~ C^b, b = 1 - a",
    "c": "L* - E ~ C^-c",
}


UNDETERMINED = 3.0
"""A constant whose standard error is so many times itself is not known."""


def surface_text(report: SurfaceReport) -> str:
    """The report, line by line.

    Parameters
    ----------
    report : SurfaceReport
        What `report_on` returned.
    """
    return "\n".join(_lines(report))


def _lines(report: SurfaceReport) -> Iterator[str]:
    fit = report.fit
    if report.compared:
        yield from _comparison(report)
    yield f"law          {fit.form}: {LAWS[fit.form]}"
    yield f"objective    {_objective(report)} = {fit.objective_value:.8g}"
    for name in ("A", "B", "E", "alpha", "beta", "q", "a", "b", "c"):
        if name == "q" and fit.q is None:
            continue
        if name == "E" and fit.floor == "zero":
            yield "E            0   irreducible loss, taken to be zero"
            continue
        interval = report.interval(name)
        error = report.standard_error(name)
        if error is not None and error > UNDETERMINED * abs(report.value(name)):
            yield f"{name:<12} {report.value(name):.3g}, undetermined"
            continue
        number = with_error(report.value(name), error)
        said = "" if interval is None else f"95 %: {interval[0]:.4g} to {interval[1]:.4g}"
        yield f"{name:<12} {number:<20} {said:<24} {MEANINGS.get(name, '')}".rstrip()
    if report.resampled is None:
        yield "errors       none: no resamples were asked for"
    else:
        yield f"errors       {report.repeats} resamples of the runs (pairs), seed {report.seed}"
    yield from (f"flag         {flag}" for flag in report.flags)
    yield ""
    yield "compute-optimal frontier of the fitted surface, C = 6 N D"
    yield _frontier(report)
    if report.extrapolated.any():
        low, high = report.runs.flop.min(), report.runs.flop.max()
        yield f"outside {low:.3g} to {high:.3g} FLOP, where the runs are, it is extrapolated"
    yield ""
    if isinstance(report.parabolas, str):
        yield f"IsoFLOP parabolas (approach 2): none; {report.parabolas}"
    else:
        yield from _isoflop(report.parabolas)


def _objective(report: SurfaceReport) -> str:
    fit = report.fit
    said = fit.objective + ("" if fit.delta is None else f", delta {fit.delta:g}")
    return f"{said}, sum over {report.runs.losses.size} runs"


def _comparison(report: SurfaceReport) -> Iterator[str]:
    yield f"forms by the objective ({_objective(report)}) of runs left out of their fit"
    rows = []
    for score in report.compared:
        surface = score.fit.surface
        numbers = (surface.E, surface.alpha, surface.beta, surface.frontier_exponents.parameters)
        rows.append(
            [
                score.form,
                f"{score.held_out:.6g}",
                f"{score.objective_value:.6g}",
                *(f"{x:.4g}" for x in numbers),
                "" if surface.q is None else f"{surface.q:.4g}",
            ]
        )
    yield _table(rows, ["form", "held out", "objective", "E", "alpha", "beta", "a", "q"])
    for score in report.compared:
        yield from (f"flag         {score.form}: {flag}" for flag in score.fit.flags)
    yield ""


def _frontier(report: SurfaceReport) -> str:
    best = report.fit.surface.optimum(report.budgets)
    bands = report.frontier(report.budgets)
    rows = []
    for i, flop in enumerate(report.budgets):
        row = [f"{flop:.3g}"]
        for name in ("parameters", "tokens", "loss"):
            row.append(f"{getattr(best, name)[i]:.4g}")
            if bands is not None:
                row.append(_interval(getattr(bands, name), i))
        rows.append([*row, f"{best.tokens[i] / best.parameters[i]:.3g}"])
    interval = [] if bands is None else ["95 %"]
    headers = ["C (FLOP)", "N*", *interval, "D*", *interval, "L*", *interval, "D*/N*"]
    return _table(rows, headers)


def _interval(band: Band, place: int) -> str:
    return f"{band.low[place]:.4g} to {band.high[place]:.4g}"


def _isoflop(seen: IsoFlopFit) -> Iterator[str]:
    yield "minima of IsoFLOP parabolas (approach 2)"
    rows = []
    for minimum in seen.minima:
        row = [f"{minimum.flop:.3g}", f"{minimum.runs}"]
        for value in (minimum.parameters, minimum.tokens):
            row.append(f"{value:.4g}")
            if minimum.log_error is not None:
                spread = np.exp(seen.parameters.quantile * minimum.log_error)
                row.append(f"{value / spread:.4g} to {value * spread:.4g}")
        rows.append([*row, with_error(minimum.loss, minimum.loss_error)])
    interval = [] if seen.minima[0].log_error is None else ["95 %"]
    yield _table(rows, ["C (FLOP)", "runs", "N*", *interval, "D*", *interval, "L*"])
    for name, letter, law in (("a", "N", seen.parameters), ("b", "D", seen.tokens)):
        said = "" if law.interval is None else (
            f"95 %: {law.interval[0]:.4g} to {law.interval[1]:.4g}"
        )  # fmt: skip
        number = with_error(law.exponent, law.standard_error)
        yield f"{name:<12} {number:<20} {said:<24} {letter}* = {law.prefactor:.4g} C^{name}"
    yield from (f"flag         {flag}" for flag in seen.flags)


def _table(rows: list[list[str]], headers: list[str]) -> str:
    return tabulate(rows, headers, tablefmt="plain", disable_numparse=True)
