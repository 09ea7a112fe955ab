"""Sweeps: what they refuse, and that nothing moves an existing number."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Annotated, Literal

import numpy as np
import pytest
from pydantic import Field

from sims import BadInput, Sweep, run_sweeps
from toys import Bernoulli, GaussianMean, Size, Toy

COIN = Bernoulli(p=0.3, sampler="tosses")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sizes": {"n": [1, 2]}}, "unknown size axis of bernoulli 'n'"),
        ({"sizes": {}}, "no axis"),
        ({"sizes": {"N": []}}, "no sizes on axis N"),
        ({"sizes": {"N": [10, 20, 10]}}, "size N = 10 is repeated"),
        ({"sizes": {"N": [10, 0]}}, "N = 0 is not allowed"),
        ({"sizes": {"N": [10, 2.5]}}, "N = 2.5 is not allowed"),
        ({"sizes": [1, 2, 3]}, "sizes = .*as in"),
        ({"sizes": {"N": 1e3}}, "N = 1000.0 is not allowed .a list"),
        ({"replicates": 0}, "replicates = 0"),
        ({"replicates": 1e5}, "replicates = 100000.0"),
        ({"blocks": -1}, "blocks = -1"),
        ({"seed": True}, "seed = True"),
        ({"replicates": 1, "blocks": 1}, "no error bar"),
    ],
)
def test_bad_sweeps_are_refused(changes, message):
    with pytest.raises(BadInput, match=message):
        Sweep(**{"toy": COIN, "sizes": {"N": [10, 20]}, **changes})


def test_the_toys_own_size_is_ignored():
    sweeps = [Sweep(toy, {"N": [10, 20]}, 100, 2) for toy in (COIN.at(N=5), COIN.at(N=7))]
    assert sweeps[0].spec() == sweeps[1].spec()
    assert [c.label for c in sweeps[0].cells()] == [c.label for c in sweeps[1].cells()]


def test_more_sizes_blocks_and_toys_move_nothing():
    small = Sweep(COIN, {"N": [10, 20]}, 1000, 2)
    large = Sweep(COIN, {"N": [5, 10, 20, 40]}, 1000, 5)
    other = Sweep(GaussianMean(), {"N": [10, 20]}, 1000, 2)
    alone = {c.label: c.run() for c in small.cells()}
    run_sweeps([other, large])
    among = {c.label: c.run() for c in large.cells()}
    assert alone == {label: among[label] for label in alone}


def test_sweeps_that_differ_in_replicates_only_share_nothing():
    one, other = (Sweep(COIN, {"N": [10, 20]}, replicates, 2) for replicates in (100, 200))
    seen = run_sweeps([one, other])
    assert [moments.count for found in seen for moments in found.moments] == [200, 200, 400, 400]


def test_executors_and_workers_change_no_bit():
    sweep = Sweep(COIN, {"N": [10, 300, 20]}, 2000, 4)
    serial = run_sweeps([sweep], workers=1)[0].moments
    assert run_sweeps([sweep], workers=3)[0].moments == serial
    with ThreadPoolExecutor(2) as threads:
        assert sweep.run(threads).moments == serial
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        assert sweep.run(processes).moments == serial


def test_the_seed_changes_every_number():
    one, other = (Sweep(COIN, {"N": [10, 20]}, 500, 1, seed).run().means for seed in (0, 1))
    assert np.all(one != other)


class Grid(Toy):
    """Two axes, and a sampler that can fail."""

    N: Annotated[int, Size("steps"), Field(ge=1)] = 1
    D: Annotated[int, Size("points"), Field(ge=1)] = 1
    how: Literal["well", "infinite", "badly"] = "well"

    @property
    def quantity(self):
        return "loss"

    @property
    def source(self):
        return "nobody, nowhere"

    def simulate(self, rng, replicates):
        if self.how == "badly":
            raise RuntimeError("the toy broke")
        losses = rng.exponential(1 / (self.N * self.D), size=replicates)
        return losses + np.inf if self.how == "infinite" else losses


class Typical(Grid):
    """The same, by its median."""

    @property
    def statistic(self):
        return "median"


class Geometric(Grid):
    """The same, by its geometric mean."""

    @property
    def statistic(self):
        return "geometric mean"


def test_two_axes_make_a_grid():
    seen = Sweep(Grid(), {"N": [1, 2], "D": [1, 3, 9]}, 2000, 2).run()
    assert seen.sizes["N"].tolist() == [1, 1, 1, 2, 2, 2]
    assert seen.sizes["D"].tolist() == [1, 3, 9, 1, 3, 9]
    assert [moments.count for moments in seen.moments] == [4000] * 6
    expected = 1 / (seen.sizes["N"] * seen.sizes["D"])
    assert np.all(np.abs(seen.means - expected) < 5 * seen.standard_errors)


@pytest.mark.parametrize(
    ("toy", "truth"), [(Typical(), np.log(2)), (Geometric(), np.exp(-np.euler_gamma))]
)
def test_other_statistics_take_their_error_from_the_blocks(toy, truth):
    seen = Sweep(toy, {"N": [1]}, 1001, 40).run()
    assert seen.moments[0].count == 40
    assert abs(seen.means[0] - truth) < 5 * seen.standard_errors[0]
    spread = {"median": 1.0, "geometric mean": np.exp(-np.euler_gamma) * np.pi / np.sqrt(6)}
    error = spread[toy.statistic] / np.sqrt(1001 * 40)  # of the median and of exp(mean log)
    assert abs(seen.standard_errors[0] / error - 1) < 4 / np.sqrt(2 * 39)
    with pytest.raises(BadInput, match="blocks = 5 is not allowed"):
        Sweep(toy, {"N": [1]}, 1001, 5)


def test_an_infinite_loss_is_never_averaged():
    with pytest.raises(ArithmeticError, match="not finite"):
        Sweep(Grid(how="infinite"), {"N": [1, 2]}, 10, 1).run()


def test_a_toy_that_breaks_stops_the_run():
    with pytest.raises(RuntimeError, match="the toy broke"):
        Sweep(Grid(how="badly"), {"N": [1, 2]}, 10, 4).run()


def test_deterministic_toys_have_no_errors():
    seen = Sweep(Bernoulli(p=1), {"N": [1, 2, 3]}, 10, 1).run()
    assert seen.standard_errors is None
    assert seen.exact == pytest.approx(seen.means, rel=1e-12, abs=0)


def test_many_blocks_are_not_counted_over_and_over(monkeypatch):
    """The blocks of a sweep are listed a fixed number of times, however many there are."""
    from sims.engine.plan import Plan

    calls = []
    cells = Plan.cells
    monkeypatch.setattr(Plan, "cells", lambda self: calls.append(1) or cells(self))

    def listings(blocks):
        calls.clear()
        Sweep(Bernoulli(p=0.3), {"N": [16, 64]}, 2, blocks).run()
        return len(calls)

    assert listings(30) == listings(3)
