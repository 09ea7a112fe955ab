"""Figures hold the data, the exact curve, the fit and the derived slope."""

import pytest

from sims import Sweep
from sims.plots.sweeps import figure, save
from sims.tables.judged import judge
from toys import Bernoulli, GaussianMean


@pytest.mark.parametrize(
    "toy", [Bernoulli(p=0.3), Bernoulli(p=1), GaussianMean(d=2, sampler="draws")], ids=str
)
def test_a_figure_has_two_panels_and_is_written_whole(toy, tmp_path):
    seen = Sweep(toy, {"N": [8, 16, 32, 64, 128, 256]}, 2000, 2).run()
    drawn = figure(judge(seen))
    upper, lower = drawn.axes
    labels = upper.get_legend_handles_labels()[1]
    assert labels[0] == "exact"
    assert any(label.startswith("fit, exponent") for label in labels)
    assert lower.get_legend_handles_labels()[1] == ["derived, -1"]
    for form in ("png", "pdf", "svg"):
        path = tmp_path / f"figure.{form}"
        save(drawn, path)
        assert path.stat().st_size > 1000
    assert len(list(tmp_path.iterdir())) == 3
