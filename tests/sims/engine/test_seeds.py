"""From label to generator: pinned, so that no number ever moves unnoticed."""

import hashlib

import pytest

from sims.engine.seeds import cell_label, generator
from toys import Bernoulli, GaussianMean

GOLDEN = [
    (0, Bernoulli(), 0, "e7cb152f9c6cdf10"),
    (0, Bernoulli(), 1, "b0b73899db7cbac3"),
    (7, Bernoulli(p=1, pseudocount=0, N=10**15), 0, "ff2233b3ae1f8983"),
    (0, GaussianMean(), 0, "6c7d31dd8a43f325"),
    (0, GaussianMean(sigma=0.1, d=3, N=16, loss="nll", sampler="draws"), 12, "d075c83a7881cc94"),
]


@pytest.mark.parametrize(("seed", "toy", "block", "digest"), GOLDEN)
def test_golden_digests(seed, toy, block, digest):
    """The label's hash, and the first word of its generator, in one digest."""
    label = cell_label(seed, toy, block)
    word = int(generator(label).integers(0, 2**63))
    assert hashlib.sha256(f"{label} {word}".encode()).hexdigest()[:16] == digest


def test_the_label_is_readable_and_plain():
    assert cell_label(0, Bernoulli(p=0.3, N=8), 2) == (
        'v1{"block":2,"parameters":{"N":8,"p":0.3,"pseudocount":0.5,"sampler":"binomial"},'
        '"seed":0,"toy":"bernoulli"}'
    )


def test_negative_zero_and_integers_for_floats_give_the_same_label():
    assert cell_label(0, Bernoulli(p=-0.0), 0) == cell_label(0, Bernoulli(p=0), 0)


def test_labels_differ_in_everything():
    labels = {
        cell_label(seed, toy, block)
        for seed in (0, 1)
        for toy in (Bernoulli(), Bernoulli(p=0.2), Bernoulli(N=2), GaussianMean())
        for block in (0, 1)
    }
    assert len(labels) == 16
