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


def test_the_derivation_in_the_guide_is_proved(capsys):
    (block,) = python_blocks("docs/ADDING_A_DERIVATION.md")
    module = sys.modules["uniform"] = ModuleType("uniform")
    try:
        exec(block, vars(module))
    finally:
        del sys.modules["uniform"]
    assert capsys.readouterr().out == "True 1 (-1, 1)\n"


def commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^toylaws (.*?)(?:\s*#.*)?$", text, re.MULTILINE)


@pytest.mark.parametrize("command", commands())
def test_commands_of_the_readme_exist(command):
    """Names and options are known; what a command does is tested elsewhere."""
    import shlex

    from click.testing import CliRunner

    from sims.cli import cli

    name, *arguments = shlex.split(command)
    shown = CliRunner().invoke(cli, [name, "--help"])
    assert shown.exit_code == 0
    for option in (a for a in arguments if a.startswith("-")):
        known = option.removeprefix("--") in ("d", "p", "delta") or option in shown.output
        assert known, option


def test_every_verdict_is_explained():
    from typing import get_args

    from sims.tables.row import Verdict

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for verdict in get_args(Verdict):
        assert f"| *{verdict}* |" in text
