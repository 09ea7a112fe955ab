"""The sample data are what their script writes, and the fits of README find the laws behind them."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from sims import fit, fit_surface
from sims.fitting.file_losses import read_losses
from sims.surface.runs import read_runs

EXAMPLES = Path(__file__).parent.parent / "examples"
SCRIPT = runpy.run_path(str(EXAMPLES / "make.py"))


def test_the_files_are_what_the_script_writes(tmp_path):
    SCRIPT["main"].__globals__["HERE"] = tmp_path
    SCRIPT["main"]()
    for name in ("losses.csv", "runs.csv"):
        assert (tmp_path / name).read_text() == (EXAMPLES / name).read_text()


def test_the_exponent_of_the_losses_is_found():
    seen = read_losses(str(EXAMPLES / "losses.csv"), "N", "loss")
    found = fit(seen.sizes, seen.means, seen.errors, floor="maybe")
    low, high = found.interval
    assert low < SCRIPT["LOSSES"]["exponent"] < high
    assert found.flags == ()


@pytest.mark.parametrize("name", ["alpha", "beta", "E"])
def test_the_surface_of_the_runs_is_found(name):
    runs = read_runs(str(EXAMPLES / "runs.csv"), parameters="N", loss="loss", tokens="D")
    found = fit_surface(runs.parameters, runs.tokens, runs.losses)
    error = found.standard_errors[name]
    assert abs(getattr(found, name) - SCRIPT["RUNS"][name]) < 4 * error
    assert np.isfinite(error)
