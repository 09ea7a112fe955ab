"""How fast the toys and the fit are, beside the NumPy code that a user would write.

    python -m benchmarks.speed [--format json] [--only NAME]

Every pair is verified to give the same answer before it is timed; all run in one thread, in turns.
The floor of each: *tosses* about 8 random words for 64 tosses; *draws* one normal a draw; *counts*
one binomial draw an outcome; *sufficient statistic* one chi-square a replicate; *order statistic*
one exponential, d normals, one uniform, a power and two sines a query; *points* scipy's tree.
Those of all other toys stand in `benchmarks.speed.races`, with the exponent of their cost in the
size.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import click
import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from tabulate import tabulate

from benchmarks.speed import races as families
from benchmarks.speed.fits import fits
from benchmarks.speed.race import Race, new_rng, run_race, same_mean
from sims import Sweep, run_sweeps
from toys import Bernoulli, BernoulliImprovement, GaussianMean, Moments, NearestNeighbor
from toys._kernels.tosses import toss_coins


def _near(seen: float, exact: float | None) -> None:
    """One data set with 20,000 queries, within 5 % of what is expected."""
    assert exact is not None
    assert abs(seen / exact - 1) < 0.05, (seen, exact)


def _within_five(ours: float, theirs: float) -> None:
    """Both means within 5 of their standard errors from exact."""
    assert ours <= 5, ours
    assert theirs <= 5, theirs


def counts() -> Iterator[Race]:
    """Ten million replicates as counts, beside binomial draws and logarithms."""
    replicates, N, p, k = 10**7, 10**4, 0.3, 0.5
    toy = Bernoulli(p=p, pseudocount=k, N=N, sampler="counts")
    rng = new_rng()

    def numpy() -> Moments:
        n1 = rng.binomial(N, p, size=replicates)
        estimate = (n1 + k) / (N + 2 * k)
        return Moments.of(p * np.log(p / estimate) + (1 - p) * np.log((1 - p) / (1 - estimate)))

    yield Race(
        "counts, 1e7 replicates at N = 1e4", "rng.binomial + logs",
        lambda: toy.simulate_moments(rng, replicates), numpy, same_mean,
    )  # fmt: skip


def tosses() -> Iterator[Race]:
    """Real coin flips, beside a matrix of uniforms."""
    rng = new_rng()
    for N, replicates in ((10_000, 400), (1000, 4000), (64, 60_000)):

        def ours(N: int = N, replicates: int = replicates) -> Moments:
            return Moments.of(toss_coins(rng, 0.3, N, replicates).astype(float))

        def numpy(N: int = N, replicates: int = replicates) -> Moments:
            return Moments.of((rng.random((replicates, N)) < 0.3).sum(1).astype(float))

        peer = "(rng.random((R, N)) < p).sum(1)"
        yield Race(f"tosses, N = {N}", peer, ours, numpy, same_mean)


@njit(cache=True, nogil=True, error_model="numpy")
def _bare_normals(rng: np.random.Generator, count: int) -> float:
    total = 0.0
    for _ in range(count):
        total += rng.standard_normal()
    return total


def draws() -> Iterator[Race]:
    """Draws and their mean, beside a matrix of normals, and beside the draws alone."""
    replicates, N = 2000, 1000
    toy = GaussianMean(N=N, sampler="draws")
    rng = new_rng()

    def numpy() -> Moments:
        return Moments.of(rng.standard_normal((replicates, N)).mean(1) ** 2)

    def ours() -> Moments:
        return toy.simulate_moments(rng, replicates)

    yield Race("draws, N = 1000", "standard_normal((R, N)).mean(1)", ours, numpy, same_mean)
    yield Race(
        "draws, N = 1000 (floor: at least 0.67)", "the same normals, drawn and added, no more",
        ours, lambda: _bare_normals(rng, replicates * N), lambda seen, _: same_mean(seen, numpy()),
    )  # fmt: skip


def neighbors() -> Iterator[Race]:
    """The nearest of D points as one draw, and with a tree, beside scipy's periodic tree."""
    rng = new_rng()
    d, D, queries = 4, 10**5, 20_000
    drawn = NearestNeighbor(d=d, D=D)
    searched = drawn.at(sampler="points", queries=queries)

    def tree() -> Moments:
        points, asked = rng.random((D, d)), rng.random((queries, d))
        found = cKDTree(points, boxsize=1.0).query(asked)[1]  # type: ignore[call-overload]
        error = np.cos(2 * np.pi * points[found, 0]) - np.cos(2 * np.pi * asked[:, 0])
        return Moments.of(error**2)

    def bare() -> float:
        points, asked = rng.random((D, d)), rng.random((queries, d))
        lean = cKDTree(  # type: ignore[call-overload]  # the stubs lack a number for boxsize
            points, boxsize=1.0, balanced_tree=False, compact_nodes=False
        )
        return float(np.mean(lean.query(asked)[0]))

    yield Race(
        "order statistic, 2e4 queries, d = 4, D = 1e5", "cKDTree(boxsize=1), build and query",
        lambda: drawn.simulate_moments(rng, queries), tree, same_mean,
    )  # fmt: skip
    yield Race(
        "points, 2e4 queries, d = 4, D = 1e5 (floor: at least 0.83)",
        "the lean cKDTree alone, build and query",
        lambda: float(searched.simulate(rng, 1)[0]), bare,
        lambda ours, _: _near(ours, searched.exact()),
    )  # fmt: skip


def improvements() -> Iterator[Race]:
    """Standard errors of the mean improvement at N = 1000, per second, beside pairs of draws."""
    rng = new_rng()
    p, k, N, few, many = 0.3, 0.5, 1000, 10**6, 10**12
    toy = BernoulliImprovement(p=p, pseudocount=k, N=N, sampler="counts")

    def loss(estimate: NDArray[np.floating]) -> NDArray[np.floating]:
        return p * np.log(p / estimate) + (1 - p) * np.log((1 - p) / (1 - estimate))

    def numpy() -> Moments:
        n1 = rng.binomial(N, p, size=few)
        more = rng.binomial(1, p, size=few)
        return Moments.of(loss((n1 + k) / (N + 2 * k)) - loss((n1 + more + k) / (N + 1 + 2 * k)))

    # the time to a given standard error is the time of a call over its replicates
    yield Race(
        "improvement by counts, time to one standard error", "pairs of rng.binomial + logs",
        lambda: toy.simulate_moments(rng, many), numpy, same_mean,
        ours_per=many, theirs_per=few,
    )  # fmt: skip


def independence() -> Iterator[Race]:
    """The short-cuts at a small size, beside a large one: about 1 where cost ignores the size."""
    rng = new_rng()
    cases: tuple[tuple[Any, str, int], ...] = (
        (GaussianMean(sampler="sufficient statistic"), "N", 10**6),
        (NearestNeighbor(d=4), "D", 10**5),
        (Bernoulli(sampler="counts"), "N", 10**5),
    )
    for toy, axis, replicates in cases:

        def cost(size: int, toy: Any = toy, axis: str = axis, replicates: int = replicates) -> Any:
            sized = toy.at(**{axis: size})
            seen = sized.simulate_moments(rng, replicates)
            return abs(seen.mean / sized.exact() - 1) / (seen.standard_error / seen.mean)

        for large in (10**8, 10**12):
            yield Race(
                f"{toy.sampler}, {replicates:.0e} replicates at {axis} = 1e4",
                f"at {axis} = {large:.0e}",
                partial(cost, 10**4), partial(cost, large),
                _within_five,
            )  # fmt: skip


def threads() -> Iterator[Race]:
    """A simulation-bound sweep on two threads, beside one."""
    sweep = Sweep(GaussianMean(sampler="draws"), {"N": [100, 200, 400, 800, 1000, 1200]}, 20_000, 4)

    def run(workers: int) -> tuple[Moments, ...]:
        return run_sweeps([sweep], workers=workers)[0].moments

    def identical(ours: object, theirs: object) -> None:
        assert ours == theirs, (ours, theirs)

    if (os.cpu_count() or 1) > 1:
        yield Race("two threads", "one thread", lambda: run(2), lambda: run(1), identical)


def memory() -> dict[str, Any]:
    """Peak memory after 1e6 replicates, beside that after ten times as many."""
    rng = new_rng()
    toys = [
        Bernoulli(N=64, sampler="tosses"),
        Bernoulli(N=10**12, sampler="counts"), Bernoulli(), Bernoulli(sampler="counts"),
        GaussianMean(N=4, sampler="draws"), GaussianMean(),
    ]  # fmt: skip
    peaks = []
    for replicates in (10**6, 10**7):
        for toy in toys:
            toy.simulate_moments(rng, replicates)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    ratio = peaks[0] / peaks[1]
    return {
        "name": "peak memory, every sampler, 1e6 replicates", "peer": "1e7 replicates",
        "ratio": 1 / ratio, "low": 1 / ratio, "high": 1 / ratio,
    }  # fmt: skip


def _of_families() -> Iterator[tuple[str, Callable[[], Iterator[Race]]]]:
    """The races that the folder of families holds, by its files."""
    for module in walk_packages(families.__path__, f"{families.__name__}."):
        if not module.ispkg:
            name = module.name.removeprefix(f"{families.__name__}.").replace(".", "/")
            yield name, import_module(module.name).races


GROUPS = {
    group.__name__: group
    for group in (counts, tosses, draws, neighbors, improvements, independence, threads, fits)
} | dict(_of_families())


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--only", type=click.Choice([*GROUPS, "memory"]), help="One group of races.")
def main(form: str, only: str | None) -> None:
    """Time the toys beside what a user would write; ratio = peer's time / ours."""
    rows = [memory()] if only in (None, "memory") else []  # first, before anything else peaks
    for name, group in GROUPS.items():
        if only in (None, name):
            for race in group():
                rows.append(run_race(race))
                print(f"{race.name} done", file=sys.stderr)
    if form == "json":
        print(json.dumps(rows, indent=2))
        return
    table = [
        [r["name"], r["peer"], f"{r['ratio']:.3g}", f"{r['low']:.3g} to {r['high']:.3g}"]
        for r in rows
    ]
    print(tabulate(table, headers=["ours", "peer", "ratio", "range"], disable_numparse=True))


if __name__ == "__main__":
    main()
