"""The record: what it accepts, what it refuses, what it knows of itself."""

from typing import Annotated

import numpy as np
import pytest
from pydantic import Field, ValidationError

from toys import Bernoulli, GaussianMean, Moments, Size, Toy


@pytest.mark.parametrize(
    "bad",
    [{"p": 1.5}, {"p": -0.1}, {"p": float("nan")}, {"p": "0.5"}, {"p": True}, {"N": 0},
     {"N": 2.5}, {"N": float("inf")}, {"N": 10**16}, {"N": "7"}, {"N": True}, {"pseudocount": -1},
     {"sampler": "tos"}, {"q": 0.3}],
)  # fmt: skip
def test_bad_values_are_refused(bad):
    with pytest.raises(ValidationError):
        Bernoulli(**bad)


def test_numbers_become_plain():
    toy = Bernoulli(p=np.float32(0.5), N=np.int64(100), pseudocount=1)
    assert [type(value) for value in toy.model_dump().values()] == [float, float, int, str]
    assert Bernoulli(N=1e6) == Bernoulli(N=10**6)
    assert str(Bernoulli(p=-0.0).p) == "0.0"
    assert GaussianMean(sampler="sufficient_statistic") == GaussianMean(
        sampler="sufficient-statistic"
    )


def test_at_validates_and_records_are_frozen():
    toy = Bernoulli(p=0.3)
    assert toy.at(N=5).N == 5
    assert toy.at(N=5).p == 0.3
    with pytest.raises(ValidationError):
        toy.at(N=0)
    with pytest.raises(ValidationError):
        toy.N = 3


def test_names_axes_and_bounds():
    assert Bernoulli.name == "bernoulli"
    assert GaussianMean.name == "gaussian_mean"
    assert {axis: size.unit for axis, size in Bernoulli.axes().items()} == {"N": "tosses"}
    assert Bernoulli.bounds_of("p").text("p") == "0 <= p <= 1"
    assert Bernoulli.bounds_of("N").text("N") == "1 <= N <= 1e+15, an integer"
    assert Bernoulli.bounds_of("sampler").text("") == "'tosses', 'binomial' or 'counts'"


def test_open_bounds_are_told_apart():
    class Opened(Toy):
        x: Annotated[float, Field(gt=0, lt=2)] = 1.0

    assert Opened.bounds_of("x").text("x") == "0 < x < 2"


def test_a_field_may_not_be_called_like_an_option():
    with pytest.raises(TypeError, match="'seed'"):

        class Seeded(Toy):
            seed: int = 0


def test_reserved_names_are_the_options_of_run():
    from sims.commands.run import command
    from toys.toy import RESERVED

    options = {opt[2:] for param in command.params for opt in param.opts if opt.startswith("--")}
    assert options | {"help"} == RESERVED


class Doubling(Toy):
    """A toy whose losses are plain numbers."""

    N: Annotated[int, Size("steps"), Field(ge=1)] = 1

    @property
    def quantity(self):
        return "loss"

    @property
    def source(self):
        return "nobody, nowhere"

    def simulate(self, rng, replicates):
        return rng.exponential(1 / self.N, size=replicates)


def test_moments_come_in_chunks_and_cover_every_replicate(monkeypatch):
    monkeypatch.setattr("toys.toy.CHUNK", 100)
    seen = Doubling().simulate_moments(np.random.default_rng(1), 1050)
    losses = np.random.default_rng(1).exponential(1, size=1050)
    assert seen.count == 1050
    assert seen.mean == pytest.approx(losses.mean(), rel=1e-13, abs=0)
    assert seen.m2 == pytest.approx(losses.var() * 1050, rel=1e-12, abs=0)
    assert Doubling().exact() is None
    assert Doubling().derivation("N") is None


def test_merging_is_the_moments_of_all():
    values = np.random.default_rng(1).lognormal(size=1000)
    merged = Moments.empty()
    for part in np.array_split(values, 7):
        merged = merged.merge(Moments.of(part))
    whole = Moments.of(values)
    assert merged.count == whole.count
    assert merged.mean == pytest.approx(whole.mean, rel=1e-14, abs=0)
    assert merged.m2 == pytest.approx(whole.m2, rel=1e-13, abs=0)
    assert merged.merge(Moments.empty()) == merged
    counted = Moments.of_counts(np.array([1.0, 2.0]), np.array([3, 1]))
    direct = Moments.of(np.array([1.0, 1.0, 1.0, 2.0]))
    assert (counted.count, counted.mean, counted.m2) == (direct.count, direct.mean, direct.m2)
    assert np.isnan(Moments.of(np.array([1.0])).standard_error)
