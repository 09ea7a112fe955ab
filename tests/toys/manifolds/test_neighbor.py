"""Nearest neighbours: exact values, samplers against them and against each other, refusals."""

import math

import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from naive import manifolds as naive
from pydantic import ValidationError

from toys import NearestNeighbor
from toys.manifolds import _manifold as manifold
from toys.manifolds import neighbor
from toys.manifolds._nearest_distance import (
    ball_volume,
    gamma_ratio,
    least_unwrapped,
    wrap_probability,
)

LOSSES = ("absolute", "squared", "zero-one")


def made(**parameters):
    try:
        return NearestNeighbor(**parameters)
    except ValidationError:  # the ball wraps around the torus
        assume(False)


@given(d=st.integers(1, 20), D=st.sampled_from([1, 7, 100, 10**4, 10**8, 10**12]),
       loss=st.sampled_from(LOSSES))  # fmt: skip
@settings(max_examples=50)
def test_exact_on_the_torus(d, D, loss):
    toy = made(d=d, D=D, loss=loss)
    assert toy.exact() == pytest.approx(float(naive.torus_loss(d, D, loss)), rel=1e-10, abs=0)


@given(d=st.integers(1, 64), D=st.sampled_from([1, 7, 100, 10**4, 10**8, 10**12]),
       loss=st.sampled_from(LOSSES))  # fmt: skip
@settings(max_examples=50)
def test_exact_on_the_sphere(d, D, loss):
    toy = NearestNeighbor(d=d, D=D, loss=loss, manifold="sphere")
    assert toy.exact() == pytest.approx(float(naive.sphere_loss(d, D, loss)), rel=1e-10, abs=0)


@pytest.mark.parametrize("D", [1, 2, 10, 1000, 10**6, 10**12, 10**15])
def test_closed_forms(D):
    sphere = NearestNeighbor(d=2, D=D, manifold="sphere")
    assert sphere.exact() == pytest.approx(4 / (D + 1), rel=1e-12, abs=0)
    line = NearestNeighbor(d=1, D=D, loss="zero-one")
    assert line.exact() == pytest.approx(1 / (D + 1), rel=1e-12, abs=0)


@pytest.mark.parametrize("d", [1, 2, 3, 4, 6, 8])
def test_prefactors_of_the_squared_error(d):
    """9.870, π, 2.286, ... as tabulated; 1.576 for d = 8 is still 2 % away at D = 1e12."""
    table = {1: 9.870, 2: math.pi, 3: 2.286, 4: 1.969, 6: 1.699, 8: 1.576}
    D = 10**12
    correction = 1 - {6: 0.680, 8: 0.647}.get(d, 0.0) * D ** (-2 / d)
    assert NearestNeighbor(d=d, D=D).exact() * D ** (2 / d) == pytest.approx(
        table[d] * correction, rel=5e-4, abs=0
    )


@given(st.integers(1, 10**15), st.floats(0.01, 5))
def test_gamma_ratio(D, s):
    import mpmath as mp

    with mp.workdps(60):
        truth = float(mp.gammaprod([D + 1], [D + 1 + mp.mpf(s)]))
    assert gamma_ratio(D, s) == pytest.approx(truth, rel=1e-13, abs=0)


@pytest.mark.parametrize("periodic", [False, True])
def test_brute_force_trees_and_twin_find_the_same(periodic, monkeypatch):
    rng = fresh()
    points, queries = rng.random((3, 150, 3)), rng.random((3, 120, 3))
    trees = manifold.nearest(points, queries, periodic=periodic)
    monkeypatch.setattr(manifold, "FEW_QUERIES", 10**6)
    brute = manifold.nearest(points, queries, periodic=periodic)
    assert np.array_equal(trees, brute)
    assert np.array_equal(brute, naive.nearest(points, queries, periodic))
    assert not np.array_equal(brute, naive.nearest(points, queries, not periodic))
    assert len(manifold._nearest.signatures) == 1


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("d", [1, 4])
def test_the_order_statistic_equals_its_twin(d, loss):
    toy = NearestNeighbor(d=d, D=50, loss=loss, queries=3)
    twin = naive.torus_neighbors(fresh(), d, 50, loss, 3, 200)
    assert toy.simulate(fresh(), 200) == pytest.approx(twin, rel=1e-9, abs=1e-12)
    assert len(neighbor._torus_neighbors.signatures) == 1


@pytest.mark.parametrize("sampler", ["points", "order statistic"])
@pytest.mark.parametrize("place", ["torus", "sphere"])
@given(d=st.integers(1, 5), D=st.sampled_from([20, 45, 130, 400]), loss=st.sampled_from(LOSSES),
       queries=st.sampled_from([1, 20, 150]))  # fmt: skip
@settings(max_examples=10)
def test_simulation_against_exact(sampler, place, d, D, loss, queries):
    toy = made(d=d, D=D, loss=loss, queries=queries, manifold=place, sampler=sampler)
    assume(toy.exact() is not None)
    work = D * queries if sampler == "points" else queries
    assume(agrees_with_exact(toy, most=3e8 / (work + 100)))


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("D", [1, 2, 16, 90])
def test_the_interval_against_exact(loss, D):
    toy = NearestNeighbor(d=1, D=D, manifold="cube", loss=loss, sampler="points", queries=10)
    assert agrees_with_exact(toy)


def test_the_boundary_of_the_cube_is_seen():
    """In two dimensions E r² is larger than on the torus by 1.093 / sqrt(D), to first order."""
    cube = NearestNeighbor(d=2, D=400, manifold="cube", sampler="points", queries=400)
    seen = cube.simulate_moments(fresh(), 400)
    flat = 1 / (2 * math.pi * 401)  # E r²/2 on the torus
    ratio, error = seen.mean / flat, seen.standard_error / flat
    assert abs(ratio - (1 + 1.093 / 20)) < 5 * error + 0.01
    assert ratio - 1 > 5 * error
    assert cube.exact() is None


@pytest.mark.parametrize(("place", "ambient"), [("sphere", 12), ("cube", 9)])
def test_a_random_isometry_changes_no_neighbour(place, ambient):
    rng = fresh()
    points = manifold.uniform_points(rng, place, 3, (2, 200))
    queries = manifold.uniform_points(rng, place, 3, (2, 150))
    plain = manifold.nearest(points, queries, periodic=False)
    carried = manifold.embedded(points, queries, place, ambient, rng)
    assert carried[0].shape == (2, 200, ambient)
    assert np.array_equal(plain, manifold.nearest(*carried, periodic=False))


def test_the_embedded_torus_has_the_same_prefactor():
    """Chords instead of arcs: 1 to 2 % at most, once the neighbours are near."""
    flat = NearestNeighbor(d=2, D=2000, sampler="points", queries=500)
    curved = flat.at(ambient=20)
    seen = curved.simulate_moments(fresh(), 150)
    assert seen.mean == pytest.approx(flat.exact(), rel=0.02, abs=0)
    assert curved.exact() is None
    assert curved.derivation("D") == "torus.squared"


def test_where_the_ball_wraps_nothing_exact_is_claimed():
    assert NearestNeighbor(d=8, D=100, sampler="points").exact() is None
    assert NearestNeighbor(d=8, D=1000, sampler="points").exact() is not None
    assert wrap_probability(8, 100) == pytest.approx(
        (1 - ball_volume(8) / 2**8) ** 100, rel=1e-12, abs=0
    )
    for d in (2, 5, 8, 14):
        least = least_unwrapped(d, 1e-6)
        assert wrap_probability(d, least) <= 1e-6 < wrap_probability(d, least - 1)
    assert wrap_probability(1, 1) == 0


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"d": 8, "D": 100}, r"d = 8, D = 100 .* probability 0\.2 .*D >= 865 is enough"),
        ({"d": 40, "D": 10**12}, "no allowed D is large enough"),
        ({"d": 65}, "less than or equal to 64"),
        ({"d": 3, "manifold": "sphere", "ambient": 3}, "ambient = 3 .* to embed the sphere .*least 4"),
        ({"d": 3, "ambient": 5, "sampler": "points"}, "at least 6"),
        ({"d": 2, "ambient": 9}, "ambient = 9 is not .* not of its embedding"),
        ({"manifold": "cube"}, "without boundary"),
        ({"D": 0}, "greater than or equal to 1"),
        ({"D": 2.5}, "valid integer"),
        ({"manifold": "klein"}, "'torus', 'sphere' or 'cube'"),
        ({"D": 10**8, "sampler": "points"}, "use 'order statistic'"),
        (
            {"d": 64, "D": 70_000, "queries": 70_000, "sampler": "points", "manifold": "cube"},
            "take too long",
        ),
    ],
)  # fmt: skip
def test_what_is_refused(parameters, message):
    with pytest.raises(ValidationError, match=message):
        NearestNeighbor(**parameters)


def test_memory_does_not_grow_with_ambient_space_or_queries():
    import tracemalloc

    peaks = []
    for toy, replicates in (
        (NearestNeighbor(d=1, D=1000, manifold="sphere", ambient=60, sampler="points"), 300),
        (NearestNeighbor(d=64, D=10**6, manifold="sphere", queries=10**6), 1),
    ):
        tracemalloc.start()
        toy.simulate(fresh(), replicates)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert max(peaks) < 150e6
