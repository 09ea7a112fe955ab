"""Figures of a surface hold the data, the fit, the minima and the bands."""

import numpy as np
import pytest

from sims.plots.surface import figures, frontier_figure, isoflop_figure, residual_figure
from sims.plots.sweeps import save
from sims.surface.isoflop import isoflop
from sims.surface.law import Surface
from sims.surface.report import report_on
from sims.surface.runs import runs_of

CHINCHILLA = Surface("additive", 406.4, 410.7, 1.69, 0.34, 0.28)


def made(points=7, noise=0.002, scattered=False):
    rng = np.random.default_rng(20260101)
    budgets = np.geomspace(6e18, 3e21, 5)
    grid = 4.0 ** np.linspace(-1, 1, points)
    sizes = np.concatenate([CHINCHILLA.optimum(c).parameters * grid for c in budgets])
    tokens = np.repeat(budgets, points) / (6 * sizes)
    if scattered:
        tokens = tokens * np.exp(rng.uniform(-0.6, 0.6, tokens.size))
    losses = CHINCHILLA.loss(sizes, tokens) * np.exp(noise * rng.standard_normal(sizes.size))
    return runs_of(np.column_stack([sizes, tokens, losses]), of_flop=False)


def labels(ax):
    return ax.get_legend_handles_labels()[1]


@pytest.fixture(scope="module")
def report():
    return report_on(made(), repeats=50, at=[1e24])


@pytest.fixture(scope="module")
def drawn(report):
    return figures(report)


def test_all_figures_are_drawn_and_written(drawn, tmp_path):
    assert set(drawn) == {"isoflop", "residuals", "frontier"}
    for name, drawing in drawn.items():
        path = tmp_path / f"{name}.png"
        save(drawing, path)
        assert path.stat().st_size > 10_000


def test_isoflop_curves_go_through_the_surface(report, drawn):
    ax = drawn["isoflop"].axes[0]
    assert labels(ax) == ["runs", "minima of the fitted surface", "minima of parabolas, 95 %"]
    curves = [line for line in ax.lines if line.get_linestyle() == "-" and len(line.get_xdata())]
    assert len(curves) >= 5
    for line, flop in zip(curves, report.budgets, strict=False):
        sizes = line.get_xdata()
        assert line.get_ydata() == pytest.approx(
            report.fit.surface.loss(sizes, flop / (6 * sizes)), rel=1e-9, abs=0
        )
    stars = next(line for line in ax.lines if line.get_marker() == "*")
    best = report.fit.surface.optimum(report.budgets[:5])
    assert stars.get_xdata() == pytest.approx(best.parameters, rel=1e-9, abs=0)
    assert ax.get_xscale() == "log"


def test_the_frontier_has_bands_and_the_budgets_of_the_data(report, drawn):
    upper, lower = drawn["frontier"].axes
    for ax in (upper, lower):
        assert "fitted surface, 95 % band" in labels(ax)
        assert "budgets of the data" in labels(ax)
        assert "minima of parabolas, 95 %" in labels(ax)
        assert len(ax.collections) >= 1
    assert lower.get_xlabel() == "training compute C (FLOP)"
    line = upper.lines[0]
    flop = line.get_xdata()
    assert flop[0] < report.runs.flop.min()
    assert flop[-1] > 1e24
    best = report.fit.surface.optimum(flop)
    assert line.get_ydata() == pytest.approx(best.parameters, rel=1e-9, abs=0)


def test_residuals_are_those_of_the_fit(report, drawn):
    left, right = drawn["residuals"].axes[:2]
    for ax, x in ((left, None), (right, report.runs.flop)):
        points = np.asarray(ax.collections[0].get_offsets())
        assert points[:, 1] == pytest.approx(report.fit.residuals, rel=1e-6, abs=1e-12)
        if x is not None:
            assert points[:, 0] == pytest.approx(x, rel=1e-9, abs=0)
    assert "±δ = 0.001" in labels(left)[0]
    plain = residual_figure(report.runs, report.fit.surface, None)
    assert labels(plain.axes[0]) == []


def test_runs_off_the_lines_are_drawn_with_the_decades(tmp_path):
    seen = report_on(made(scattered=True), repeats=20)
    assert isinstance(seen.parabolas, str)
    drawings = figures(seen)
    ax = drawings["isoflop"].axes[0]
    assert labels(ax) == ["runs", "minima of the fitted surface"]
    stars = next(line for line in ax.lines if line.get_marker() == "*")
    best = seen.fit.surface.optimum([1e19, 1e20, 1e21])
    assert stars.get_xdata() == pytest.approx(best.parameters, rel=1e-9, abs=0)
    save(drawings["isoflop"], tmp_path / "isoflop.pdf")


def test_parabolas_without_error_bars_are_drawn_without(report, tmp_path):
    runs = made(points=3)
    seen = isoflop(runs.parameters, runs.tokens, runs.losses)
    assert seen.minima[0].log_error is None
    budgets = [minimum.flop for minimum in seen.minima]
    save(isoflop_figure(runs, CHINCHILLA, budgets, seen), tmp_path / "isoflop.png")
    frontier = report.frontier(np.geomspace(1e18, 1e22, 5))
    save(frontier_figure(runs, frontier, seen), tmp_path / "frontier.png")


def test_without_resamples_there_is_no_frontier_to_draw():
    assert set(figures(report_on(made(), repeats=0))) == {"isoflop", "residuals"}
