"""What the documents tell a reader to type does what they say."""

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent


def python_blocks(name):
    return re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)


def test_the_session_in_the_readme(capsys):
    (block,) = python_blocks("README.md")
    scope = {}
    exec(block, scope)
    assert "exponent   1.0" in capsys.readouterr().out
    assert str(scope["law"].prefactor) == "1/2"


def test_the_surface_in_the_guide_to_fitting():
    (block,) = python_blocks("docs/FITTING.md")
    scope = {}
    exec(block, scope)
    seen = scope["seen"]
    assert abs(seen.alpha - 0.35) < 4 * seen.standard_errors["alpha"]


def test_the_toy_in_the_guide_keeps_the_rules():
    from sims.conformance.check import check_toy

    (block,) = python_blocks("docs/ADDING_A_TOY.md")
    module = sys.modules["guide"] = ModuleType("guide")
    try:
        exec(block, vars(module))
        results = {result.name: result.status for result in check_toy(module.UniformEnd)}
    finally:
        del sys.modules["guide"]
    assert "FAIL" not in results.values()
    assert results["simulation against exact"] == "ok"


def test_a_toy_is_one_new_file(tmp_path):
    """Put into the folder of its family, it is listed, shown, run and checked."""
    import shutil
    import subprocess

    for room in ("toys", "symbolic", "sims", "toylaws"):
        without = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / room, tmp_path / room, ignore=without)
    (block,) = python_blocks("docs/ADDING_A_TOY.md")
    (tmp_path / "toys" / "means" / "uniform_end.py").write_text(block, encoding="utf-8")

    def run(*arguments):
        code = "from toylaws.__main__ import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "Estimate the end of (0, 1)" in run("list", "--family", "means")
    assert "numbers drawn" in run("show", "uniform_end")
    small = ("--replicates", "2000", "--blocks", "2", "--sampler", "order statistic")
    assert "underived" in run("run", "uniform_end", "--over", "N=100:1e4:8", *small)
    assert "all checks passed" in run("check", "uniform_end")


def test_the_derivation_in_the_guide_is_proved(capsys):
    (block,) = python_blocks("docs/ADDING_A_DERIVATION.md")
    module = sys.modules["uniform"] = ModuleType("uniform")
    try:
        exec(block, vars(module))
    finally:
        del sys.modules["uniform"]
    assert capsys.readouterr().out == "True 1 (-1, 1)\n"


def commands():
    return re.findall(r"^toylaws (.*?)(?:\s*#.*)?$", documents(), re.MULTILINE)


def documents():
    names = ["README.md", "docs/ADDING_A_TOY.md"]
    return "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)


@pytest.mark.parametrize("command", commands())
def test_commands_of_the_readme_exist(command):
    """Names and options are known; what a command does is tested elsewhere."""
    import shlex

    from click.testing import CliRunner

    from sims.cli import cli

    name, *arguments = shlex.split(command)
    toy = arguments[:1] if name == "run" and not arguments[0].startswith("uniform") else []
    shown = CliRunner().invoke(cli, [name, *toy, "--help"])
    assert shown.exit_code == 0
    for option in (a for a in arguments if a.startswith("-")):
        assert re.search(rf"(?<![\w-]){option}(?![\w-])", shown.output), option


def test_every_verdict_is_explained():
    from typing import get_args

    from sims.tables.row import Verdict

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for verdict in get_args(Verdict):
        assert f"| *{verdict}* |" in text
