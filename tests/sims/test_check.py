"""The conformance suite passes on our toys, and fails on wrong copies of the coin."""

import importlib.util
import sys
from pathlib import Path

import pytest

import toys.bernoulli
from sims.check import check_toy
from toys import classes


@pytest.mark.parametrize("name", list(classes()))
def test_our_toys_pass(name):
    results = list(check_toy(classes()[name]))
    assert [r for r in results if r.status == "FAIL"] == []
    assert len(results) == 11


SOURCE = Path(toys.bernoulli.__file__).read_text()
LOSS = "delta = (above + pseudocount * (q - p)) / (N + 2.0 * pseudocount)"
WRONG = {
    "wrong pseudocount in the loss": (LOSS, LOSS.replace("2.0 * pseudocount", "pseudocount")),
    "size off by one": ("rng.binomial(self.N, ", "rng.binomial(self.N + 1, "),
    "one toss fewer": ("toss_coins(rng, self.p, self.N, ", "toss_coins(rng, self.p, self.N - 1, "),
    "generator shared between blocks": (
        '        if self.sampler != "tosses":\n',
        '        rng = SHARED.setdefault("rng", rng)\n        if self.sampler != "tosses":\n',
    ),
    "the same generator for every block": (
        '        if self.sampler != "tosses":\n',
        '        rng = np.random.default_rng(7)\n        if self.sampler != "tosses":\n',
    ),
}


@pytest.mark.parametrize("slip", list(WRONG))
def test_wrong_copies_fail(slip, tmp_path):
    right, wrong = WRONG[slip]
    assert right in SOURCE
    path = tmp_path / f"wrong_{list(WRONG).index(slip)}.py"
    path.write_text(SOURCE.replace(right, wrong).replace("TAIL = 80.0", "SHARED = {}\nTAIL = 80.0"))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
        failed = [r.name for r in check_toy(module.Bernoulli) if r.status == "FAIL"]
    finally:
        del sys.modules[path.stem]
    assert failed
