"""A table prints the same digits on processors and libraries that differ in last places.

The vector instructions of NumPy, the mathematical functions of the C library and the kernels of
the linear algebra are switched to those of other processors; a sub-process fits and prints the rows
of the suite core with each. Some are exponentials, whose fits the data reject: their numbers used to
differ.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from importlib.resources import files

import numpy as np
import pytest
from numpy._core import _multiarray_umath

HINGE = """
[[row]]
toy = "hinge"
parameters = { p = 0.3 }
sampler = "counts"
over = "N=10,20,40,60,80,100,150,200"
replicates = 100_000_000_000
blocks = 4
"""

FEWER = 50
"""Replicates are so many times fewer than in the suite core: blocks are kept, and fitted anew."""


def rows() -> str:
    """The rows of the suite core, and one more that the data reject."""
    core = (files("sims") / "suites" / "core.toml").read_text(encoding="utf-8")
    return HINGE + re.sub(
        r"replicates = ([\d_]+)",
        lambda found: f"replicates = {max(int(found[1]) // FEWER, 20)}",
        core,
    )


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
    path.write_text(rows(), encoding="utf-8")
    return [str(path), "--db", str(path.with_suffix(".sqlite")), "--format", "markdown", "--wide"]


@pytest.fixture(scope="module")
def usual(suite):
    return output([PRINT, "table", *suite], {})


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
    assert usual.count("\n") == 2 + len(rows().split("[[row]]")[1:])
    assert output([PRINT, "table", *suite], changed) == usual


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
