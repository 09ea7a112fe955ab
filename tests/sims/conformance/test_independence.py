"""What tells dependent replicates, and how work is counted, each against what is known."""

import ast
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import kstest

import sims.conformance
from sims.conformance.agreement import _away, _events
from sims.conformance.trials import rng_of
from sims.conformance.witness import CALLS, LENGTH, LEVEL, dependence
from sims.conformance.work import BATCH, WORK, affordable, words_between, words_drawn
from toys import Bernoulli, Erasures

SHAPE = (CALLS, LENGTH)

DISTRIBUTIONS = {
    "normal": lambda rng: rng.standard_normal(SHAPE),
    "without a mean": lambda rng: rng.standard_cauchy(SHAPE) ** 3,
    "a coin": lambda rng: (rng.random(SHAPE) < 0.2).astype(float),
    "an atom and a density": lambda rng: np.maximum(rng.standard_normal(SHAPE), 0),
    "many values": lambda rng: rng.poisson(3000, SHAPE).astype(float),
}


@pytest.mark.parametrize("draw", DISTRIBUTIONS.values(), ids=list(DISTRIBUTIONS))
def test_of_independent_replicates_the_levels_are_uniform(rng, draw):
    """Whatever their distribution, with atoms or without, with a mean or without."""
    seen = [dependence(draw(rng)) for _ in range(200)]
    for level in ("ratio_level", "serial_level"):
        assert kstest([getattr(one, level) for one in seen], "uniform").pvalue > 1e-4
    assert min(one.repeats_level for one in seen) > 1e-4


def test_losses_that_hardly_vary_say_nothing(rng):
    assert dependence(np.ones(SHAPE)) is None
    assert dependence((rng.random(SHAPE) < 0.001).astype(float)) is None


@pytest.mark.parametrize(
    ("correlation", "noticed"), [(0.02, "ratio_level"), (0.06, "serial_level")]
)
def test_the_stated_power(rng, correlation, noticed):
    """A common part of correlation 0.02, and a chain of correlation 0.06."""
    found = 0
    for _ in range(20):
        noise = rng.standard_normal(SHAPE)
        if noticed == "ratio_level":
            common = rng.standard_normal((CALLS, 1))
            losses = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * noise
        else:
            losses = noise[:, :]
            for i in range(1, LENGTH):
                losses[:, i] = correlation * losses[:, i - 1] + noise[:, i]
        found += getattr(dependence(losses), noticed) < LEVEL
    assert found >= 10


def test_four_copies_are_noticed_and_three_are_not(rng):
    losses = rng.standard_normal(SHAPE)
    for call in range(4):
        assert dependence(losses).repeats_level > LEVEL
        losses[call, 7] = losses[call, 40]
    assert dependence(losses).repeats == 4
    assert dependence(losses).repeats_level < LEVEL


def test_copies_of_another_call_are_no_repeats(rng):
    losses = rng.standard_normal(SHAPE)
    losses[::2] = losses[1::2]
    assert dependence(losses).repeats == 0


# ---- work ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [0, 1, 2, 1000, 12345])
def test_words_are_counted(words):
    rng = rng_of(Bernoulli(), 0)
    before = rng.bit_generator.state
    rng.random(words)
    assert words_between(before, rng.bit_generator.state) == words


def test_words_are_counted_over_any_distance():
    rng = rng_of(Bernoulli(), 0)
    before = rng.bit_generator.state
    far = rng.bit_generator.advance(2**100 + 3).state
    assert words_between(before, far) == 2**100 + 3


def test_words_of_another_generator_are_not_counted():
    one, other = (np.random.PCG64DXSM(seed).state for seed in (1, 2))
    with pytest.raises(ValueError, match="one PCG64DXSM"):
        words_between(one, other)
    with pytest.raises(ValueError, match="one PCG64DXSM"):
        words_between(np.random.PCG64(1).state, np.random.PCG64(1).state)


def test_what_is_affordable_depends_on_work_and_on_nothing_else(monkeypatch):
    import time

    toy = Bernoulli(N=1000, sampler="tosses")
    calm = affordable(toy, 0)
    words = words_drawn(toy, rng_of(toy, 0), BATCH)
    assert calm == pytest.approx(WORK * BATCH / words, rel=0.05, abs=0)
    monkeypatch.setattr(time, "perf_counter", lambda: 1e9 * np.random.default_rng().random())
    affordable.cache_clear()
    assert affordable(toy, 0) == calm
    assert affordable(Bernoulli(N=10**9, sampler="tosses"), 0) == 0


def test_a_variance_that_a_few_rare_events_make_is_not_trusted():
    """Of 20,000 replicates a few see a head: their standard error says little of the others."""
    rare = Erasures(p=1e-6, q=1e-6, N=11, pseudocount=0.25, sampler="tosses")
    assert _away(rare, rare.exact(), 0) is None
    common = rare.at(p=0.1, q=0.1)
    assert _away(common, common.exact(), 0) is not None


def test_events_are_counted():
    losses = np.zeros(10_000)
    losses[:100] = 1
    assert _events(losses) == pytest.approx(100, rel=0.05, abs=0)
    assert _events(np.zeros(100)) == np.inf


CLOCKS = {"time", "timeit", "datetime"}


def clocks(tree):
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        yield from (name for name in names if name.partition(".")[0] in CLOCKS)


@pytest.mark.parametrize(
    "path", sorted(Path(sims.conformance.__file__).parent.glob("*.py")), ids=lambda path: path.name
)
def test_no_rule_looks_at_a_clock(path):
    assert list(clocks(ast.parse(path.read_text(encoding="utf-8")))) == []


def test_a_planted_clock_is_seen():
    assert list(clocks(ast.parse("from time import perf_counter\nimport timeit")))
