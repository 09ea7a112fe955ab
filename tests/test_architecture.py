"""Who imports whom, and what a kernel may read: enforced, with planted offenders."""

import ast
import builtins
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = {"toys", "symbolic", "sims", "benchmarks"}
ALLOWED = {
    "toys": {"toys", "numpy", "numba", "scipy", "pydantic", "pydantic_core", "annotated_types"},
    "symbolic": {"symbolic", "sympy", "mpmath"},
    "sims": {
        "sims", "toys", "symbolic", "numpy", "scipy", "sympy", "pydantic", "pydantic_core",
        "click", "rich", "tabulate", "threadpoolctl",
    },
}  # fmt: skip
ONLY_IN = {
    "hypothesis": {"sims/conformance/check.py", "sims/commands/check.py"},
    "matplotlib": {"sims/plots/"},
    "numba": {
        "sims/conformance/record.py",  # to tell a kernel when it sees one
        "sims/fitting/average/posteriors.py",
        "sims/fitting/average/mixture.py",
        "sims/surface/kernels.py",
    },
    "pandas": {"sims/data_frames.py", "sims/surface/surface_frames.py"},
}


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.partition(".")[0]


def offences(room, path, tree):
    import sys

    for name in set(imports(tree)) - set(sys.stdlib_module_names):
        if name in ALLOWED[room] or path.startswith(tuple(ONLY_IN.get(name, ()))):
            continue
        yield f"{path} imports {name}"


FILES = [
    (room, str(path.relative_to(ROOT)), path)
    for room in ALLOWED
    for path in sorted((ROOT / room).rglob("*.py"))
]


@pytest.mark.parametrize(("room", "name", "path"), FILES, ids=[name for _, name, _ in FILES])
def test_imports_run_one_way(room, name, path):
    assert list(offences(room, name, ast.parse(path.read_text()))) == []
    assert "model_copy(" not in path.read_text()


@pytest.mark.parametrize(
    ("room", "code"),
    [
        ("toys", "import sims"),
        ("toys", "from symbolic.law import Law"),
        ("symbolic", "from toys import Toy"),
        ("symbolic", "def f():\n    import numpy"),
        ("sims", "import hypothesis"),
        ("sims", "from matplotlib import pyplot"),
    ],
)
def test_planted_imports_are_caught(room, code):
    assert list(offences(room, f"{room}/planted.py", ast.parse(code)))


# ---- kernels ---------------------------------------------------------------------------------

DECORATOR = "njit(cache=True, nogil=True, error_model='numpy')"


COMPILERS = {"njit", "jit", "vectorize", "guvectorize", "cfunc", "stencil", "numba", "nb"}


def kernel_offences(tree):
    kernels = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and [ast.unparse(d) for d in node.decorator_list] == [DECORATOR]
    ]
    allowed = {id(node) for kernel in kernels for node in ast.walk(kernel.decorator_list[0])}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in COMPILERS and id(node) not in allowed:
            yield f"line {node.lineno}: {node.id}, but not as the written-out decorator of a kernel"
    constants = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    known = {kernel.name for kernel in kernels} | constants | {"np", "math"} | set(dir(builtins))
    for kernel in kernels:
        bound = {arg.arg for arg in kernel.args.args} | {
            node.id
            for node in ast.walk(kernel)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        for node in [n for statement in kernel.body for n in ast.walk(statement)]:
            if isinstance(node, ast.Name) and node.id not in known | bound:
                yield f"{kernel.name} reads {node.id}"
            if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("np.random"):
                yield f"{kernel.name} uses np.random"
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in ("parallel", "fastmath"):
            yield f"{node.arg} is not allowed"


KERNEL_FILES = [
    path for room in ("toys", "sims", "benchmarks") for path in sorted((ROOT / room).rglob("*.py"))
]


@pytest.mark.parametrize("path", KERNEL_FILES, ids=lambda path: path.name)
def test_a_kernel_reads_only_its_own_file(path):
    assert list(kernel_offences(ast.parse(path.read_text()))) == []


GOOD = "import numpy as np\nK = 2\n@njit(cache=True, nogil=True, error_model='numpy')\ndef f(x):\n    {}\n"


@pytest.mark.parametrize(
    "code",
    [
        "from other import g\n" + GOOD.format("return g(x)"),
        "TABLE = [1, 2]\n" + GOOD.format("return TABLE[x]"),
        GOOD.format("return np.random.random()"),
        "@njit(cache=True)\ndef f(x):\n    return x\n",
        "kernel = njit(cache=True)\n@kernel\ndef f(x):\n    return x\n",
        "f = njit(lambda x: x)",
        "@vectorize\ndef f(x):\n    return x\n",
        "@numba.njit\ndef f(x):\n    return x\n",
        "def outer():\n    @njit(cache=True, nogil=True, error_model='numpy')\n"
        "    def f(x):\n        return x\n",
        "@njit(cache=True, nogil=True, error_model='numpy', fastmath=True)\ndef f(x):\n    return x\n",
    ],
)
def test_planted_kernels_are_caught(code):
    assert list(kernel_offences(ast.parse(code)))


def test_a_good_kernel_passes():
    assert list(kernel_offences(ast.parse(GOOD.format("return np.sqrt(x) + K")))) == []


# ---- tolerances ------------------------------------------------------------------------------


def slack_tolerances(tree):
    """`approx(x, rel=...)` also allows 1e-12, which is far too much for a small loss."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("approx", "pytest.approx"):
            stated = {keyword.arg for keyword in node.keywords}
            if "rel" in stated and "abs" not in stated:
                yield f"line {node.lineno}: approx with rel, but without abs"


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=lambda p: p.name)
def test_relative_tolerances_are_relative(path):
    assert list(slack_tolerances(ast.parse(path.read_text()))) == []


def test_a_planted_tolerance_is_caught():
    assert list(slack_tolerances(ast.parse("assert x == pytest.approx(y, rel=1e-9)")))


def test_the_packages_belong_to_toylaws():
    from importlib.metadata import packages_distributions

    for name in ("toys", "symbolic", "sims"):
        assert set(packages_distributions().get(name, ["toylaws"])) == {"toylaws"}
        assert (ROOT / name / "py.typed").exists()
