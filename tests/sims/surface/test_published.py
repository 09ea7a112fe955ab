"""Published fits, reproduced from the runs of Hoffmann et al. 2022 where they are at hand."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks import published

DATA = Path(__file__).parents[3] / ".." / "shared" / "data" / "chinchilla_svg_extracted.csv"

needs_data = pytest.mark.skipif(not DATA.exists(), reason="the published runs are not at hand")


@pytest.fixture(scope="module")
def table():
    return published.lines(str(DATA), repeats=1)


def printed(text):
    return len(text.lstrip("-0.").replace(".", ""))


@needs_data
@pytest.mark.parametrize(
    ("group", "digits"),
    [("Huber 1e-3", 6), ("absolute", 5), ("errors, their resamples", 4), ("parabola bias, %", 3)],
)
def test_all_digits_are_reproduced(table, group, digits):
    rows = [row for row in table if row.group == group and row.published != "0"]
    assert len(rows) >= 4
    for row in rows:
        assert row.digits >= min(printed(row.published), digits), row


@needs_data
def test_our_own_resamples_agree_to_their_sampling_error(table):
    """A standard error from 4,000 resamples varies by about 1 %, that of B, skewed, by 5 %."""
    rows = {row.quantity: row for row in table if row.group == "errors, our resamples"}
    for name, row in rows.items():
        tolerance = 0.15 if name == "B" else 0.04
        assert float(row.ours) == pytest.approx(float(row.published), rel=tolerance, abs=0)


@needs_data
def test_units_change_nothing(table):
    rows = [row for row in table if row.group == "change with units"]
    assert len(rows) == 12
    assert all(float(row.ours) < 1e-8 for row in rows)


@needs_data
def test_the_objective_at_their_headline_is_higher(table):
    """The control: rounded constants, and those of another objective, are no minimum."""
    runs = published.load(str(DATA))
    from sims.surface.surface_fit import fit_surface

    fit = fit_surface(runs.parameters, runs.tokens, runs.losses)
    headline = published.Surface(
        "additive", *(float(published.ABSOLUTE[key]) for key in ("A", "B", "E", "alpha", "beta"))
    )
    residuals = np.log(runs.losses) - np.log(headline.loss(runs.parameters, runs.tokens))
    at_headline = np.sum(fit._problem.cost(residuals))
    assert runs.losses.size == 240
    assert fit.objective_value < at_headline < 1.001 * fit.objective_value


@pytest.mark.parametrize(
    ("text", "value", "digits"),
    [
        ("477.826", 477.8258682, 6), ("477.826", 477.83, 5), ("0.0257", 0.025656, 3),
        ("-1.30", -1.3011, 3), ("-1.30", 1.3011, 0), ("1293", 1384.2, 1), ("0", 0.0, 16),
        ("0", 3e-13, 12), ("0", 5.0, 0),
    ],
)  # fmt: skip
def test_digits(text, value, digits):
    assert published.digits(text, value) == digits


def test_a_missing_file_is_one_clear_error():
    result = CliRunner().invoke(published.main, ["--data", "absent.csv"])
    assert result.exit_code == 2
    assert "no such file: absent.csv" in result.output


@needs_data
def test_the_table_as_text_and_json(table, monkeypatch):
    monkeypatch.setattr(published, "lines", lambda *_: table)
    runner = CliRunner()
    text = runner.invoke(published.main, ["--data", str(DATA)]).output
    assert "477.826" in text
    assert "digits" in text
    rows = json.loads(
        runner.invoke(published.main, ["--data", str(DATA), "--format", "json"]).output
    )
    assert rows[0]["published"] == "0.00101827401780"
    assert rows[-1]["digits"] is None
