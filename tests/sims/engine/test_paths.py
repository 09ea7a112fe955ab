"""Runs that pass through all sizes: their covariance, their seeds, and how they are kept."""

import json
import sqlite3
from dataclasses import replace

import numpy as np
import pytest
from running_mean import RunningMean

from sims import BadInput, Sweep, fit, run_sweeps
from sims.engine.database import Store
from sims.engine.finished import finished_sweeps
from sims.fitting.slopes import local_slopes
from sims.tables.judged import judge
from toys import GaussianMean
from toys.moments import PathMoments
from toys.toy import CHUNK

SIZES = [4, 8, 16, 32, 64, 128]
SWEEP = Sweep(RunningMean(), {"N": SIZES}, 2000, 20)
TOYS = {"running_mean": RunningMean}


@pytest.fixture(scope="module")
def seen():
    return SWEEP.run()


def test_merging_blocks_is_as_good_as_one(rng):
    losses = rng.random((500, 3))
    whole = PathMoments.of(losses)
    merged = PathMoments.of(losses[:120]).merge(PathMoments.of(losses[120:]))
    assert merged.count == whole.count
    assert merged.means == pytest.approx(whole.means, rel=1e-14, abs=0)
    assert np.allclose(merged.comoments, whole.comoments, rtol=1e-12, atol=0)
    assert np.allclose(whole.covariance, np.cov(losses.T) / 500, rtol=1e-12, atol=0)
    assert np.all(np.isnan(PathMoments.of(losses[:1]).covariance))


def test_the_covariance_is_the_known_one(seen):
    """2/M² between N <= M; each entry within 5 standard errors, and independent sizes are not."""
    count = 2000 * 20
    assert [moments.count for moments in seen.moments] == [count] * len(SIZES)
    assert np.all(np.abs(seen.means * SIZES - 1) < 5 * np.sqrt(2 / count))
    known = 2 / np.maximum.outer(SIZES, SIZES) ** 2.0 / count
    scale = np.sqrt(np.outer(np.diag(known), np.diag(known)))
    assert np.all(np.abs(seen.covariance - known) / scale < 5 * np.sqrt(14 / count) * 2)
    assert np.abs(seen.covariance[0, 1] / scale[0, 1]) > 0.4
    assert seen.standard_errors == pytest.approx(
        np.sqrt(np.diag(seen.covariance)), rel=1e-12, abs=0
    )


def test_the_fit_uses_it(seen):
    """Neighbours move together: errors that ignore it are too small for the slope's own scatter."""
    with_it = fit(SIZES, seen.means, seen.covariance, corrections=[])
    exact = replace(seen, sweep=replace(seen.sweep, correction="none"))
    assert judge(exact).fit.exponent == with_it.exponent
    assert judge(exact).fit.standard_error == with_it.standard_error
    without = fit(SIZES, seen.means, seen.standard_errors, corrections=[])
    assert abs(with_it.standard_error / without.standard_error - 1) > 0.1


def test_running_slopes_use_it(seen):
    """The scatter of slopes over blocks is what the errors say; without covariance it is less."""
    blocks = np.array([cell.run().means for cell in SWEEP.cells()])
    slopes = np.diff(np.log(blocks), axis=1) / np.log(2)
    scatter = np.std(slopes, axis=0, ddof=1) / np.sqrt(len(blocks))
    said = np.array([slope.standard_error for slope in judge(seen).fit.local_slopes])
    ignorant = [
        slope.standard_error
        for slope in local_slopes(np.array(SIZES), seen.means, seen.standard_errors)
    ]
    assert 0.8 < np.sqrt(np.mean((scatter / said) ** 2)) < 1.2
    assert np.sqrt(np.mean((scatter / np.array(ignorant)) ** 2)) < 0.8


def test_its_interval_covers():
    """Over 200 seeds, 95 % of intervals hold the exponent 1; and errors of the exponent are right."""
    scores = []
    for seed in range(200):
        one = Sweep(RunningMean(), {"N": [4, 8, 16, 32, 64]}, 500, 1, seed, "none").run()
        found = judge(one).fit
        scores.append((found.exponent - 1) / found.standard_error)
    assert np.mean(np.abs(scores) < 1.96) > 0.90
    assert 0.8 < np.std(scores) < 1.2


def test_other_sizes_and_blocks_move_nothing(seen):
    fewer = Sweep(RunningMean(), {"N": [32, 4]}, 2000, 3).cells()
    for cell, whole in zip(fewer, SWEEP.cells(), strict=False):
        assert cell.label == whole.label
        assert cell.run().means == (whole.run().means[3], whole.run().means[0])
    assert len({cell.label for cell in SWEEP.cells()}) == 20
    assert SWEEP.cells()[0].key != fewer[0].key


def test_workers_change_no_bit(seen):
    assert run_sweeps([SWEEP], workers=3)[0] == run_sweeps([SWEEP], workers=1)[0] == seen


def test_a_database_keeps_it_bit_for_bit(tmp_path, seen, monkeypatch):
    db = tmp_path / "run.sqlite"
    store = Store.open(db)
    store.begin([SWEEP])
    for cell in SWEEP.cells()[::2]:
        store.add(cell, cell.run())
    store.close()
    assert SWEEP.run(db=db) == seen
    monkeypatch.setattr("sims.engine.run.run_cell", None)  # would fail if it were called
    assert SWEEP.run(db=db) == seen
    (revived,) = finished_sweeps(db, TOYS).observations
    assert (revived.moments, revived.path) == (seen.moments, seen.path)


@pytest.mark.parametrize(
    "damage",
    [
        "comoments = '[[1]]'",
        "means = 'x'",
        "count = 'y'",
        "count = count + 1",
        "count = 0",
        "means = '[null]'",
    ],
)
def test_damage_is_noticed(tmp_path, damage):
    db = tmp_path / "run.sqlite"
    SWEEP.run(db=db)
    with sqlite3.connect(db) as connection:
        connection.execute(f"UPDATE path SET {damage}")
    connection.close()
    with pytest.raises(BadInput, match="damaged: path"):
        SWEEP.run(db=db)


def test_a_label_names_no_size():
    label = json.loads(SWEEP.cells()[0].label[2:])
    assert label["path"] == "N"
    assert "N" not in label["parameters"]


def test_blocks_are_small():
    with pytest.raises(BadInput, match=f"at most {CHUNK} in a block"):
        Sweep(RunningMean(), {"N": SIZES}, CHUNK + 1, 20)
    assert not Sweep(GaussianMean(), {"N": SIZES}, CHUNK + 1, 20).is_path


def test_a_path_of_another_shape_is_refused():
    class Flat(RunningMean):
        """Forgets the sizes."""

        def simulate_path(self, rng, replicates, axis, sizes):
            return rng.random(replicates)

    with pytest.raises(TypeError, match=r"with shape \(2000, 6\)"):
        Sweep(Flat(), {"N": SIZES}, 2000, 2).run()


def test_an_infinite_loss_is_never_averaged():
    class Infinite(RunningMean):
        """Diverges."""

        def simulate_path(self, rng, replicates, axis, sizes):
            return super().simulate_path(rng, replicates, axis, sizes) + np.inf

    with pytest.raises(ArithmeticError, match="not finite"):
        Sweep(Infinite(), {"N": SIZES}, 10, 2).run()
