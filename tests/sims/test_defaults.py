"""What a sweep does where nothing is said, and what it leaves as it was."""

import time
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numpy as np
import pytest
from running_mean import RunningMean
from threadpoolctl import threadpool_info

from sims import BadInput, Sweep, fit
from sims.cli import main
from sims.plots.sweeps import figure
from sims.tables.judged import check_sizes, judge
from sims.tables.theory import theory_of
from toys import (
    Bernoulli,
    DiminishingReturns,
    EntmaxFlow,
    FenchelYoung,
    GradientDescent,
    HingeDescent,
    Nesterov,
    StableMean,
    UpDownCounter,
)  # fmt: skip


@pytest.mark.parametrize(
    ("toy", "axis", "replicates", "blocks"),
    [
        (Bernoulli(), "N", 100_000, 10),
        (RunningMean(), "N", 10_000, 10),
        (StableMean(), "N", 10_000, 20),
        (Nesterov(), "t", 1, 1),
    ],
)
def test_replicates_and_blocks_suit_the_toy(toy, axis, replicates, blocks):
    sweep = Sweep(toy, {axis: [10, 20, 40]})
    assert (sweep.replicates, sweep.blocks) == (replicates, blocks)


@pytest.mark.parametrize("toy", ["nesterov", "averaged_descent"])
def test_paths_run_without_further_options(toy, capsys):
    axis = {"nesterov": "t", "averaged_descent": "T"}[toy]
    with pytest.raises(SystemExit) as stop:
        main(["run", toy, "--over", f"{axis}=16:512:6"])
    assert stop.value.code == 0
    assert toy in capsys.readouterr().out


class Overlapping(Bernoulli):
    """Larger sizes take longer, so that cells end in the order in which they began."""

    def simulate(self, rng, replicates):
        time.sleep(self.N / 100)
        return super().simulate(rng, replicates)


def test_blas_keeps_its_threads():
    """Each cell puts back the limit that it found: the last one, that of a cell before it."""
    before = [info["num_threads"] for info in threadpool_info()]
    with ThreadPoolExecutor(4) as threads:
        Sweep(Overlapping(), {"N": [40, 30, 20, 10]}, 10, 1).run(threads)
        Sweep(Overlapping(), {"N": [10, 20, 30, 41]}, 10, 1).run(threads)
    assert [info["num_threads"] for info in threadpool_info()] == before


def test_a_loss_of_zero_is_refused_before_anything_is_simulated():
    with pytest.raises(BadInput, match=r"t = 200 leaves hinge_descent a loss of 0"):
        check_sizes(Sweep(HingeDescent(eta=0.01), {"t": [25, 50, 200]}))


def test_a_geometric_mean_needs_positive_losses():
    class Zero(StableMean):
        """Loses nothing, half of the time."""

        def simulate(self, rng, replicates):
            return np.where(rng.random(replicates) < 0.5, 0.0, 1.0)

    with pytest.raises(ArithmeticError, match="no geometric mean"):
        Sweep(Zero(), {"N": [4, 8]}, 100, 20).run()


def test_losses_on_a_power_law_are_one():
    sizes = np.geomspace(10, 1e4, 7)
    for corrections in (None, [], [1.0]):
        assert fit(sizes, 3 / np.sqrt(sizes), None, corrections=corrections).exponent == (
            pytest.approx(0.5, rel=1e-9, abs=0)
        )


@pytest.mark.parametrize(
    ("toy", "axis"),
    [
        (DiminishingReturns(a=0.0535), "N"),
        (FenchelYoung(p=0.232, alpha=0.599), "N"),
        (EntmaxFlow(alpha=1.8142066847934688), "tau"),
        (StableMean(a=1.3299184212345671, g=0.7312345678912345), "N"),
    ],
)
def test_parameters_of_many_digits_take_no_minutes(toy, axis):
    """sympy would factor the numbers that powers of such fractions are."""
    theory = theory_of(toy, axis)
    assert theory.corrections in (None, []) or len(theory.corrections) == 1
    record = theory.record
    assert record.value == pytest.approx(float(Fraction(record.exponent)), rel=1e-9, abs=0)
    assert record.prefactor_value > 0


def test_sizes_that_are_none_are_left_out_of_the_exact_curve():
    """Only even numbers of states are sizes of this counter."""
    seen = Sweep(UpDownCounter(p=0.6), {"states": [4, 8, 12, 16]}, 20_000, 2).run()
    assert figure(judge(seen)) is not None


def test_models_that_differ_without_noise_are_flagged():
    seen = Sweep(GradientDescent(eta=20), {"t": [1, 3, 10, 30, 100, 300]}).run()
    assert any(
        "disagree on the exponent by more than 0.02" in flag for flag in judge(seen).fit.flags
    )
    late = Sweep(Nesterov(), {"t": [10**k for k in (2, 3, 4, 5)] + [3 * 10**4, 3 * 10**3]}).run()
    assert judge(late).fit.flags == ()
