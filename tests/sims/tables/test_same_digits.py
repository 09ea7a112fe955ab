"""A table prints the same digits on processors and libraries that differ in last places.

The vector instructions of NumPy, the mathematical functions of the C library and the kernels of
the linear algebra are switched to those of other processors; a sub-process prints the same rows with
each. Two of the rows are exponentials, whose fits the data reject: their numbers used to differ.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import numpy as np
import pytest
from numpy._core import _multiarray_umath

SUITE = """
[[row]]
toy = "capacity"
parameters = { growth = "exponential", unit = "nats", p = 0.3, pseudocount = 0.5 }
sampler = "stream"
over = "theta=2,3,4,5,6,7"
replicates = 5_000
blocks = 8

[[row]]
toy = "capacity"
parameters = { growth = "exponential", unit = "bits", p = 0.3, pseudocount = 0.5 }
sampler = "counts"
over = "theta=4,6,8,10,12,14,16,18,20"
replicates = 10_000_000
blocks = 4

[[row]]
toy = "hinge"
parameters = { p = 0.3 }
sampler = "counts"
over = "N=10,20,40,60,80,100,150,200"
replicates = 100_000_000_000
blocks = 4

[[row]]
toy = "bernoulli"
parameters = { p = 0.1, pseudocount = 1 }
sampler = "binomial"
over = "N=128:1e6:9"
replicates = 100_000
blocks = 4

[[row]]
toy = "bernoulli"
parameters = { p = 1, pseudocount = 1 }
over = "N=16:65536:7"
replicates = 8
blocks = 1
"""

PRINT = "import sys; from sims.cli import main; sys.argv[0] = 'toylaws'; main()"

DISPATCHED = [
    name
    for name in _multiarray_umath.__cpu_dispatch__
    if _multiarray_umath.__cpu_features__.get(name)
]

WITHOUT_VECTORS = {"NPY_DISABLE_CPU_FEATURES": " ".join(DISPATCHED)}
OLD_LIBRARY = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX2_Usable,-FMA_Usable,-AVX512F"
}
FUNCTIONS = (
    "import numpy as np, math; x = np.linspace(0.1, 9, 4001); print([math.exp(-v).hex() "
    "for v in x], np.log(x).tolist(), np.exp(-x).tolist())"
)


def output(arguments: list[str], changed: dict[str, str]) -> str:
    environment = {**os.environ, **changed}
    done = subprocess.run(
        [sys.executable, "-c", *arguments], env=environment, capture_output=True, text=True
    )
    if done.returncode < 0 and "OPENBLAS_CORETYPE" in changed:
        pytest.skip(f"{changed} needs instructions that this processor lacks")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    path = tmp_path_factory.mktemp("same digits") / "rows.toml"
    path.write_text(SUITE)
    return str(path)


@pytest.fixture(scope="module")
def usual(suite):
    return output([PRINT, "table", suite, "--format", "markdown"], {})


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(
            WITHOUT_VECTORS,
            marks=pytest.mark.skipif(not DISPATCHED, reason="NumPy has no other instructions"),
        ),
        pytest.param(
            OLD_LIBRARY,
            marks=pytest.mark.skipif(
                platform.libc_ver()[0] != "glibc" or platform.machine() != "x86_64",
                reason="glibc on x86-64 alone has such functions",
            ),
        ),
        {"OPENBLAS_CORETYPE": "Nehalem"},
        {"OPENBLAS_CORETYPE": "Haswell"},
    ],
    ids=["numpy", "glibc", "nehalem", "haswell"],
)
def test_the_table_is_the_same(usual, suite, changed):
    assert usual.count("\n") == 7
    assert output([PRINT, "table", suite, "--format", "markdown"], changed) == usual


@pytest.mark.skipif(
    not DISPATCHED or platform.libc_ver()[0] != "glibc" or platform.machine() != "x86_64",
    reason="there is nothing to switch off",
)
def test_what_is_switched_off_changes_last_digits():
    """Else the test above would compare a machine to itself."""
    here = output([FUNCTIONS], {})
    assert output([FUNCTIONS], {**WITHOUT_VECTORS, **OLD_LIBRARY}) != here


def test_an_exponent_without_an_error_bar_has_digits_that_are_guaranteed():
    from sims import fit

    sizes = np.geomspace(16, 65536, 7)
    seen = fit(sizes, 1 / (sizes + 2), corrections=[1], certain=True)
    assert 4 <= seen.digits <= 14
    steep = fit(sizes, np.exp(-sizes / 5000), floor="maybe")
    assert steep.digits < seen.digits
